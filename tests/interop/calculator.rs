//! The calculator of the examples, and what its clients rely on.

#[path = "../../examples/calculator/handler.rs"]
mod handler;

use thrift_runtime::{ApplicationErrorKind, Channel};
use tokio::task::JoinSet;

pub(crate) use self::handler::{Calculator, CalculatorServiceProcessor};
use self::handler::{CalculatorService, CalculatorServiceClient};
use crate::message::{MessageService, MessageServiceClient};

/// What is checked of a service of these names, which is that of an IDL or written in Rust.
macro_rules! checks {
    () => {
        /// Checks the answers of a calculator; panics where one is wrong.
        pub(crate) async fn check(channel: impl Channel + Clone + 'static, number: i32) {
            let calculator = CalculatorServiceClient::new(channel);
            assert_eq!(calculator.add(5, 3).await.unwrap(), 8);
            assert_eq!(calculator.subtract(10, 4).await.unwrap(), 6);
            assert_eq!(calculator.subtract(4, 10).await.unwrap(), -6);
            assert_eq!(calculator.add(i32::MAX, i32::MIN).await.unwrap(), -1);

            for turn in 0..500 {
                assert_eq!(calculator.add(turn, number).await.unwrap(), turn + number);
            }
            let mut calls = JoinSet::new();
            for turn in 0..200 {
                let calculator = calculator.clone();
                calls.spawn(async move {
                    assert_eq!(calculator.subtract(turn, number).await.unwrap(), turn - number);
                });
            }
            calls.join_all().await;
        }
    };
}
pub(crate) use checks;

checks!();

/// Checks that a server has not got the other service's methods, and says so.
pub(crate) async fn check_refusal(channel: impl Channel) {
    let mailboxes = MessageServiceClient::new(channel);
    let error = mailboxes.receive_message("nobody".to_owned()).await.unwrap_err();
    let exception = error.as_application().expect("the server refuses the call");
    assert_eq!(exception.kind(), ApplicationErrorKind::UNKNOWN_METHOD, "{error}");
}
