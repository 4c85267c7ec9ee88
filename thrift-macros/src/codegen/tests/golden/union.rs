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
pub mod union_thrift {
    #[allow(unused_imports)]
    use ::thrift_runtime::__private as __thrift;
    /// What was measured.
    #[derive(__thrift::Clone, __thrift::Debug)]
    pub enum Reading {
        /// In degrees Celsius.
        ///
        /// `1: double temperature`
        Temperature(f64),
        /// `2: string remark`
        Remark(__thrift::String),
        /// A member that this version does not know, from a newer peer, or no member at all.
        Unknown(__thrift::UnknownMember),
    }
    impl __thrift::Default for Reading {
        fn default() -> Self {
            Self::Unknown(__thrift::Default::default())
        }
    }
    impl __thrift::PartialEq for Reading {
        fn eq(&self, other: &Self) -> bool {
            match (self, other) {
                (Self::Temperature(a), Self::Temperature(b)) => {
                    __thrift::TotalEq::total_eq(a, b)
                }
                (Self::Remark(a), Self::Remark(b)) => __thrift::PartialEq::eq(a, b),
                (Self::Unknown(a), Self::Unknown(b)) => __thrift::PartialEq::eq(a, b),
                _ => false,
            }
        }
    }
    impl __thrift::Eq for Reading {}
    impl __thrift::PartialOrd for Reading {
        fn partial_cmp(&self, other: &Self) -> __thrift::Option<__thrift::Ordering> {
            __thrift::Some(__thrift::Ord::cmp(self, other))
        }
    }
    impl __thrift::Ord for Reading {
        fn cmp(&self, other: &Self) -> __thrift::Ordering {
            let rank = |value: &Self| match value {
                Self::Temperature(_) => 0,
                Self::Remark(_) => 1,
                Self::Unknown(_) => 2,
            };
            match (self, other) {
                (Self::Temperature(a), Self::Temperature(b)) => {
                    __thrift::TotalOrd::total_cmp(a, b)
                }
                (Self::Remark(a), Self::Remark(b)) => __thrift::Ord::cmp(a, b),
                (Self::Unknown(a), Self::Unknown(b)) => __thrift::Ord::cmp(a, b),
                _ => __thrift::Ord::cmp(&rank(self), &rank(other)),
            }
        }
    }
    impl __thrift::Hash for Reading {
        fn hash<__H: __thrift::Hasher>(&self, state: &mut __H) {
            __thrift::Hash::hash(&::core::mem::discriminant(self), state);
            match self {
                Self::Temperature(a) => __thrift::TotalOrd::total_hash(a, state),
                Self::Remark(a) => __thrift::Hash::hash(a, state),
                Self::Unknown(a) => __thrift::Hash::hash(a, state),
            }
        }
    }
    impl __thrift::EncodeStruct for Reading {
        const NAME: &'static str = "Reading";
        const FIELDS: &'static [__thrift::Field] = &[
            __thrift::Field::new(1, "temperature"),
            __thrift::Field::new(2, "remark"),
        ];
        fn write<__W: __thrift::StructWriter>(&self, w: &mut __W) {
            match self {
                Self::Temperature(value) => w.field(1, value),
                Self::Remark(value) => w.field(2, value),
                Self::Unknown(member) => member.write(w),
            }
        }
    }
    impl<'__de> __thrift::DecodeStruct<'__de> for Reading {
        fn read<__R: __thrift::StructReader<'__de>>(
            &mut self,
            r: &mut __R,
        ) -> __thrift::Result<()> {
            *self = Self::Unknown(__thrift::Default::default());
            while let __thrift::Some(h) = r.header()? {
                match h.id {
                    1 => {
                        if let __thrift::Some(value) = __thrift::read_member(r, h)? {
                            *self = Self::Temperature(value);
                        }
                    }
                    2 => {
                        if let __thrift::Some(value) = __thrift::read_member(r, h)? {
                            *self = Self::Remark(value);
                        }
                    }
                    _ => *self = Self::Unknown(__thrift::UnknownMember::read(r, h)?),
                }
            }
            __thrift::Ok(())
        }
    }
    __thrift::struct_value!(Reading);
    __thrift::shaped!(Reading[(1, 2699759368) (2, 398550328)]);
    __thrift::arbitrary!(Reading);
}
#[doc(inline)]
#[allow(unused_imports)]
pub use union_thrift::*;
