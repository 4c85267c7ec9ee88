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
pub mod schema_thrift {
    #[allow(unused_imports)]
    use ::thrift_runtime::__private as __thrift;
    /// What is said.
    #[derive(
        __thrift::Clone,
        __thrift::Debug,
        __thrift::Default,
        __thrift::PartialEq,
        __thrift::Eq,
        __thrift::PartialOrd,
        __thrift::Ord,
        __thrift::Hash
    )]
    pub struct Message {
        /// `1: required string text`
        pub text: __thrift::String,
        /// `2: list<Message> replies`
        pub replies: __thrift::Vec<Message>,
    }
    impl __thrift::EncodeStruct for Message {
        const NAME: &'static str = "Message";
        const FIELDS: &'static [__thrift::Field] = &[
            __thrift::Field::new(1, "text"),
            __thrift::Field::new(2, "replies"),
        ];
        #[inline]
        fn write<__W: __thrift::StructWriter>(&self, __w: &mut __W) {
            __w.field(1, &self.text);
            __w.field(2, &self.replies);
        }
    }
    impl<'__de> __thrift::DecodeStruct<'__de> for Message {
        #[inline]
        fn read<__R: __thrift::StructReader<'__de>>(
            &mut self,
            __r: &mut __R,
        ) -> __thrift::Result<()> {
            let mut __seen = 0_u64;
            __seen |= __thrift::bit(__r.next(1, &mut self.text)?, 0);
            __r.next_or_default(2, &mut self.replies)?;
            while let __thrift::Some(__h) = __r.header()? {
                match __h.id {
                    1 => __seen |= __thrift::bit(__r.read_late(__h, &mut self.text)?, 0),
                    2 => _ = __r.read_late(__h, &mut self.replies)?,
                    _ => _ = __r.skip(__h)?,
                }
            }
            __thrift::check_required(__r, __seen, &[1])?;
            __thrift::Ok(())
        }
    }
    __thrift::struct_value!(Message);
    __thrift::shaped!(Message[(1, 398550329) (2, 446516660)]);
    __thrift::arbitrary!(Message);
    __thrift::defined!(
        Message, __thrift::schema::Definition::filed(__schema_thrift_schema::file_0, 0)
    );
    pub const LONGEST: i32 = 80;
    pub trait Messages: __thrift::Send + __thrift::Sync {
        /// `bool send(1: Message message)`
        fn send(
            &self,
            message: Message,
        ) -> impl __thrift::Future<Output = __thrift::Result<bool>> + __thrift::Send;
    }
    /// The IDL of the service [`Messages`](trait@Messages).
    pub const Messages: __thrift::schema::Definition = __thrift::schema::Definition::filed(
        __schema_thrift_schema::file_0,
        2,
    );
    #[doc(hidden)]
    pub mod __schema_thrift_schema {
        use ::thrift_runtime::__private::schema::*;
        const ITEM_0_0: Item = Item::Struct(
            Struct::new(
                    StructKind::Struct,
                    "Message",
                    &[
                        Field::new(1, "text", Type::String).required(),
                        Field::new(
                                2,
                                "replies",
                                Type::List(&Type::Named(Definition::filed(file_0, 0))),
                            )
                            .annotations(&[("order", "newest first")]),
                    ],
                )
                .doc("What is said."),
        );
        const ITEM_0_1: Item = Item::Const(
            Const::new("LONGEST", Type::I32, Value::Int(80)),
        );
        const ITEM_0_2: Item = Item::Service(
            Service::new(
                "Messages",
                &[
                    Function::new(
                            "send",
                            &[
                                Field::new(
                                    1,
                                    "message",
                                    Type::Named(Definition::filed(file_0, 0)),
                                ),
                            ],
                        )
                        .returns(Type::Bool),
                ],
            ),
        );
        pub fn file_0() -> &'static Module {
            static FILE: Module = Module::new(
                "schema.thrift",
                &[ITEM_0_0, ITEM_0_1, ITEM_0_2],
            );
            &FILE
        }
    }
}
#[doc(inline)]
#[allow(unused_imports)]
pub use schema_thrift::*;
