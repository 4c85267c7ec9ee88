//! Services that extend one another over as many levels as there may be.

use thrift_runtime::{BlockingClient, Result, service};
use thrift_tests::server::serve;

#[service(services = [client, server, blocking])]
trait Level0 {
    async fn at0(&self, number: i32) -> Result<i32>;
}

macro_rules! levels {
    ($($level:ident: $above:ident, $method:ident;)*) => {
        $(
            #[service(services = [client, server, blocking])]
            trait $level: $above {
                async fn $method(&self, number: i32) -> Result<i32>;
            }

            impl $level for Handler {
                async fn $method(&self, number: i32) -> Result<i32> {
                    Ok(number + stringify!($level)["Level".len()..].parse::<i32>().unwrap())
                }
            }
        )*
    };
}

struct Handler;

impl Level0 for Handler {
    async fn at0(&self, number: i32) -> Result<i32> {
        Ok(number)
    }
}

levels! {
    Level1: Level0, at1;
    Level2: Level1, at2;
    Level3: Level2, at3;
    Level4: Level3, at4;
    Level5: Level4, at5;
    Level6: Level5, at6;
    Level7: Level6, at7;
    Level8: Level7, at8;
    Level9: Level8, at9;
    Level10: Level9, at10;
    Level11: Level10, at11;
    Level12: Level11, at12;
    Level13: Level12, at13;
    Level14: Level13, at14;
    Level15: Level14, at15;
    Level16: Level15, at16;
}

/// Another below the first, beside those.
#[service]
trait Beside: Level0 {
    async fn beside(&self) -> Result<i32>;
}

impl Beside for Handler {
    async fn beside(&self) -> Result<i32> {
        Ok(-1)
    }
}

/// Whoever takes the first takes them all.
async fn first(level: &impl Level0) -> i32 {
    level.at0(1).await.unwrap()
}

#[tokio::test]
async fn methods_of_all_levels_are_found() {
    let address = serve(Level16Processor::new(Handler)).await;
    let client = Level16Client::connect(address).await.unwrap();
    assert_eq!(first(&client).await, 1);
    assert_eq!(client.at1(1).await.unwrap(), 2);
    assert_eq!(client.at9(1).await.unwrap(), 10);
    assert_eq!(client.at16(1).await.unwrap(), 17);
    let blocking = tokio::task::spawn_blocking(move || {
        let client = Level16BlockingClient::new(BlockingClient::connect(address).unwrap());
        (Level0Blocking::at0(&client, 5).unwrap(), Level16Blocking::at16(&client, 5).unwrap())
    });
    assert_eq!(blocking.await.unwrap(), (5, 21));
}

#[tokio::test]
async fn services_may_extend_the_same_one() {
    let address = serve(BesideProcessor::new(Handler)).await;
    let client = BesideClient::connect(address).await.unwrap();
    assert_eq!((client.beside().await.unwrap(), first(&client).await), (-1, 1));
}
