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
pub mod enumeration_thrift {
    #[allow(unused_imports)]
    use ::thrift_runtime::__private as __thrift;
    /// How far a task has come.
    #[derive(
        __thrift::Clone,
        __thrift::Copy,
        __thrift::PartialEq,
        __thrift::Eq,
        __thrift::PartialOrd,
        __thrift::Ord,
        __thrift::Hash,
    )]
    pub struct Status(pub i32);
    #[allow(deprecated)]
    impl Status {
        /// Nobody took it.
        pub const OPEN: Self = Self(1);
        pub const DONE: Self = Self(5);
        /// The values that the IDL names, in its order.
        pub const fn values() -> &'static [Self] {
            &[Self::OPEN, Self::DONE]
        }
        /// The name in the IDL, if this is a value that it names.
        pub fn name(self) -> __thrift::Option<&'static str> {
            __thrift::name_of::<Self>(self.0)
        }
    }
    impl __thrift::Enumeration for Status {
        const NAME: &'static str = "Status";
        const MEMBERS: &'static [(&'static str, i32)] = &[("OPEN", 1), ("DONE", 5)];
    }
    impl __thrift::Default for Status {
        fn default() -> Self {
            Self(0)
        }
    }
    impl __thrift::From<i32> for Status {
        fn from(__value: i32) -> Self {
            Self(__value)
        }
    }
    impl __thrift::From<Status> for i32 {
        fn from(__value: Status) -> Self {
            __value.0
        }
    }
    impl __thrift::FromStr for Status {
        type Err = __thrift::UnknownName;
        fn from_str(__name: &str) -> ::core::result::Result<Self, Self::Err> {
            __thrift::value_of::<Self>(__name).map(Self)
        }
    }
    impl __thrift::Debug for Status {
        fn fmt(&self, __f: &mut __thrift::Formatter<'_>) -> __thrift::FmtResult {
            __thrift::debug_enumeration::<Self>(self.0, __f)
        }
    }
    impl __thrift::Display for Status {
        fn fmt(&self, __f: &mut __thrift::Formatter<'_>) -> __thrift::FmtResult {
            __thrift::display_enumeration::<Self>(self.0, __f)
        }
    }
    __thrift::enum_value!(Status);
    __thrift::arbitrary!(Status);
}
#[doc(inline)]
#[allow(unused_imports)]
pub use enumeration_thrift::*;
