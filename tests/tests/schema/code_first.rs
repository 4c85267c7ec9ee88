//! What services say of themselves that begin in Rust.

use std::collections::BTreeMap;

use thrift_runtime::{
    Error, Result, ThriftError, ThriftException, ThriftStruct, assert_compatible,
    schema::Definition, service,
};

#[derive(Debug, Clone, Default, PartialEq, ThriftStruct)]
#[thrift(schema)]
pub(crate) struct Mail {
    #[thrift(id = 1, required)]
    pub(crate) text: String,
}

#[derive(Debug, Clone, Default, PartialEq, ThriftException)]
#[thrift(schema)]
pub(crate) struct Missing {
    #[thrift(id = 1)]
    pub(crate) message: String,
}

#[derive(Debug, ThriftError)]
#[thrift(schema, names = "camelCase")]
pub(crate) enum TakeError {
    /// Nothing waits.
    #[thrift(id = 2)]
    NothingThere(Missing),
    #[thrift(other)]
    Other(Error),
}

mod base {
    use thrift_runtime::{Result, service};

    /// Counts.
    #[service(schema)]
    pub(crate) trait Counter {
        #[thrift(oneway)]
        async fn count(&self, by: i64) -> Result<()>;
    }
}

/// A desk at which mail waits.
#[service(schema, names = "camelCase", rename = "PostDesk")]
pub(crate) trait Desk: base::Counter {
    /// Leaves mail.
    #[thrift(idempotent)]
    async fn leave_mail(
        &self,
        #[thrift(required)] mail: Mail,
        /// What is written on it.
        #[thrift(id = 5)]
        tags: Vec<String>,
        note: Option<String>,
        #[thrift(default = 2 - 1)] copies: i32,
    ) -> Result<()>;
    async fn take(&self, #[thrift(binary)] key: Vec<u8>) -> Result<Mail, TakeError>;
    #[deprecated = "use take"]
    async fn sizes(&self) -> Result<BTreeMap<String, i8>, Error>;
}

#[test]
fn a_trait_prints_the_idl_that_it_stands_for() {
    let text = Desk.idl();
    let expected = "/** Counts. */
service Counter {
    oneway void count(1: i64 by)
}

struct Mail {
    1: required string text
}

exception Missing {
    1: string message
}

/** A desk at which mail waits. */
service PostDesk extends Counter {
    /** Leaves mail. */
    void leaveMail(
        1: required Mail mail,
        /** What is written on it. */
        5: list<string> tags,
        6: string note,
        7: i32 copies = 1,
    ) (idempotent = \"1\")
    Mail take(1: binary key) throws (
        /** Nothing waits. */
        2: Missing nothingThere,
    )
    map<string, i8> sizes() (deprecated = \"use take\")
}
";
    let normal = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(normal(&text), normal(expected), "{text}");
    thrift_tests::schema::reloaded(&Desk.program()).unwrap();
}

/// A program for colleagues names their packages; what `thrift!` has read keeps its own.
#[test]
fn its_file_has_the_namespaces_that_are_asked_for() {
    const IDL: Definition = Desk.namespaces(&[("java", "org.example"), ("py", "desk")]);
    assert_eq!(IDL, Desk);
    let text = IDL.idl();
    assert!(text.starts_with("namespace java org.example\nnamespace py desk\n\n"), "{text}");
    assert_eq!(text.matches("namespace").count(), 2, "{text}");
    thrift_tests::schema::reloaded(&IDL.program()).unwrap();
}

#[test]
fn its_compatibility_is_a_test_in_one_line() {
    assert_compatible!(Desk, "tests/schema/idl/desk.v1.thrift");
}

/// The service that the guide shows beside its IDL.
mod guide {
    use thrift_runtime::{Error, Result, ThriftError, ThriftException, ThriftStruct, service};

    #[derive(Debug, Clone, Default, PartialEq, ThriftStruct)]
    #[thrift(schema)]
    pub(crate) struct Mail {
        #[thrift(id = 1)]
        text: String,
    }

    #[derive(Debug, Clone, Default, PartialEq, ThriftException)]
    #[thrift(schema)]
    pub(crate) struct Missing {
        #[thrift(id = 1)]
        message: String,
    }

    #[derive(Debug, ThriftError)]
    #[thrift(schema)]
    pub(crate) enum TakeError {
        #[thrift(id = 1)]
        Missing(Missing),
        #[thrift(other)]
        Other(Error),
    }

    #[service(schema)]
    pub(crate) trait Desk {
        async fn take(&self, who: String) -> Result<Mail, TakeError>;
        #[thrift(oneway)]
        async fn log(&self, line: String) -> Result<()>;
    }
}

#[test]
fn the_guide_shows_the_idl_of_its_service() {
    let page = include_str!("../../../thrift-runtime/src/guide/code-first.md");
    let expected = include_str!("idl/mail_desk.thrift");
    assert!(page.contains(&format!("\n```thrift\n{expected}```\n")), "{expected}");
    let normal = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(normal(&guide::Desk.idl()), normal(expected));
}
