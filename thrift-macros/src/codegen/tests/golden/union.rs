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
        fn eq(&self, __other: &Self) -> bool {
            match (self, __other) {
                (Self::Temperature(__a), Self::Temperature(__b)) => {
                    __thrift::TotalEq::total_eq(__a, __b)
                }
                (Self::Remark(__a), Self::Remark(__b)) => {
                    __thrift::PartialEq::eq(__a, __b)
                }
                (Self::Unknown(__a), Self::Unknown(__b)) => {
                    __thrift::PartialEq::eq(__a, __b)
                }
                _ => false,
            }
        }
    }
    impl __thrift::Eq for Reading {}
    impl __thrift::PartialOrd for Reading {
        fn partial_cmp(&self, __other: &Self) -> __thrift::Option<__thrift::Ordering> {
            __thrift::Some(__thrift::Ord::cmp(self, __other))
        }
    }
    impl __thrift::Ord for Reading {
        fn cmp(&self, __other: &Self) -> __thrift::Ordering {
            let __rank = |__value: &Self| match __value {
                Self::Temperature(_) => 0,
                Self::Remark(_) => 1,
                Self::Unknown(_) => 2,
            };
            match (self, __other) {
                (Self::Temperature(__a), Self::Temperature(__b)) => {
                    __thrift::TotalOrd::total_cmp(__a, __b)
                }
                (Self::Remark(__a), Self::Remark(__b)) => __thrift::Ord::cmp(__a, __b),
                (Self::Unknown(__a), Self::Unknown(__b)) => __thrift::Ord::cmp(__a, __b),
                _ => __thrift::Ord::cmp(&__rank(self), &__rank(__other)),
            }
        }
    }
    impl __thrift::Hash for Reading {
        fn hash<__H: __thrift::Hasher>(&self, __state: &mut __H) {
            __thrift::Hash::hash(&::core::mem::discriminant(self), __state);
            match self {
                Self::Temperature(__a) => __thrift::TotalOrd::total_hash(__a, __state),
                Self::Remark(__a) => __thrift::Hash::hash(__a, __state),
                Self::Unknown(__a) => __thrift::Hash::hash(__a, __state),
            }
        }
    }
    impl __thrift::EncodeStruct for Reading {
        const NAME: &'static str = "Reading";
        const FIELDS: &'static [__thrift::Field] = &[
            __thrift::Field::new(1, "temperature"),
            __thrift::Field::new(2, "remark"),
        ];
        fn write<__W: __thrift::StructWriter>(&self, __w: &mut __W) {
            match self {
                Self::Temperature(__value) => __w.field(1, __value),
                Self::Remark(__value) => __w.field(2, __value),
                Self::Unknown(__member) => __member.write(__w),
            }
        }
    }
    impl<'__de> __thrift::DecodeStruct<'__de> for Reading {
        fn read<__R: __thrift::StructReader<'__de>>(
            &mut self,
            __r: &mut __R,
        ) -> __thrift::Result<()> {
            *self = Self::Unknown(__thrift::Default::default());
            while let __thrift::Some(__h) = __r.header()? {
                match __h.id {
                    1 => {
                        if let __thrift::Some(__value) = __thrift::read_member(
                            __r,
                            __h,
                        )? {
                            *self = Self::Temperature(__value);
                        }
                    }
                    2 => {
                        if let __thrift::Some(__value) = __thrift::read_member(
                            __r,
                            __h,
                        )? {
                            *self = Self::Remark(__value);
                        }
                    }
                    _ => *self = Self::Unknown(__thrift::UnknownMember::read(__r, __h)?),
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
