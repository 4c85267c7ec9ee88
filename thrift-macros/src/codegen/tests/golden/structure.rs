#[doc(hidden)]
#[allow(
    clippy::all,
    clippy::pedantic,
    clippy::nursery,
    clippy::restriction,
    deprecated,
    missing_docs,
    non_camel_case_types,
    non_snake_case,
    non_upper_case_globals,
    rustdoc::all,
    unexpected_cfgs,
    unreachable_pub,
    unused_qualifications,
)]
pub mod structure_thrift {
    #[allow(unused_imports)]
    use ::thrift_runtime::__private as __thrift;
    /// Someone who writes.
    #[derive(
        __thrift::Clone,
        __thrift::Debug,
        __thrift::PartialEq,
        __thrift::Eq,
        __thrift::PartialOrd,
        __thrift::Ord,
        __thrift::Hash
    )]
    pub struct Author {
        /// As on the cover.
        ///
        /// `1: required string name`
        pub name: __thrift::String,
        /// `2: i32 born = 1900`
        pub born: i32,
        /// `3: optional list<string> titles`
        pub titles: __thrift::Option<__thrift::Vec<__thrift::String>>,
        /// `4: i32 works`
        pub works: i32,
        /// `5: bool alive`
        pub alive: bool,
    }
    impl __thrift::Default for Author {
        fn default() -> Self {
            Self {
                name: __thrift::Default::default(),
                born: 1900,
                titles: __thrift::Default::default(),
                works: __thrift::Default::default(),
                alive: __thrift::Default::default(),
            }
        }
    }
    impl __thrift::EncodeStruct for Author {
        const NAME: &'static str = "Author";
        const FIELDS: &'static [__thrift::Field] = &[
            __thrift::Field::new(1, "name"),
            __thrift::Field::new(2, "born"),
            __thrift::Field::new(3, "titles"),
            __thrift::Field::new(4, "works"),
            __thrift::Field::new(5, "alive"),
        ];
        #[inline]
        fn write<__W: __thrift::StructWriter>(&self, __w: &mut __W) {
            __w.field(1, &self.name);
            __w.field(2, &self.born);
            __w.optional(3, &self.titles);
            __w.run(((4, &self.works), (5, &self.alive)));
        }
    }
    impl<'__de> __thrift::DecodeStruct<'__de> for Author {
        #[inline]
        fn read<__R: __thrift::StructReader<'__de>>(
            &mut self,
            __r: &mut __R,
        ) -> __thrift::Result<()> {
            let mut __seen = 0_u64;
            __seen |= __thrift::bit(__r.next(1, &mut self.name)?, 0);
            if !__r.next(2, &mut self.born)? {
                self.born = 1900;
            }
            __r.next_optional(3, &mut self.titles)?;
            __r.next_or_default(4, &mut self.works)?;
            __r.next_or_default(5, &mut self.alive)?;
            while let __thrift::Some(__h) = __r.header()? {
                match __h.id {
                    1 => __seen |= __thrift::bit(__r.read_late(__h, &mut self.name)?, 0),
                    2 => _ = __r.read_late(__h, &mut self.born)?,
                    3 => _ = __r.read_optional(__h, &mut self.titles)?,
                    4 => _ = __r.read_late(__h, &mut self.works)?,
                    5 => _ = __r.read_late(__h, &mut self.alive)?,
                    _ => _ = __r.skip(__h)?,
                }
            }
            __thrift::check_required(__r, __seen, &[1])?;
            __thrift::Ok(())
        }
    }
    __thrift::struct_value!(Author);
    __thrift::shaped!(
        Author[(1, 398550329) (2, 3400004772) (3, 275332556) (4, 3400004772) (5,
        3365180732)]
    );
    __thrift::arbitrary!(Author);
}
#[doc(inline)]
#[allow(unused_imports)]
pub use structure_thrift::*;
