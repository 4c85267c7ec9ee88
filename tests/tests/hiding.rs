//! Included files that are called like crates, primitive types or keywords hide nothing.

mod api {
    thrift_runtime::thrift! { path: "idl/hiding/root.thrift", warnings: off }

    // All of these would be modules of IDL files.
    #[derive(serde::Serialize)]
    pub(super) struct Around {
        pub(super) number: i32,
        pub(super) text: &'static str,
    }

    #[diagnostic::on_unimplemented(message = "unknown to it")]
    pub(super) trait Known {}

    impl Known for Around {}

    pub(super) async fn around() -> Around {
        tokio::task::yield_now().await;
        let text = str::from_utf8(b"text").unwrap();
        Around {
            number: i32::MAX - std::mem::size_of::<u8>() as i32 - core::mem::size_of::<u8>() as i32,
            text,
        }
    }

    pub(super) fn encoded() -> thrift_runtime::Result<Vec<u8>> {
        use thrift_runtime::Protocol as _;
        thrift_runtime::BinaryProtocol::STRICT
            .encode(&Stamps::default())
            .map(|bytes| bytes.to_vec())
    }

    type Stamps = Root;
}

mod between {
    thrift_runtime::thrift! { path: "idl/hiding/between.thrift", warnings: off }
}

mod user {
    thrift_runtime::thrift! {
        path: "idl/hiding/user.thrift",
        with: { "between.thrift": crate::between },
        warnings: off,
    }
}

#[tokio::test]
async fn what_the_code_around_names_is_still_there() {
    fn known(_: &impl api::Known) {}
    let around = api::around().await;
    known(&around);
    assert_eq!((around.number, around.text), (i32::MAX - 2, "text"));
    assert_eq!(
        serde_json::to_string(&around).unwrap().len(),
        r#"{"number":2147483645,"text":"text"}"#.len()
    );
    assert!(!api::encoded().unwrap().is_empty());
}

#[test]
fn modules_are_called_like_their_files_where_that_hides_nothing() {
    let _: [i32; 5] = [
        api::shared::Stamp::default().number,
        // The package does not depend on this crate.
        api::log::Stamp::default().number,
        api::r#type::Stamp::default().number,
        api::self_::Stamp::default().number,
        api::crate_::Stamp::default().number,
    ];
    let _: [i32; 9] = [
        api::std_idl::Stamp::default().number,
        api::core_idl::Stamp::default().number,
        api::alloc_idl::Stamp::default().number,
        api::thrift_runtime_idl::Stamp::default().number,
        api::serde_idl::Stamp::default().number,
        api::tokio_idl::Stamp::default().number,
        api::str_idl::Stamp::default().number,
        api::i32_idl::Stamp::default().number,
        api::diagnostic_idl::Stamp::default().number,
    ];
}

#[test]
fn with_finds_files_whatever_their_modules_are_called() {
    let user = user::User::default();
    let _: between::Between = user.a;
    let second: between::serde_idl::Stamp = user.b;
    assert_eq!(second.number, 4);
}
