//! A service of so many methods that several functions dispatch to them.

thrift_runtime::thrift!("idl/services/many.thrift");

use thrift_runtime::{ApplicationErrorKind, Processor, Result};
use thrift_tests::server::serve;

struct Handler;

impl Base for Handler {
    async fn base(&self) -> Result<i32> {
        Ok(-1)
    }
}

macro_rules! methods {
    ($($name:ident $number:literal)*) => {
        impl Many for Handler {
            $(async fn $name(&self) -> Result<i32> {
                Ok($number)
            })*
        }

        #[tokio::test]
        async fn each_is_answered_by_its_own() {
            let address = serve(ManyProcessor::new(Handler)).await;
            let client = MoreClient::connect(address).await.unwrap();
            $(assert_eq!(client.$name().await.unwrap(), $number);)*
            assert_eq!(client.base().await.unwrap(), -1);
            let error = client.more().await.unwrap_err();
            let exception = error.as_application().unwrap();
            assert_eq!(exception.kind(), ApplicationErrorKind::UNKNOWN_METHOD);
        }

        #[test]
        fn each_is_found() {
            let processor = ManyProcessor::new(Handler);
            for name in [$(stringify!($name),)* "base"] {
                assert_eq!(processor.method(name.as_bytes()).unwrap().name(), name);
            }
            assert!(processor.method(b"more").is_none());
        }
    };
}

methods! {
    method_0 0 method_1 1 method_2 2 method_3 3 method_4 4
    method_5 5 method_6 6 method_7 7 method_8 8 method_9 9
    method_10 10 method_11 11 method_12 12 method_13 13 method_14 14
    method_15 15 method_16 16 method_17 17 method_18 18 method_19 19
    method_20 20 method_21 21 method_22 22 method_23 23 method_24 24
    method_25 25 method_26 26 method_27 27 method_28 28 method_29 29
    method_30 30 method_31 31 method_32 32 method_33 33 method_34 34
    method_35 35 method_36 36 method_37 37 method_38 38 method_39 39
    method_40 40 method_41 41 method_42 42 method_43 43 method_44 44
    method_45 45 method_46 46 method_47 47 method_48 48 method_49 49
    method_50 50 method_51 51 method_52 52 method_53 53 method_54 54
    method_55 55 method_56 56 method_57 57 method_58 58 method_59 59
    method_60 60 method_61 61 method_62 62 method_63 63 method_64 64
    method_65 65 method_66 66 method_67 67 method_68 68 method_69 69
}
