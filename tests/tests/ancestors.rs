//! Services that extend one another over more levels than anybody has: the compiler gets through, and
//! calls find their methods.

mod levels {
    thrift_runtime::thrift!("idl/ancestors.thrift");
}

use levels::*;
use thrift_runtime::{Channel, Client, Context, Error, Result};
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
