//! Rust names for what the IDL names.
//!
//! Types are UpperCamel, methods, fields and modules snake, constants and enum members
//! SCREAMING_SNAKE. Where two names become one, the first keeps it and later ones get `_2`, `_3` in
//! the order of declaration. Names depend on the file alone, so that another invocation, whose
//! module is named by `with`, comes to the same ones.

mod scope;

use proc_macro2::Ident;
use syn::ext::IdentExt as _;

use self::scope::{Scope, chosen};
pub(super) use crate::identifier::ident;
use crate::identifier::valid;
use crate::{
    case,
    input::Root,
    model::{Enum, Field, Function, Item, ItemId, Program, Struct},
    options::Options,
};

/// The names of everything in a program.
#[derive(Debug)]
pub(super) struct Names {
    /// The sub-module of each included file; the root's is not used.
    modules: Vec<Ident>,
    items: Vec<Vec<ItemName>>,
}

/// The names of one item.
#[derive(Debug)]
pub(super) enum ItemName {
    /// A typedef, struct, union or exception; the fields or members in order.
    Type {
        name: Ident,
        fields: Vec<Ident>,
    },
    /// An enum and its members.
    Enum {
        name: Ident,
        members: Vec<Ident>,
    },
    Const(Ident),
    Service(ServiceName),
}

/// The names of a service and of what is made for it.
#[derive(Debug)]
pub(super) struct ServiceName {
    pub(super) name: Ident,
    pub(super) client: Ident,
    pub(super) processor: Ident,
    /// The hidden traits of clients of descendants.
    pub(super) descendant: Ident,
    pub(super) blocking_descendant: Ident,
    pub(super) blocking: Ident,
    pub(super) blocking_client: Ident,
    pub(super) blocking_handler: Ident,
    pub(super) dynamic: Ident,
    pub(super) methods: Vec<MethodName>,
}

/// The names of a method and of what is made for it.
#[derive(Debug)]
pub(super) struct MethodName {
    pub(super) name: Ident,
    pub(super) arguments: Vec<Ident>,
    /// The struct that the arguments travel in.
    pub(super) args: Ident,
    /// The struct that the result travels in, where exceptions are declared.
    pub(super) result: Ident,
    /// The enum of the declared exceptions, and the variants; the last is that for the rest.
    pub(super) error: Ident,
    pub(super) variants: Vec<Ident>,
}

impl Names {
    pub(super) fn new(program: &Program, options: &Options) -> Self {
        let idl = options.idl_types;
        let mut taken = Scope::default();
        let modules = program.modules.iter().enumerate().skip(1);
        let modules = modules.map(|(at, module)| match options.module_name(at) {
            Some(name) => taken.unique(name),
            None => taken.snake(&module.stem, &[]),
        });
        let modules = std::iter::once(ident("root")).chain(modules).collect();
        let items = program.modules.iter().map(|module| name_items(&module.items, idl)).collect();
        Names { modules, items }
    }

    pub(super) fn module(&self, module: usize) -> &Ident {
        &self.modules[module]
    }

    pub(super) fn item(&self, id: ItemId) -> &ItemName {
        &self.items[id.module][id.item]
    }

    /// The name of a type, constant or service.
    pub(super) fn name(&self, id: ItemId) -> &Ident {
        match self.item(id) {
            ItemName::Type { name, .. } | ItemName::Enum { name, .. } | ItemName::Const(name) => {
                name
            }
            ItemName::Service(service) => &service.name,
        }
    }

    /// The names of a struct's fields or a union's or enum's members.
    pub(super) fn members(&self, id: ItemId) -> &[Ident] {
        match self.item(id) {
            ItemName::Type { fields: members, .. } | ItemName::Enum { members, .. } => members,
            ItemName::Const(_) | ItemName::Service(_) => &[],
        }
    }

    pub(super) fn service(&self, id: ItemId) -> Option<&ServiceName> {
        match self.item(id) {
            ItemName::Service(service) => Some(service),
            _ => None,
        }
    }
}

/// Names all items of a module: what the author named first, what is made for services last.
fn name_items(items: &[Item], idl: bool) -> Vec<ItemName> {
    let mut types = Scope::default();
    let mut values = Scope::default();
    let own: Vec<Option<Ident>> = items
        .iter()
        .map(|item| {
            let (name, annotations) = match item {
                Item::Typedef(typedef) => (&typedef.name, &typedef.annotations),
                Item::Enum(of) => (&of.name, &of.annotations),
                Item::Struct(of) => (&of.name, &of.annotations),
                Item::Service(service) => (&service.name, &service.annotations),
                Item::Const(_) => return None,
            };
            let name = types.ty(name, annotations, idl);
            // An enum is a tuple struct, whose constructor is a value of its name.
            values.reserve(&name);
            Some(name)
        })
        .collect();
    items
        .iter()
        .zip(own)
        .map(|(item, own)| match (item, own) {
            (Item::Const(constant), _) => {
                ItemName::Const(values.shouty(&constant.name, &constant.annotations))
            }
            (Item::Enum(of), Some(name)) => ItemName::Enum { name, members: name_members(of) },
            (Item::Struct(of), Some(name)) => ItemName::Type { name, fields: name_fields(of) },
            (Item::Service(service), Some(name)) => {
                let mut methods = Scope::default();
                let mut made = |what: &str| types.unique(format!("{}{what}", name.unraw()));
                ItemName::Service(ServiceName {
                    client: made("Client"),
                    processor: made("Processor"),
                    descendant: ident(&format!("__{}Descendant", name.unraw())),
                    blocking_descendant: ident(&format!("__{}BlockingDescendant", name.unraw())),
                    blocking: made("Blocking"),
                    blocking_client: made("BlockingClient"),
                    blocking_handler: made("BlockingHandler"),
                    dynamic: made("Dyn"),
                    methods: service
                        .functions
                        .iter()
                        .map(|function| name_method(function, &name, &mut methods, &mut types))
                        .collect(),
                    name,
                })
            }
            (_, own) => ItemName::Type { name: own.unwrap_or_else(|| ident("_")), fields: vec![] },
        })
        .collect()
}

fn name_members(of: &Enum) -> Vec<Ident> {
    let mut scope = Scope::default();
    of.members.iter().map(|member| scope.shouty(&member.name, &member.annotations)).collect()
}

/// The fields of a struct, and one more name for unknown fields; or the members of a union, and one
/// more for unknown members.
fn name_fields(of: &Struct) -> Vec<Ident> {
    let mut scope = Scope::default();
    if of.is_union() {
        let mut names = name_variants(&of.fields, &mut scope);
        names.push(scope.camel("Unknown", &[]));
        return names;
    }
    let mut names: Vec<_> =
        of.fields.iter().map(|field| scope.snake(&field.name, &field.annotations)).collect();
    names.push(scope.snake("unknown_fields", &[]));
    names
}

fn name_variants(fields: &[Field], scope: &mut Scope) -> Vec<Ident> {
    fields.iter().map(|field| scope.camel(&field.name, &field.annotations)).collect()
}

fn name_method(
    function: &Function,
    service: &Ident,
    methods: &mut Scope,
    types: &mut Scope,
) -> MethodName {
    let name = methods.snake(&function.name, &function.annotations);
    let called = chosen(&function.annotations).unwrap_or_else(|| function.name.clone());
    let stem = format!("{}{}", service.unraw(), case::camel(&called));
    let mut arguments = Scope::default();
    let mut variants = Scope::default();
    let mut exceptions = name_variants(&function.throws, &mut variants);
    exceptions.push(variants.camel("Other", &[]));
    MethodName {
        name,
        arguments: function
            .args
            .iter()
            .map(|field| arguments.snake(&field.name, &field.annotations))
            .collect(),
        args: types.unique(format!("{stem}Args")),
        result: types.unique(format!("{stem}Result")),
        error: match function.fails {
            true => types.unique(format!("{stem}Error")),
            false => ident("Error"),
        },
        variants: exceptions,
    }
}

/// The name of the module of one invocation, after the file: rustc names it where it tells users of a
/// trait that they have not imported. The folders in it tell files of one name apart.
pub(super) fn invocation(root: &Root) -> Ident {
    let path = match root {
        Root::Files(..) => root.name(),
        // Several texts may stand in one scope.
        Root::Text(_) => format!("{}{}", root.name(), place_of(root)),
    };
    let mut parts = path.split(['/', '\\']).filter(|part| !part.trim_matches('.').is_empty());
    let parts: Vec<&str> = match path.starts_with('/') || path.contains(':') {
        // The folders of an absolute path say nothing to users, and are many.
        true => parts.next_back().into_iter().collect(),
        false => parts.collect(),
    };
    let name = parts.join("_");
    let name = case::snake(name.strip_suffix(".thrift").unwrap_or(&name));
    ident(&valid(format!("{name}_thrift")))
}

/// Where an invocation is in its source file. Outside of rustc there is one at a time, and no place.
fn place_of(root: &Root) -> String {
    if !proc_macro::is_available() {
        return String::new();
    }
    let span = root.place().unwrap();
    format!("_{}_{}", span.line(), span.column())
}
