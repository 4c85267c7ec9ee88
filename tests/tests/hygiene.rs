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
