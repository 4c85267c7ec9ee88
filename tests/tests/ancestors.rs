//! Services that extend one another over more levels than anybody has: the compiler gets through, and
//! calls find their methods.

mod levels {
    #![no_implicit_prelude]
    ::thrift_runtime::thrift! {
        path: "idl/ancestors.thrift",
        services: [client, server, blocking],
    }
}

use levels::*;
use thrift_runtime::{BlockingClient, Channel, Client, Context, Error, Result};
use thrift_tests::server::serve;

#[derive(Debug, Clone)]
struct Handler;

impl Level1 for Handler {
    async fn at1(&self, number: i32) -> Result<i32, Level1At1Error> {
        match number {
            0 => Err(Refused { level: 1 }.into()),
            number => Ok(number + 1),
        }
    }
}

macro_rules! implement {
    ($($level:ident $method:ident),*) => {$(
        impl $level for Handler {
            async fn $method(&self, number: i32) -> Result<i32> {
                Ok(number + stringify!($level)["Level".len()..].parse::<i32>().map_err(Error::internal)?)
            }
        }
    )*};
}

implement! { Level2 at2, Level3 at3, Level4 at4, Level5 at5, Level6 at6, Level7 at7, Level8 at8, Level9 at9, Level10 at10, Level11 at11, Level12 at12, Level13 at13, Level14 at14, Level15 at15, Level16 at16, Level17 at17, Level18 at18, Level19 at19, Level20 at20, Level21 at21, Level22 at22, Level23 at23, Level24 at24, Level25 at25, Level26 at26, Level27 at27, Level28 at28, Level29 at29, Level30 at30, Level31 at31, Level32 at32, Level33 at33, Level34 at34, Level35 at35, Level36 at36, Level37 at37, Level38 at38, Level39 at39, Level40 at40, Level41 at41, Level42 at42, Level43 at43, Level44 at44, Level45 at45, Level46 at46, Level47 at47, Level48 at48, Level49 at49, Level50 at50, Level51 at51, Level52 at52, Level53 at53, Level54 at54, Level55 at55, Level56 at56, Level57 at57, Level58 at58, Level59 at59, Level60 at60 }

macro_rules! aside {
    ($($side:ident $method:ident),*) => {$(
        impl $side for Handler {
            async fn $method(&self, number: i32, unit: String, down: bool) -> Result<i32> {
                assert_eq!((&*unit, down), ("m", true));
                Ok(-number)
            }
        }
    )*};
}

aside! { Side1 aside1, Side2 aside2, Side3 aside3, Side4 aside4, Side5 aside5, Side6 aside6, Side7 aside7, Side8 aside8, Side9 aside9, Side10 aside10, Side11 aside11, Side12 aside12 }

/// Whoever takes the first takes them all.
async fn first(level: &impl Level1) -> i32 {
    level.at1(1).await.unwrap()
}

/// Calls methods of the nearest ancestors and of the most distant ones.
async fn call<C: Channel>(client: &Level60Client<C>) {
    assert_eq!(client.at60(1).await.unwrap(), 61);
    assert_eq!(client.at59(1).await.unwrap(), 60);
    assert_eq!(client.at55(1).await.unwrap(), 56);
    assert_eq!(client.at30(1).await.unwrap(), 31);
    assert_eq!(client.at2(1).await.unwrap(), 3);
    assert_eq!(first(client).await, 2);
    let refused = client.at1(0).await.unwrap_err();
    assert!(matches!(refused, Level1At1Error::Refused(Refused { level: 1 })));
}

#[tokio::test]
async fn methods_are_inherited_over_sixty_levels() {
    let address = serve(Level60Processor::new(Handler)).await;
    let channel = Client::connect(address).await.unwrap();
    call(&Level60Client::new(&channel)).await;
    assert_eq!(first(&Level30Client::new(&channel)).await, 2);
    assert_eq!(first(&Level1Client::new(&channel)).await, 2);
    assert_eq!(first(&Handler).await, 2);
    // A handler that is a client, too.
    let relay = serve(Level60Processor::new(Level60Client::new(channel))).await;
    call(&Level60Client::connect(relay).await.unwrap()).await;
    let per_call = serve(Level60Processor::per_call(|_: &Context| Handler)).await;
    call(&Level60Client::connect(per_call).await.unwrap()).await;
}

/// A line of services has no branches: those at the side have the traits of some of its services only.
#[tokio::test]
async fn methods_are_inherited_at_a_branch() {
    let address = serve(Side12Processor::new(Handler)).await;
    let channel = Client::connect(address).await.unwrap();
    let client = Side12Client::new(&channel);
    let unit = || String::from("m");
    assert_eq!(client.aside12(1, unit(), true).await.unwrap(), -1);
    assert_eq!(client.aside11(2, unit(), true).await.unwrap(), -2);
    assert_eq!(client.aside1(3, unit(), true).await.unwrap(), -3);
    assert_eq!(client.at5(1).await.unwrap(), 6);
    assert_eq!(first(&client).await, 2);
    assert_eq!(Side3Client::new(&channel).aside1(4, unit(), true).await.unwrap(), -4);
    assert_eq!(first(&Side3Client::new(&channel)).await, 2);
    assert_eq!(first(&Level6Client::new(channel)).await, 2);
}

/// What blocks inherits alike.
#[tokio::test]
async fn blocking_methods_are_inherited_over_sixty_levels() {
    let address = serve(Level60Processor::blocking(Slow)).await;
    let calls = tokio::task::spawn_blocking(move || {
        let client = Level60BlockingClient::connect(address).unwrap();
        assert_eq!(client.at60(1).unwrap(), 61);
        assert_eq!(client.at59(1).unwrap(), 60);
        assert_eq!(client.at8(1).unwrap(), 9);
        assert_eq!(client.at1(1).unwrap(), 2);
        let channel = BlockingClient::connect(address).unwrap();
        assert_eq!(Side12BlockingClient::new(&channel).at5(1).unwrap(), 6);
        assert_eq!(Level9BlockingClient::new(&channel).at2(1).unwrap(), 3);
    });
    calls.await.unwrap();
}

#[derive(Debug)]
struct Slow;

impl Level1Blocking for Slow {
    fn at1(&self, number: i32) -> Result<i32, Level1At1Error> {
        Ok(number + 1)
    }
}

macro_rules! block {
    ($($level:ident $method:ident),*) => {$(
        impl $level for Slow {
            fn $method(&self, number: i32) -> Result<i32> {
                let level = stringify!($method)["at".len()..].parse::<i32>();
                Ok(number + level.map_err(Error::internal)?)
            }
        }
    )*};
}

block! { Level2Blocking at2, Level3Blocking at3, Level4Blocking at4, Level5Blocking at5, Level6Blocking at6, Level7Blocking at7, Level8Blocking at8, Level9Blocking at9, Level10Blocking at10, Level11Blocking at11, Level12Blocking at12, Level13Blocking at13, Level14Blocking at14, Level15Blocking at15, Level16Blocking at16, Level17Blocking at17, Level18Blocking at18, Level19Blocking at19, Level20Blocking at20, Level21Blocking at21, Level22Blocking at22, Level23Blocking at23, Level24Blocking at24, Level25Blocking at25, Level26Blocking at26, Level27Blocking at27, Level28Blocking at28, Level29Blocking at29, Level30Blocking at30, Level31Blocking at31, Level32Blocking at32, Level33Blocking at33, Level34Blocking at34, Level35Blocking at35, Level36Blocking at36, Level37Blocking at37, Level38Blocking at38, Level39Blocking at39, Level40Blocking at40, Level41Blocking at41, Level42Blocking at42, Level43Blocking at43, Level44Blocking at44, Level45Blocking at45, Level46Blocking at46, Level47Blocking at47, Level48Blocking at48, Level49Blocking at49, Level50Blocking at50, Level51Blocking at51, Level52Blocking at52, Level53Blocking at53, Level54Blocking at54, Level55Blocking at55, Level56Blocking at56, Level57Blocking at57, Level58Blocking at58, Level59Blocking at59, Level60Blocking at60 }
