//! A service of the IDL takes and gives types that derive their wire form.

use thrift_runtime::Result;
use thrift_tests::server::serve;

use super::types::{Order, Refused};

mod mapped {
    pub(super) mod with_derived {
        thrift_runtime::thrift! {
            path: "idl/derive.thrift",
            with: { "Order": crate::types::Order, "Refused": crate::types::Refused },
        }
    }
}

use mapped::with_derived::{Orders, OrdersClient, OrdersPlaceError, OrdersProcessor};

struct Desk;

impl Orders for Desk {
    async fn place(&self, order: Order) -> Result<Order, OrdersPlaceError> {
        if order.id.is_empty() {
            let message = "which order?".to_owned();
            return Err(Refused { message, code: Some(1) }.into());
        }
        Ok(Order { id: format!("{}, placed", order.id), ..order })
    }
}

#[tokio::test]
async fn derived_types_are_called_with() {
    let address = serve(OrdersProcessor::new(Desk)).await;

    let client = OrdersClient::connect(address).await.unwrap();
    let order = Order { id: "7".to_owned(), seal: vec![1, 2], ..Order::default() };
    let placed = client.place(order).await.unwrap();
    assert_eq!((placed.id.as_str(), placed.seal.as_slice()), ("7, placed", &[1, 2][..]));
    match client.place(Order::default()).await {
        Err(OrdersPlaceError::Refused(refused)) => assert_eq!(refused.message, "which order?"),
        other => panic!("{other:?}"),
    }

    // One that knows nothing of the derived types.
    let client = super::idl::OrdersClient::connect(address).await.unwrap();
    let order = super::idl::Order { id: "8".to_owned(), ..Default::default() };
    let placed = super::idl::Orders::place(&client, order).await.unwrap();
    assert_eq!(placed.id, "8, placed");
}
