//! IDL from elsewhere: made by a build script, written in the arguments, in several files.

mod made {
    thrift_runtime::thrift! {
        path: concat!(env!("OUT_DIR"), "/made.thrift"),
        include_dirs: [concat!(env!("OUT_DIR"), "/", "parts")],
    }
}

mod short {
    thrift_runtime::thrift!(concat!(env!("OUT_DIR"), "/parts/part.thrift"));
}

mod inline {
    thrift_runtime::thrift! {
        idl: r#"
            include "idl/sharing/common.thrift"

            /** One that is nowhere else. */
            struct Note {
                1: required string text
                2: common.Common common
            }
        "#,
        attr: { "Note.text": #[doc(alias = "words")] },
        services: none,
    }

    thrift_runtime::thrift! { idl: "struct Other { 1: i32 number = 8 }" }
}

mod several {
    thrift_runtime::thrift! {
        path: [
            "idl/sharing/left.thrift",
            "idl/sharing/right.thrift",
            concat!(env!("OUT_DIR"), "/parts/part.thrift"),
        ],
        attr: { "left.Left": #[doc(alias = "one")] },
    }
}

#[test]
fn files_are_found_where_a_build_script_put_them() {
    assert_eq!(made::Made::default().part.number, 3);
    assert_eq!(made::part::Part::default(), made::Made::default().part);
    assert_eq!(short::Part::default().number, 3);
}

#[test]
fn idl_may_stand_in_the_arguments() {
    let note = inline::Note { text: "t".to_owned(), ..Default::default() };
    assert_eq!(note.common, inline::common::Common::default());
    assert_eq!(inline::Other::default().number, 8);
}

#[test]
fn several_files_have_a_module_each_and_share_what_they_include() {
    let common = several::common::Common::default();
    let left = several::left::Left { common: common.clone() };
    let right = several::right::Right { common, ..Default::default() };
    assert_eq!(left.common, right.common);
    assert_eq!(several::part::Part::default().number, 3);
}
