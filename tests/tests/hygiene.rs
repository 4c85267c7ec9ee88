//! Generated code in surroundings that are not kind to it.

mod without_prelude {
    #![no_implicit_prelude]
    ::thrift_runtime::thrift!("idl/hygiene.thrift");
}

/// With all that options add.
mod chosen {
    #![no_implicit_prelude]
    ::thrift_runtime::thrift! {
        path: "idl/hygiene.thrift",
        names: idl,
        serde: idl,
        types: { string: LossyStr, map: HashMap, structs: ByteStr },
        unset: option,
        services: [client, server, blocking, dyn, extended],
        partial: true,
    }
}

/// Two invocations in one module, of which one is of the same file.
mod twice {
    thrift_runtime::thrift!("../idl/hygiene.thrift");
    thrift_runtime::thrift!("../idl/shapes.thrift");
    mod again {
        thrift_runtime::thrift!("../idl/hygiene.thrift");
    }
}

mod renamed {
    use ::thrift_runtime as rpc;
    rpc::thrift! { path: "idl/shapes.thrift" }
}

/// What is called like the generic parameters of generated code.
mod letters {
    macro_rules! with {
        ($name:ident, $($services:ident),*) => {
            pub(super) mod $name {
                thrift_runtime::thrift! {
                    idl: "
                        struct C { 1: i32 c }
                        struct P { 1: C c }
                        union T { 1: P p }
                        exception F { 1: string message }
                        service H { C take(1: P p, 2: T t) throws (1: F f) }
                        service S extends H { C give(1: C c) }
                    ",
                    services: [$($services),*],
                }
            }
        };
    }
    with!(closed, client, server, blocking);
    with!(open, client, server, blocking, extended);
    with!(all, client, server, blocking, dyn, extended);

    pub(super) mod traits {
        use thrift_runtime::{Result, ThriftStruct, service};

        #[derive(Clone, Debug, Default, PartialEq, ThriftStruct)]
        pub(crate) struct C {
            #[thrift(id = 1)]
            pub(crate) c: i32,
        }

        #[service(services = [client, server, blocking, dyn])]
        pub(crate) trait H {
            async fn take(&self, c: C) -> Result<C>;
        }

        macro_rules! c {
            () => {
                C
            };
        }

        #[service]
        pub(crate) trait T: H {
            async fn give(&self, c: c!()) -> Result<Vec<C>>;
        }
    }
}

use without_prelude as names;

#[test]
fn parameters_are_not_taken_for_types_of_the_same_name() {
    use letters::{all, closed, open, traits};
    fn client<T: closed::H + closed::S>() {}
    client::<closed::SClient>();
    fn answers<T: thrift_runtime::Processor>() {}
    answers::<open::SProcessor<thrift_runtime::__private::OneHandler<open::SClient>>>();
    answers::<all::SProcessor<thrift_runtime::__private::OneHandler<all::SClient>>>();
    fn both<T: traits::H + traits::T>() {}
    both::<traits::TClient>();
}

#[test]
fn names_that_collide_get_numbers() {
    let edge = names::TheEdgeCase { field_name: 1, field_name_2: 2, field_name_3: 3 };
    assert_eq!(edge.field_name_2, 2);
    let other = names::TheEdgeCase_2 { a: 1 };
    assert_eq!(other.a, 1);
    assert_eq!(names::CLONE, 3);
    assert_eq!(names::Clone::COPY.name(), Some("Copy"));
    assert_eq!(names::Clone::COPY_2.0, 1);
    assert_eq!(names::Clone::MATCH.0, 6);
}

#[test]
fn options_add_nothing_that_collides() {
    let value = chosen::Some::default();
    assert_eq!(serde_json::to_string(&value).unwrap(), "{}");
    fn is_dyn<T: chosen::Send>() {}
    is_dyn::<std::sync::Arc<dyn chosen::SendDyn>>();
}

#[test]
fn keywords_are_raw_or_get_an_underscore() {
    let value = names::Self_ {
        self_: "a".to_owned(),
        r#type: "b".to_owned(),
        r#gen: "c".to_owned(),
        r#async: "d".to_owned(),
        crate_: "e".to_owned(),
    };
    assert_eq!(value.clone(), value);
}

#[test]
fn unions_keep_an_arm_for_what_they_do_not_know() {
    let value = names::Some::default();
    assert!(matches!(value, names::Some::Unknown_2(_)));
    let value = names::Some::Unknown(names::Box::default());
    assert!(value < names::Some::Ok("text".to_owned()));
}

#[tokio::test]
async fn methods_are_not_shadowed() {
    struct Handler;

    impl names::Send for Handler {
        async fn call(
            &self,
            self_: names::String,
            _handler: names::Vec,
            a: i32,
            _args: i32,
        ) -> Result<names::Result, names::SendCallError> {
            match a {
                0 => Err(names::Error { message: "zero".to_owned() }.into()),
                1 => Err(names::SendCallError::Other(names::Debug::default())),
                2 => Err(thrift_runtime::Error::application(Default::default(), "two").into()),
                _ => Ok(names::Result {
                    option: names::Option { string: Some(self_) },
                    ..Default::default()
                }),
            }
        }
        async fn close(&self) -> thrift_runtime::Result<()> {
            Ok(())
        }
        async fn clone(&self, _clone: i32) -> thrift_runtime::Result<()> {
            Ok(())
        }
        async fn new(&self, from: names::From) -> thrift_runtime::Result<names::From> {
            Ok(from)
        }
        async fn channel(&self, channel: i32) -> thrift_runtime::Result<i32> {
            Ok(channel)
        }
        async fn get_name(&self) -> thrift_runtime::Result<i32> {
            Ok(1)
        }
        async fn get_name_2(&self) -> thrift_runtime::Result<i32> {
            Ok(2)
        }
        async fn r#await(&self, _type: i32) -> thrift_runtime::Result<()> {
            Ok(())
        }
    }

    impl names::Sync for Handler {
        async fn dispatch(&self, call: i32) -> thrift_runtime::Result<i32> {
            Ok(call + 1)
        }
        async fn process(&self, p: i32) -> thrift_runtime::Result<i32> {
            Ok(p + 2)
        }
    }

    let address = thrift_tests::server::serve(names::SyncProcessor::new(Handler)).await;
    let client = names::SyncClient::connect(address).await.unwrap();

    use names::{Send as _, Sync as _};
    assert_eq!(client.channel(7).await.unwrap(), 7);
    assert_eq!(client.get_name_2().await.unwrap(), 2);
    assert_eq!(client.dispatch(1).await.unwrap(), 2);
    assert_eq!(client.process(1).await.unwrap(), 3);
    client.close().await.unwrap();
    client.r#await(1).await.unwrap();
    assert_eq!(names::Send::new(&client, vec![]).await.unwrap(), vec![]);

    let call = |a| client.call(names::String::default(), names::Vec::default(), a, 0);
    let result = call(3).await.unwrap();
    assert_eq!(result.option.string, Some(names::String::default()));
    assert!(
        matches!(call(0).await, Err(names::SendCallError::Err(error)) if error.message == "zero")
    );
    assert!(matches!(call(1).await, Err(names::SendCallError::Other(_))));
    assert!(matches!(
        call(2).await,
        Err(names::SendCallError::Other_2(error)) if error.is_application()
    ));
}

#[test]
fn inside_a_function() {
    thrift_runtime::thrift!("idl/shapes.thrift");
    assert_eq!(Shape::default().sides, 4);
}

/// What the author has under names that generated code could bind, all of them such that a pattern cannot
/// bind a name that they have: rustc takes it for them, or refuses it. The unit tests of the macros make
/// sure that generated code binds no other plain names than parameters, which are here; the rest is what
/// code for them would most likely be called.
macro_rules! taken {
    ($with:ident) => {
        $with! {
            address channel client handler
            a all answers arguments at b call cx declared deserializer error exception f h header held
            index known member message method name number other part r rank seen serializer state
            theirs this u unequal unknown value w
        }
    };
}

macro_rules! statics {
    ($($name:ident)*) => { $(static $name: u8 = 0;)* };
}

macro_rules! constants {
    ($($name:ident)*) => { $(const $name: u8 = 0;)* };
}

macro_rules! units {
    ($($name:ident)*) => { $(struct $name;)* };
}

macro_rules! tuples {
    ($($name:ident)*) => { $(struct $name(u8);)* };
}

macro_rules! surrounded_by {
    ($what:ident, $module:ident) => {
        #[allow(dead_code, non_camel_case_types, non_upper_case_globals)]
        mod $module {
            use std::borrow::Cow;

            use thrift_runtime::{
                Error, Result, ThriftEnum, ThriftError, ThriftException, ThriftStruct, ThriftUnion,
                service,
                value::{UnknownFields, UnknownMember},
            };

            taken!($what);

            mod seconds {
                use std::{convert::Infallible, time::Duration};

                pub(super) fn to_wire(_: &Duration) -> i64 {
                    0
                }

                pub(super) fn from_wire(_: i64) -> Result<Duration, Infallible> {
                    Ok(Duration::ZERO)
                }
            }

            #[derive(Debug, PartialEq, ThriftStruct)]
            #[thrift(default, schema, serde)]
            struct Plain {
                #[thrift(id = 1, required)]
                text: String,
                #[thrift(id = 2, default = 3)]
                i: i32,
                #[thrift(id = 3, with = seconds)]
                duration: std::time::Duration,
                #[thrift(id = 4, with = seconds)]
                maybe: Option<std::time::Duration>,
                #[thrift(unknown)]
                more: UnknownFields,
            }

            #[derive(Debug, PartialEq, ThriftException)]
            #[thrift(default, schema, bound = "T: thrift_runtime::Value + std::fmt::Debug")]
            struct Failed<T> {
                #[thrift(id = 1)]
                message: Option<String>,
                #[thrift(id = 2)]
                of: T,
            }

            #[derive(Debug, Default, PartialEq, ThriftStruct)]
            #[thrift(transparent, serde)]
            struct Text<'x>(Cow<'x, str>);

            #[derive(Debug, Default, PartialEq, ThriftStruct)]
            #[thrift(schema)]
            struct Lent<'x>(#[thrift(id = 1)] &'x str);

            #[derive(Debug, PartialEq, ThriftUnion)]
            #[thrift(default, schema, serde)]
            enum Open {
                #[thrift(id = 1)]
                Text(String),
                #[thrift(id = 2, with = seconds)]
                Duration(std::time::Duration),
                #[thrift(unknown)]
                Unknown(UnknownMember),
            }

            #[derive(Debug, PartialEq, ThriftUnion)]
            #[thrift(default, closed)]
            enum Closed {
                #[thrift(id = 1)]
                Text(String),
            }

            #[derive(Debug, Default, PartialEq, ThriftEnum)]
            #[thrift(schema, serde)]
            #[repr(i32)]
            enum Kind {
                #[default]
                One = 1,
                #[thrift(unknown)]
                Other(i32),
            }

            #[derive(Debug, Default, PartialEq, ThriftEnum)]
            #[thrift(closed)]
            enum Few {
                #[default]
                One = 1,
            }

            #[derive(Debug, ThriftError)]
            #[thrift(schema)]
            enum Errors {
                #[thrift(id = 1)]
                Failed(Failed<i32>),
                #[thrift(other)]
                Other(Error),
            }

            #[service(services = [client, server, blocking, dyn], partial, schema)]
            trait First {
                async fn one(&self, i: i32, j: String) -> Result<i32, Errors>;
                async fn two(
                    &self,
                    #[thrift(default = 3)] i: i32,
                    #[thrift(required)] j: Plain,
                ) -> Result<()>;
                #[thrift(oneway)]
                async fn three(&self) -> Result<()>;
            }

            #[service]
            trait Second: First {
                async fn four(&self) -> Result<i32>;
            }

            many! {
                m0 m1 m2 m3 m4 m5 m6 m7 m8 m9 m10 m11 m12 m13 m14 m15 m16 m17 m18 m19 m20 m21 m22
                m23 m24 m25 m26 m27 m28 m29 m30 m31 m32 m33 m34 m35 m36 m37 m38 m39
            }
        }
    };
}

macro_rules! many {
    ($($method:ident)*) => {
        #[service]
        trait Many {
            $(async fn $method(&self, i: i32) -> Result<i32>;)*
        }
    };
}

surrounded_by!(statics, by_statics);
surrounded_by!(constants, by_constants);
surrounded_by!(units, by_units);
surrounded_by!(tuples, by_tuples);

/// The same names, which enums of an IDL have, and then constants.
mod by_items {
    pub(super) mod enums {
        thrift_runtime::thrift! {
            path: "idl/taken.thrift",
            names: idl,
            serde: idl,
            schema: on,
            services: [client, server, blocking, dyn, extended],
            partial: true,
        }
    }

    pub(super) mod constants {
        thrift_runtime::thrift! {
            path: "idl/taken.thrift",
            unknown_fields: keep,
            services: [client, server, blocking],
            rename: {
                "A1": handler, "A2": r, "A3": w, "A4": seen, "A5": number, "A6": channel, "A7": value,
                "A8": part, "A9": all, "A10": call,
            },
        }
    }
}

/// What compares existing types with the IDL.
mod by_items_used_again {
    thrift_runtime::thrift! {
        idl: r#"
            const i32 A1 = 1 const i32 A2 = 2 const i32 A3 = 3
            enum number { A = 1 }
            struct Key { 1: map<i32, list<i32>> at }
            struct Both { 1: number number, 2: Key key }
        "#,
        with: { "number": crate::by_items::enums::number, "Key": crate::by_items::enums::Key },
        rename: { "A1": theirs, "A2": at, "A3": answers },
    }
}

#[tokio::test]
async fn an_argument_gets_a_number_where_a_value_has_its_name() {
    // These compile, which is what matters: a name that is taken would be an error.
    macro_rules! are_enums {
        ($($name:ident)*) => { $(assert_eq!(by_items::enums::$name::A.0, 1);)* };
    }
    taken!(are_enums);
    assert_eq!(by_items::constants::handler[..], [1]);
    assert_eq!(by_items::constants::LONG.len(), 40);

    struct Handler;
    impl by_items::enums::taker for Handler {
        async fn take(
            &self,
            number_2: by_items::enums::number,
            handler_2: i32,
            free: i32,
        ) -> thrift_runtime::Result<i32> {
            Ok(number_2.0 + handler_2 + free)
        }
    }
    use by_items::enums::{number, taker as _};
    assert_eq!(Handler.take(number::A, 2, 3).await.unwrap(), 6);
}
