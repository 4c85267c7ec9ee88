//! Included files: each a module once, shared between invocations by `with`.

mod shared {
    thrift_runtime::thrift!("idl/sharing/common.thrift");
}

mod left {
    thrift_runtime::thrift! {
        path: "idl/sharing/left.thrift",
        with: { "common.thrift": crate::shared },
    }
}

mod right {
    thrift_runtime::thrift! {
        path: "idl/sharing/right.thrift",
        with: { "common.Common": crate::shared::Common },
    }
}

#[test]
fn two_invocations_share_a_type() {
    let common = shared::Common::default();
    assert_eq!(common.base.number, 7);
    assert_eq!(common.base.kind.name(), Some("B"));
    let left = left::Left { common: common.clone() };
    let right = right::Right { common, ..right::Right::default() };
    assert_eq!(left.common, right.common);
}

#[test]
fn two_files_of_one_stem_are_two_modules() {
    let right = right::Right::default();
    let one: right::twin::One = right.one;
    let two: right::twin_2::Two = right.two;
    assert_eq!(one.x + two.x, 0);
}
