//! Services where names mean something else, and in places where few expect them.

use thrift_runtime::Result;
use thrift_tests::server::serve;

/// Names that generated code might take for others.
mod hostile {
    #![no_implicit_prelude]
    #![deny(warnings)]
    #![allow(dead_code, unreachable_pub)]

    pub struct Vec;
    pub struct Option;
    pub struct String;
    pub struct Some;
    pub trait Send {}
    pub trait Future {}

    #[derive(
        ::std::fmt::Debug,
        ::std::clone::Clone,
        ::std::default::Default,
        ::thrift_runtime::ThriftStruct,
    )]
    pub struct Args {
        #[thrift(id = 1)]
        pub number: i32,
    }

    /// A service.
    #[::thrift_runtime::service(services = [client, server, blocking, dyn])]
    pub trait Hostile {
        async fn new(&self, r#type: Args, handler: i32) -> ::thrift_runtime::Result<i32>;
        async fn call(&self, w: i32, r: i32, h: i32, f: i32) -> ::thrift_runtime::Result<i32>;
        async fn channel(&self, this: i32, args: i32, value: i32) -> ::thrift_runtime::Result<i32>;
        async fn clone(&self) -> ::thrift_runtime::Result<()>;
    }

    pub struct Handler;

    impl Hostile for Handler {
        async fn new(&self, r#type: Args, handler: i32) -> ::thrift_runtime::Result<i32> {
            ::std::result::Result::Ok(r#type.number + handler)
        }

        async fn call(&self, w: i32, r: i32, h: i32, f: i32) -> ::thrift_runtime::Result<i32> {
            ::std::result::Result::Ok(w + r + h + f)
        }

        async fn channel(&self, this: i32, args: i32, value: i32) -> ::thrift_runtime::Result<i32> {
            ::std::result::Result::Ok(this + args + value)
        }

        async fn clone(&self) -> ::thrift_runtime::Result<()> {
            ::std::result::Result::Ok(())
        }
    }
}

#[tokio::test]
async fn names_are_those_of_the_surroundings() {
    use hostile::{Handler, Hostile, HostileClient, HostileProcessor};

    let address = serve(HostileProcessor::new(Handler)).await;
    let client = HostileClient::connect(address).await.unwrap();
    let number = hostile::Args { number: 5 };
    assert_eq!(Hostile::new(&client, number, 6).await.unwrap(), 11);
    assert_eq!(Hostile::call(&client, 1, 2, 3, 4).await.unwrap(), 10);
}

#[tokio::test]
async fn a_service_may_stand_in_a_function() {
    #[derive(Debug, Clone, Default, PartialEq, thrift_runtime::ThriftStruct)]
    struct Local {
        #[thrift(id = 1)]
        number: i32,
    }

    #[thrift_runtime::service]
    trait Here {
        async fn twice(&self, local: Local) -> Result<Local>;
    }

    struct Handler;

    impl Here for Handler {
        async fn twice(&self, local: Local) -> Result<Local> {
            Ok(Local { number: 2 * local.number })
        }
    }

    let address = serve(HereProcessor::new(Handler)).await;
    let client = HereClient::connect(address).await.unwrap();
    assert_eq!(client.twice(Local { number: 4 }).await.unwrap(), Local { number: 8 });
}

/// A service whose parent is elsewhere, and two in one scope.
mod above {
    #[thrift_runtime::service]
    pub(crate) trait Above {
        async fn above(&self) -> thrift_runtime::Result<i8>;
    }
}

#[thrift_runtime::service]
pub(crate) trait Below: above::Above {}

#[tokio::test]
async fn a_parent_may_be_elsewhere() {
    struct Handler;

    impl above::Above for Handler {
        async fn above(&self) -> Result<i8> {
            Ok(7)
        }
    }

    impl Below for Handler {}

    let address = serve(BelowProcessor::new(Handler)).await;
    let client = BelowClient::connect(address).await.unwrap();
    assert_eq!(above::Above::above(&client).await.unwrap(), 7);
}
