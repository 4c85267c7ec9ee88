//! Rust types that the author chose, with `rust.type` or `with`. Each gets a private alias, and the
//! check whether it fits is made at that alias, so that a type that does not fit is one error that
//! points at the author's choice.

use std::collections::{HashMap, HashSet};

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::spanned::Spanned as _;
use thrift_idl::{
    diagnostic::{Diagnostic, Location, draw},
    source::Sources,
};

use super::{Cx, annotation::chosen_type, lent, name::Names};
use crate::{
    borrowed,
    model::{Annotation, Field, Item, ItemId, Program, Type},
    options::{self, MapType, Options, SetType},
};

/// All types that were chosen.
#[derive(Debug, Default)]
pub(super) struct Choices {
    all: Vec<Chosen>,
    /// The types chosen by `rust.type`, by the place of the annotation.
    by_place: HashMap<Location, usize>,
    /// The types chosen by `with`.
    by_item: HashMap<ItemId, usize>,
    /// Types that exist already and are used here.
    existing: Vec<ItemId>,
}

/// One type that was chosen.
#[derive(Debug)]
struct Chosen {
    /// The module of its alias.
    module: usize,
    alias: Ident,
    rust: TokenStream,
    wire: &'static str,
    needs: Needs,
    /// The message if it does not fit.
    told: String,
}

/// What a type has to implement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Needs {
    Wire,
    Equal,
    Ordered,
}

impl Choices {
    pub(super) fn new(
        program: &Program,
        options: &Options,
        sources: &Sources,
        unordered: &HashSet<ItemId>,
        names: &Names,
        lent: &HashSet<ItemId>,
    ) -> Self {
        let held = |id: ItemId| match unordered.contains(&id) {
            true => Needs::Equal,
            false => Needs::Ordered,
        };
        let uses = uses(program, options, held);
        let used = |id: ItemId| uses.get(&id).copied().unwrap_or(Needs::Wire);
        let mut choices = Choices::default();
        for (id, item) in program.items().filter(|(id, _)| !options.existing.has(*id)) {
            let mut add = |annotations: &[Annotation], ty: &Type, needs: Needs, what: String| {
                let Some((at, rust)) = chosen_type(annotations) else { return };
                let shown = rust.to_token_stream().to_string().replace(' ', "");
                let message = format!("the Rust type `{shown}` cannot be used for {what}");
                let told = draw(&Diagnostic::error(at, message), sources);
                let wire = wire(program, ty);
                choices.by_place.insert(at, choices.all.len());
                let rust = lent::completed(id.module, &rust, names, lent);
                choices.add(id.module, rust, wire, needs, told);
            };
            match item {
                Item::Struct(of) => of.fields.iter().filter(is_kept).for_each(|field| {
                    let what = format!("the field `{}`", field.name);
                    add(&field.annotations, &field.ty, held(id), what);
                }),
                Item::Typedef(typedef) => {
                    let what = format!("the typedef `{}`", typedef.name);
                    add(&typedef.annotations, &typedef.ty, used(id), what);
                }
                Item::Service(service) => {
                    for function in &service.functions {
                        for Field { name, annotations, ty, .. } in
                            function.args.iter().chain(&function.throws)
                        {
                            let what = format!("`{name}` of the method `{}`", function.name);
                            add(annotations, ty, Needs::Wire, what);
                        }
                    }
                }
                Item::Enum(_) | Item::Const(_) => {}
            }
        }
        for (id, path) in options.existing.items() {
            let shown = path.to_token_stream().to_string().replace(' ', "");
            let name = program.item(*id).name();
            let told = format!("`with` cannot use `{shown}` for `{name}`");
            choices.by_item.insert(*id, choices.all.len());
            let wire = wire(program, &Type::Named(*id));
            let lifetime = lent.contains(id).then(|| quote!(<'a>));
            choices.add(0, quote!(#path #lifetime), wire, used(*id), told);
        }
        choices.existing = uses.into_keys().filter(|id| options.existing.has(*id)).collect();
        choices.existing.sort();
        choices
    }

    /// The types that exist already and are used in this program.
    pub(super) fn existing(&self) -> impl Iterator<Item = ItemId> {
        self.existing.iter().copied()
    }

    fn add(
        &mut self,
        module: usize,
        rust: TokenStream,
        wire: &'static str,
        needs: Needs,
        told: String,
    ) {
        let alias = format_ident!("__chosen_{}", self.all.len());
        self.all.push(Chosen { module, alias, rust, wire, needs, told });
    }

    /// The aliases of a module.
    pub(super) fn aliases(&self, module: usize) -> TokenStream {
        let here = self.all.iter().filter(|chosen| chosen.module == module);
        here.map(|Chosen { module, alias, rust, wire, needs, told }| {
            // Other modules use it, too. Modules below the root see the root's private items anyway.
            let parameters = borrowed::borrows(rust.clone()).then(|| quote!(<'a>));
            let visibility = (*module > 0).then(|| quote!(pub(super)));
            let wire = format_ident!("{wire}");
            let needs = format_ident!("{needs:?}");
            quote_spanned!(rust.span()=>
                __thrift::chosen!(#visibility #alias #parameters, #rust, #wire, #needs, #told);
            )
        })
        .collect()
    }
}

impl Cx<'_> {
    /// The type that `rust.type` chooses.
    pub(super) fn chosen(&self, annotations: &[Annotation]) -> Option<TokenStream> {
        let (at, rust) = chosen_type(annotations)?;
        Some(match self.choices.by_place.get(&at).and_then(|&index| self.choices.all.get(index)) {
            Some(chosen) => {
                let path = self.path_to(chosen.module, &chosen.alias);
                let arguments = self.arguments_of(chosen);
                quote!(#path #arguments)
            }
            None => quote!(#rust),
        })
    }

    /// The type that `with` gives for an item.
    pub(super) fn given(&self, id: ItemId) -> Option<TokenStream> {
        let chosen = self.choices.all.get(*self.choices.by_item.get(&id)?)?;
        let (alias, arguments) = (&chosen.alias, self.arguments_of(chosen));
        let outside = (self.module != 0).then(|| quote!(super::));
        Some(quote!(#outside #alias #arguments))
    }

    fn arguments_of(&self, chosen: &Chosen) -> Option<TokenStream> {
        let lifetime = borrowed::borrows(chosen.rust.clone()).then(|| self.lifetime())?;
        Some(quote!(<#lifetime>))
    }
}

/// Whether a field is kept in its type, rather than left out.
fn is_kept(field: &&Field) -> bool {
    options::left_out(field).is_none()
}

/// Which traits each type has to implement because of how it is used.
fn uses(
    program: &Program,
    options: &Options,
    held: impl Fn(ItemId) -> Needs,
) -> HashMap<ItemId, Needs> {
    let hashed = options.set == SetType::HashSet || options.map == MapType::HashMap;
    let key = if hashed { Needs::Equal } else { Needs::Ordered };
    let mut uses = Uses { program, key, found: HashMap::new() };
    for (id, item) in program.items().filter(|(id, _)| !options.existing.has(*id)) {
        match item {
            Item::Struct(of) => {
                let fields = of.fields.iter();
                fields
                    .filter(|field| is_kept(field) && chosen_type(&field.annotations).is_none())
                    .for_each(|field| uses.note(&field.ty, held(id)));
            }
            Item::Typedef(typedef) => uses.note(&typedef.ty, Needs::Wire),
            Item::Const(constant) => uses.note(&constant.ty, Needs::Wire),
            Item::Service(service) => {
                for function in &service.functions {
                    let fields = function.args.iter().chain(&function.throws);
                    fields
                        .map(|field| &field.ty)
                        .chain(&function.returns)
                        .for_each(|ty| uses.note(ty, Needs::Wire));
                }
            }
            Item::Enum(_) => {}
        }
    }
    uses.found
}

/// Collects what the types have to implement.
struct Uses<'a> {
    program: &'a Program,
    /// What a key has to implement.
    key: Needs,
    found: HashMap<ItemId, Needs>,
}

impl Uses<'_> {
    fn note(&mut self, ty: &Type, needs: Needs) {
        match ty {
            Type::List(element) => self.note(element, needs),
            Type::Set(element) => self.note(element, needs.max(self.key)),
            Type::Map(key, value) => {
                self.note(key, needs.max(self.key));
                self.note(value, needs);
            }
            Type::Named(id) => {
                let known = self.found.entry(*id).or_insert(Needs::Wire);
                *known = needs.max(*known);
                if let Item::Typedef(typedef) = self.program.item(*id)
                    && chosen_type(&typedef.annotations).is_none()
                {
                    self.note(&typedef.ty, needs);
                }
            }
            _ => {}
        }
    }
}

/// The name of the wire type of a type.
pub(super) fn wire(program: &Program, ty: &Type) -> &'static str {
    match ty {
        Type::Bool => "Bool",
        Type::I8 => "I8",
        Type::I16 => "I16",
        Type::I32 => "I32",
        Type::I64 => "I64",
        Type::Double => "Double",
        Type::String | Type::Binary => "String",
        Type::Uuid => "Uuid",
        Type::List(_) => "List",
        Type::Set(_) => "Set",
        Type::Map(..) => "Map",
        Type::Named(id) => match program.item(*id) {
            Item::Typedef(typedef) => wire(program, &typedef.ty),
            Item::Enum(_) => "I32",
            _ => "Struct",
        },
    }
}
