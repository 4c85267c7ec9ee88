//! The Rust names of everything that the IDL names.
//!
//! Types are UpperCamelCase, methods, fields and modules snake_case, constants and enum members
//! SCREAMING_SNAKE_CASE. If two names become the same, the first keeps it and later ones get `_2`,
//! `_3` and so on, in the order of declaration. Names depend on the file alone, so that another
//! invocation, which names this one's module in `with`, arrives at the same names.

mod clash;
mod scope;

use std::collections::HashSet;

use proc_macro2::Ident;
use syn::ext::IdentExt as _;

use self::clash::{Clashes, Within};
use self::scope::{Scope, chosen};
pub(super) use crate::identifier::ident;
use crate::identifier::valid;
use crate::{
    case,
    input::Root,
    model::{Enum, Field, Item, ItemId, Program, Service, Struct},
    options::Options,
};

/// The names of everything in a program.
#[derive(Debug)]
pub(super) struct Names {
    /// The sub-module of each included file. The entry of the root file is not used.
    modules: Vec<Ident>,
    items: Vec<Vec<ItemName>>,
    /// The names of all constants, enums and services.
    values: HashSet<String>,
    clashes: Clashes,
}

/// The Rust name of one item.
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

/// The names of a service and of the items that are generated for it.
#[derive(Debug)]
pub(super) struct ServiceName {
    pub(super) name: Ident,
    pub(super) client: Ident,
    pub(super) processor: Ident,
    /// The hidden traits for the clients of services that extend this one.
    pub(super) descendant: Ident,
    pub(super) blocking_descendant: Ident,
    pub(super) blocking: Ident,
    pub(super) blocking_client: Ident,
    pub(super) blocking_handler: Ident,
    pub(super) dynamic: Ident,
    pub(super) methods: Vec<MethodName>,
}

/// The names of a method and of the items that are generated for it.
#[derive(Debug)]
pub(super) struct MethodName {
    pub(super) name: Ident,
    pub(super) arguments: Vec<Ident>,
    /// The struct in which the arguments are sent.
    pub(super) args: Ident,
    /// The enum of the declared exceptions, and its variants; the last one is the variant for all
    /// other errors.
    pub(super) error: Ident,
    pub(super) variants: Vec<Ident>,
}

impl Names {
    pub(super) fn new(program: &Program, options: &Options) -> Self {
        let idl = options.idl_types;
        let mut taken = Scope::default();
        let modules = program.modules.iter().enumerate().skip(1);
        let modules = modules.map(|(at, module)| match options.module_name(at) {
            Some(name) => taken.chosen(name),
            None => taken.snake(&module.stem, &[]),
        });
        let modules = std::iter::once(ident("root")).chain(modules).collect();
        let mut clashes = Clashes::default();
        clashes.add(Within::Modules, taken);
        let own: Vec<Own> = program.modules.iter().map(|of| Own::new(&of.items, idl)).collect();
        // A client has the methods of services of other modules, too.
        let values: HashSet<_> = own.iter().flat_map(|own| own.values.iter().cloned()).collect();
        let items = program.modules.iter().zip(own).enumerate();
        let items = items
            .map(|(at, (module, own))| name_items(at, &module.items, own, &values, &mut clashes));
        let items = items.collect();
        Names { modules, items, values, clashes }
    }

    /// Errors about names that the author chose.
    pub(super) fn errors(&self, options: &Options) -> Vec<syn::Error> {
        self.clashes.errors(options)
    }

    /// Whether a constant, enum or service of any module has this name.
    pub(super) fn has_value(&self, name: &str) -> bool {
        self.values.contains(name)
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

/// The names that the author gave to the items of a module.
struct Own {
    /// In the order of the items.
    names: Vec<Ident>,
    /// Those of them that an argument cannot have: rustc takes the name of a constant or of a tuple struct,
    /// as an enum is one, for that, and a service has a constant with its IDL.
    values: Vec<String>,
    /// The names that are taken in the module.
    taken_types: Scope<'static>,
    taken_values: Scope<'static>,
}

impl Own {
    fn new(items: &[Item], idl: bool) -> Self {
        let (mut types, mut values) = (Scope::default(), Scope::default());
        let of_types: Vec<Option<Ident>> = items
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
        let names = items.iter().zip(of_types).map(|(item, name)| match (item, name) {
            (Item::Const(constant), _) => values.shouty(&constant.name, &constant.annotations),
            (_, name) => name.unwrap_or_else(|| ident("_")),
        });
        let names: Vec<Ident> = names.collect();
        let is_value =
            |item: &Item| matches!(item, Item::Const(_) | Item::Enum(_) | Item::Service(_));
        let of_values = items.iter().zip(&names).filter(|(item, _)| is_value(item));
        let of_values = of_values.map(|(_, name)| name.unraw().to_string()).collect();
        Own { names, values: of_values, taken_types: types, taken_values: values }
    }
}

/// Names all items of a module: first those that the author named, last those that are generated for
/// services. `all_values` are the values of all modules.
fn name_items(
    module: usize,
    items: &[Item],
    own: Own,
    all_values: &HashSet<String>,
    clashes: &mut Clashes,
) -> Vec<ItemName> {
    let Own { names, values: _, taken_types: mut types, taken_values } = own;
    let named = items.iter().zip(names).enumerate().map(|(at, (item, name))| {
        let within = Within::Item(module, at);
        match item {
            Item::Const(_) => ItemName::Const(name),
            Item::Enum(of) => ItemName::Enum {
                name,
                members: clashes.of(within, |scope| name_members(of, scope)),
            },
            Item::Struct(of) => {
                ItemName::Type { name, fields: clashes.of(within, |scope| name_fields(of, scope)) }
            }
            Item::Service(service) => {
                let made = Made { service: name, types: &mut types, all_values };
                ItemName::Service(name_service(within, service, made, clashes))
            }
            Item::Typedef(_) => ItemName::Type { name, fields: vec![] },
        }
    });
    let named = named.collect();
    clashes.add(Within::Module(module), types);
    clashes.add(Within::Module(module), taken_values);
    named
}

fn name_members(of: &Enum, scope: &mut Scope<'_>) -> Vec<Ident> {
    of.members.iter().map(|member| scope.shouty(&member.name, &member.annotations)).collect()
}

/// The fields of a struct, followed by a name for its unknown fields; or the members of a union,
/// followed by a name for its unknown members.
fn name_fields(of: &Struct, scope: &mut Scope<'_>) -> Vec<Ident> {
    if of.is_union() {
        let mut names = name_variants(&of.fields, scope);
        names.push(scope.camel("Unknown", &[]));
        return names;
    }
    let mut names: Vec<_> =
        of.fields.iter().map(|field| scope.snake(&field.name, &field.annotations)).collect();
    names.push(scope.snake("unknown_fields", &[]));
    names
}

fn name_variants(fields: &[Field], scope: &mut Scope<'_>) -> Vec<Ident> {
    fields.iter().map(|field| scope.camel(&field.name, &field.annotations)).collect()
}

/// The scopes for the names of items that are generated for a service.
struct Made<'a> {
    service: Ident,
    /// The names of its module.
    types: &'a mut Scope<'static>,
    /// The names of the values of all modules, which no argument may have.
    all_values: &'a HashSet<String>,
}

impl Made<'_> {
    fn name(&mut self, what: &str) -> Ident {
        self.types.unique(format!("{}{what}", self.service.unraw()))
    }
}

fn name_service(
    within: Within,
    service: &Service,
    mut made: Made<'_>,
    clashes: &mut Clashes,
) -> ServiceName {
    ServiceName {
        client: made.name("Client"),
        processor: made.name("Processor"),
        descendant: ident(&format!("__{}Descendant", made.service.unraw())),
        blocking_descendant: ident(&format!("__{}BlockingDescendant", made.service.unraw())),
        blocking: made.name("Blocking"),
        blocking_client: made.name("BlockingClient"),
        blocking_handler: made.name("BlockingHandler"),
        dynamic: made.name("Dyn"),
        methods: name_methods(within, service, &mut made, clashes),
        name: made.service,
    }
}

fn name_methods(
    within: Within,
    service: &Service,
    made: &mut Made<'_>,
    clashes: &mut Clashes,
) -> Vec<MethodName> {
    let mut methods = Scope::default();
    let functions = service.functions.iter().enumerate();
    let names = functions.map(|(at, function)| {
        let within = within.method(at);
        let name = methods.snake(&function.name, &function.annotations);
        let called = chosen(&function.annotations).unwrap_or_else(|| function.name.clone());
        let stem = case::camel(&called);
        let variants = clashes.of(within, |scope| {
            let mut exceptions = name_variants(&function.throws, scope);
            exceptions.push(scope.camel("Other", &[]));
            exceptions
        });
        let name_argument =
            |scope: &mut Scope<'_>, field: &Field| scope.snake(&field.name, &field.annotations);
        MethodName {
            name,
            arguments: clashes.inside(made.all_values, within, |scope| {
                function.args.iter().map(|field| name_argument(scope, field)).collect()
            }),
            args: made.name(&format!("{stem}Args")),
            error: match function.fails {
                true => made.name(&format!("{stem}Error")),
                false => ident("Error"),
            },
            variants,
        }
    });
    let names = names.collect();
    clashes.add(within, methods);
    names
}

/// The name of the module of one invocation, made from the file's name: rustc shows it to users who
/// have not imported a trait. The folders in it tell files of the same name apart.
pub(super) fn invocation(root: &Root) -> Ident {
    let path = match root {
        Root::Files(..) => root.name(),
        // Several texts may be given in one scope.
        Root::Text(_) => format!("{}{}", root.name(), place_of(root)),
    };
    let mut parts = path.split(['/', '\\']).filter(|part| !part.trim_matches('.').is_empty());
    let parts: Vec<&str> = match path.starts_with('/') || path.contains(':') {
        // The folders of an absolute path tell users nothing, and there are many of them.
        true => parts.next_back().into_iter().collect(),
        false => parts.collect(),
    };
    let name = parts.join("_");
    let name = case::snake(name.strip_suffix(".thrift").unwrap_or(&name));
    ident(&valid(format!("{name}_thrift")))
}

/// The position of an invocation in its source file. Outside of rustc there is no position, and only
/// one invocation at a time.
fn place_of(root: &Root) -> String {
    if !proc_macro::is_available() {
        return String::new();
    }
    let span = root.place().unwrap();
    format!("_{}_{}", span.line(), span.column())
}
