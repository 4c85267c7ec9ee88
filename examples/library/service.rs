//! The service: these types and this trait are all that there is, and no IDL.

use thrift_runtime::{
    Error, Result, ThriftEnum, ThriftError, ThriftException, ThriftStruct, service,
};

/// What a book is about.
#[derive(Debug, Clone, Copy, PartialEq, Default, ThriftEnum)]
#[thrift(schema)]
pub(crate) enum Subject {
    #[default]
    Other,
    Ships,
    Bees,
    /// What only newer peers know.
    #[thrift(unknown)]
    Unknown(i32),
}

/// A book.
#[derive(Debug, Clone, PartialEq, Default, ThriftStruct)]
#[thrift(schema)]
pub(crate) struct Book {
    #[thrift(id = 1, required)]
    pub(crate) title: String,
    #[thrift(id = 2)]
    pub(crate) subject: Subject,
    #[thrift(id = 3, default = 1)]
    pub(crate) copies: i32,
}

/// There is no such book.
#[derive(Debug, Clone, Default, ThriftException)]
#[thrift(schema)]
pub(crate) struct NotFound {
    #[thrift(id = 1)]
    pub(crate) title: String,
}

#[derive(Debug, ThriftError)]
#[thrift(schema, names = "camelCase")]
pub(crate) enum FindError {
    #[thrift(id = 1)]
    NotFound(NotFound),
    #[thrift(other)]
    Other(Error),
}

/// Lends books.
#[service(schema, names = "camelCase")]
pub(crate) trait Library {
    /// The book with this title.
    #[thrift(idempotent)]
    async fn find(&self, title: String) -> Result<Book, FindError>;

    /// All books about something.
    async fn find_all(&self, subject: Subject) -> Result<Vec<Book>>;
}
