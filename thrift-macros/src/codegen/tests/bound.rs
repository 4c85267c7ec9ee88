//! Names that generated code binds: rustc takes a plain one for that of a static or a constant, if the
//! author has one of that name in scope.

use proc_macro2::TokenStream;
use quote::quote;
use syn::visit::{self, Visit};

use crate::{
    codegen::parameter::DOCUMENTED,
    derive::{self, Kind},
    service,
};

/// What arguments are called in the code that is expanded here: theirs are names that the author chose.
const GIVEN: &str = "given";

/// All names that are bound, but for those that nobody else has.
#[derive(Default)]
struct Bound {
    found: Vec<String>,
    /// Whether the functions of `parameters` are in scope.
    documented: bool,
}

impl Visit<'_> for Bound {
    fn visit_pat_ident(&mut self, of: &syn::PatIdent) {
        let name = of.ident.to_string();
        let parameter = self.documented && DOCUMENTED.contains(&&*name);
        if !name.starts_with("__") && !name.starts_with(GIVEN) && !parameter {
            self.found.push(name);
        }
        visit::visit_pat_ident(self, of);
    }

    fn visit_block(&mut self, of: &syn::Block) {
        let around = self.documented;
        self.documented |= of.stmts.iter().any(|statement| match statement {
            syn::Stmt::Item(syn::Item::Use(of)) => {
                quote!(#of).to_string().ends_with("__thrift :: parameters :: * ;")
            }
            _ => false,
        });
        visit::visit_block(self, of);
        self.documented = around;
    }

    /// Some macros of the runtime keep or drop the items that they get.
    fn visit_macro(&mut self, of: &syn::Macro) {
        if let Ok(items) = syn::parse2::<syn::File>(of.tokens.clone()) {
            self.visit_file(&items);
        }
    }
}

/// Checks an expansion without mistakes.
#[track_caller]
fn check(what: &str, tokens: TokenStream) {
    let text = tokens.to_string();
    assert!(!text.contains("compile_error"), "{what}: {text}");
    check_mistaken(what, tokens);
}

#[track_caller]
fn check_mistaken(what: &str, tokens: TokenStream) {
    let file: syn::File = syn::parse2(tokens).unwrap();
    let mut bound = Bound::default();
    bound.visit_file(&file);
    assert_eq!(bound.found, Vec::<String>::new(), "{what}");
}

/// A constant that makes sure that parameters are hidden from it, which is not done for nothing.
const HANDLER: &str = r#"const i32 HANDLER = 1 (rust.name = "handler")"#;

const IDL: &str = r#"
    enum Kind { ONE = 1, TWO }
    union Choice { 1: Kind kind = Kind.TWO, 2: double number, 3: Row row }
    union Plain { 1: Kind kind, 2: string text }
    struct Row { 1: required i32 one, 2: i32 two = 2, 3: optional i32 three, 4: bool four, 5: bool five }
    struct Real { 1: required double number, 2: optional list<double> numbers, 3: string text = "a" }
    struct Empty {}
    exception Failed { 1: string message, 2: i32 code }
    exception Refused { 1: optional string why }
    const list<Row> ROWS = [{"one": 1}]
    service Base { void ping() i32 add(1: i32 given_a, 2: i32 given_b) throws (1: Failed failed) }
    service Middle extends Base { oneway void tell(2: string given_text, 1: i64 given_number) }
    service Last extends Middle { Row find(1: required Real given, 2: i32 given_more = 3) throws (1: Failed a, 2: Refused b) }
    service None extends Last {}
"#;

fn expansion(options: TokenStream) -> TokenStream {
    let text = format!("{HANDLER} {IDL}");
    crate::expand::thrift(quote!([::thrift_runtime] idl: #text, #options))
}

#[test]
fn of_an_idl() {
    check("plain", expansion(quote!()));
    let all = quote! {
        services: [client, server, blocking, dyn, extended], serde: idl, schema: on, partial: true,
        unset: option, unknown_fields: keep,
    };
    check("all options", expansion(all));
    check("extended", expansion(quote!(services: [client, server, blocking, extended])));
    let lent = quote!(types: { string: &str, binary: &[u8], map: HashMap }, services: none);
    check("what borrows", expansion(lent));
    check(
        "what is left out",
        expansion(quote!(skip: { "Row.two": written, "Real.text": written })),
    );
    let methods: String = (0..50).map(|n| format!("i32 m{n}(1: i32 given)")).collect();
    let many = format!("{HANDLER} service Many {{ {methods} }}");
    check("many methods", crate::expand::thrift(quote!([::thrift_runtime] idl: #many)));
    let rows = "{1: [0.5]},".repeat(50);
    let long = format!(
        "typedef map<i32, list<double>> Row const Row ROW = {{1: [0.5]}} const list<Row> ROWS = [{rows}]
         struct Key {{ 1: Row row = ROW }} struct Keys {{ 1: set<Key> keys, 2: set<Row> rows = [ROW] }}",
    );
    check("long constants", crate::expand::thrift(quote!([::thrift_runtime] idl: #long)));
    let fields: String = (1..300).map(|n| format!("{n}: required i32 f{n}, ")).collect();
    let many = format!("struct Many {{ {fields} }}");
    check("many fields", crate::expand::thrift(quote!([::thrift_runtime] idl: #many)));
}

#[test]
fn of_derived_types() {
    let fields = quote! {
        #[thrift(id = 1, required)] a: String,
        #[thrift(id = 2, default = 3)] b: i32,
        #[thrift(id = 3, with = m)] c: u64,
        #[thrift(id = 4, with = m, default = 2)] d: Option<u64>,
        #[thrift(id = 5)] message: String,
        #[thrift(id = 6)] e: T,
        #[thrift(skip)] f: u8,
        #[thrift(unknown)] g: UnknownFields,
    };
    let record = quote!(#[thrift(schema, serde, default)] struct S<T> { #fields });
    check("a struct", derive::expand(Kind::Struct, record.clone()));
    check("an exception", derive::expand(Kind::Exception, record));
    let newtype = |with: TokenStream| {
        quote! {
            #[thrift(schema, serde, default, transparent)]
            struct S<T>(#with T, #[thrift(skip)] u8);
        }
    };
    check("a newtype", derive::expand(Kind::Struct, newtype(quote!())));
    check("a newtype with", derive::expand(Kind::Struct, newtype(quote!(#[thrift(with = m)]))));
    let union = |attributes: TokenStream, more: TokenStream| {
        quote! {
            #attributes
            enum U<T> { #[thrift(id = 1)] A(T), #[thrift(id = 2, with = m)] B(u64), #more }
        }
    };
    let open = union(
        quote!(#[thrift(schema, serde)]),
        quote!(
            #[thrift(unknown)]
            C(UnknownMember)
        ),
    );
    check("a union", derive::expand(Kind::Union, open));
    let closed = union(quote!(#[thrift(closed, default)]), quote!());
    check("a closed union", derive::expand(Kind::Union, closed));
    let open = quote!(
        #[thrift(schema, serde)]
        enum E {
            A = 1,
            #[thrift(unknown)]
            B(i32),
        }
    );
    check("an enum", derive::expand(Kind::Enum, open));
    check(
        "a closed enum",
        derive::expand(
            Kind::Enum,
            quote!(
                #[thrift(closed)]
                enum E {
                    A = 1,
                }
            ),
        ),
    );
    check(
        "numbers",
        derive::expand(
            Kind::Enum,
            quote!(
                struct E(i32);
            ),
        ),
    );
    let errors = quote! {
        #[thrift(schema)]
        enum E { #[thrift(id = 1)] A(S), #[thrift(id = 2)] B(T), #[thrift(other)] C(Error) }
    };
    check("errors", derive::expand(Kind::Error, errors));
}

#[test]
fn of_traits() {
    let methods = quote! {
        async fn a(&self, given: i32, given_b: String) -> Result<i32>;
        async fn b(&self, #[thrift(default = 3)] given: i32, #[thrift(with = m)] given_b: u64) -> Result<()>;
        #[thrift(oneway)]
        async fn c(&self) -> Result<()>;
    };
    check("a service", service::expand(quote!(), quote!(pub trait S { #methods })));
    let all = quote!(services = [client, server, blocking, dyn], schema, partial);
    check("all options", service::expand(all, quote!(pub trait S: T { #methods })));
}

#[test]
fn of_what_has_mistakes() {
    let mistakes = [
        quote! { #[thrift(default, nothing)] struct S { a: i32 } },
        quote! { #[thrift(default, nothing)] enum E { A(i32) } },
    ];
    for of in mistakes {
        for kind in [Kind::Struct, Kind::Exception, Kind::Union, Kind::Enum, Kind::Error] {
            check_mistaken("a type", derive::expand(kind, of.clone()));
        }
    }
    let of = quote! { pub trait S { async fn a(&self, given: &str) -> Result<i32>; } };
    check_mistaken("a service", service::expand(quote!(schema), of));
}
