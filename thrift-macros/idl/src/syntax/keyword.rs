//! The reserved words.

use crate::suggest;

/// Declares each keyword with its spelling.
macro_rules! keywords {
    ($($name:ident = $text:literal,)*) => {
        /// A reserved word. (`true` and `false` are integers to Thrift.)
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Keyword {
            $($name,)*
        }

        impl Keyword {
    /// The keyword that a word is a misspelling of, among those that `fits` allows here.
    pub(super) fn meant(word: &str, fits: impl Fn(&Keyword) -> bool) -> Option<Keyword> {
        let fitting = Keyword::ALL.iter().filter(|keyword| fits(keyword));
        suggest::nearest(word, fitting.map(|keyword| keyword.text())).and_then(Keyword::from_text)
    }

            pub(super) fn from_text(text: &str) -> Option<Keyword> {
                match text {
                    $($text => Some(Keyword::$name),)*
                    _ => None,
                }
            }

            pub(crate) fn text(self) -> &'static str {
                match self {
                    $(Keyword::$name => $text,)*
                }
            }

            const ALL: &[Keyword] = &[$(Keyword::$name,)*];
        }
    };
}

keywords! {
    Namespace = "namespace",
    CppInclude = "cpp_include",
    CppType = "cpp_type",
    Include = "include",
    XsdAll = "xsd_all",
    XsdOptional = "xsd_optional",
    XsdNillable = "xsd_nillable",
    XsdAttrs = "xsd_attrs",
    Void = "void",
    Bool = "bool",
    Byte = "byte",
    I8 = "i8",
    I16 = "i16",
    I32 = "i32",
    I64 = "i64",
    Double = "double",
    String = "string",
    Binary = "binary",
    Uuid = "uuid",
    Map = "map",
    List = "list",
    Set = "set",
    Oneway = "oneway",
    Async = "async",
    Typedef = "typedef",
    Struct = "struct",
    Union = "union",
    Exception = "exception",
    Extends = "extends",
    Throws = "throws",
    Service = "service",
    Enum = "enum",
    Const = "const",
    Required = "required",
    Optional = "optional",
}

impl Keyword {
    /// Fields and arguments may have almost any keyword as their name; nothing else may.
    pub(super) fn may_name_field(self) -> bool {
        !matches!(
            self,
            Keyword::CppType
                | Keyword::XsdAll
                | Keyword::XsdOptional
                | Keyword::XsdNillable
                | Keyword::XsdAttrs
        )
    }

    /// Whether a definition or a header begins with it.
    pub(super) fn begins_definition(self) -> bool {
        matches!(
            self,
            Keyword::Namespace
                | Keyword::CppInclude
                | Keyword::Include
                | Keyword::Typedef
                | Keyword::Struct
                | Keyword::Union
                | Keyword::Exception
                | Keyword::Service
                | Keyword::Enum
                | Keyword::Const
        )
    }
}
