//! A program of an IDL, made ready for reading and writing values: names by hash, fields by id,
//! typedefs resolved.

use std::{collections::HashMap, fmt, sync::Arc};

use thrift_idl::model::{self, Item, ItemId, Program, Requiredness, StructKind};

use super::{body::Body, defaults};
use crate::{call::Method, protocol::TType};

/// All types, constants and services of an IDL. Those of the root file go by their names, and all
/// also by `stem.Name`.
#[derive(Debug)]
pub(super) struct Schema {
    pub(super) program: Program,
    pub(super) structs: Vec<Structure>,
    pub(super) services: Vec<Service>,
    enums: Vec<Arc<Enumeration>>,
    /// What an item is, by module and item.
    kinds: Vec<Vec<Kind>>,
    names: HashMap<String, ItemId>,
}

/// What an item is, by its place among those of its kind.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kind {
    Struct(u32),
    Enum(u32),
    Service(u32),
    Other,
}

/// The type of a value.
#[derive(Debug, Clone)]
pub(super) enum Shape {
    Bool,
    I8,
    I16,
    I32,
    I64,
    Double,
    String,
    Binary,
    Uuid,
    List(Box<Shape>),
    Set(Box<Shape>),
    Map(Box<(Shape, Shape)>),
    Enum(Arc<Enumeration>),
    /// By its place in [`Schema::structs`].
    Struct(u32),
}

/// An enum.
pub(super) struct Enumeration {
    pub(super) name: Arc<str>,
    /// In the order of declaration.
    pub(super) members: Vec<(String, i32)>,
}

/// A struct, union or exception, or the arguments or the result of a method.
#[derive(Debug)]
pub(super) struct Structure {
    pub(super) kind: StructKind,
    pub(super) name: Arc<str>,
    /// In ascending order of ids, as they are written.
    pub(super) fields: Vec<Field>,
    /// Whether a field has a default or is required.
    pub(super) demanding: bool,
    /// How many fields are set at most.
    pub(super) width: usize,
    /// How many bytes an empty value takes.
    pub(super) size: usize,
    /// How many bytes the defaults take.
    pub(super) defaults: usize,
    names: HashMap<Arc<str>, u16>,
}

/// A field.
#[derive(Debug)]
pub(super) struct Field {
    pub(super) id: i16,
    pub(super) name: Arc<str>,
    pub(super) requiredness: Requiredness,
    pub(super) shape: Shape,
    /// The wire type of that.
    pub(super) ty: TType,
    pub(super) default: Option<model::Value>,
}

/// A service.
#[derive(Debug)]
pub(super) struct Service {
    pub(super) name: Arc<str>,
    /// The service that it extends.
    parent: Option<u32>,
    /// Its own methods.
    pub(super) methods: Vec<Function>,
    names: HashMap<Arc<str>, u32>,
}

/// A method of a service.
#[derive(Debug)]
pub(super) struct Function {
    pub(super) method: Method,
    /// The structs of its arguments and of its result.
    pub(super) arguments: u32,
    pub(super) result: u32,
    /// Whether field 0 of the result is due.
    pub(super) returns: bool,
}

impl fmt::Debug for Enumeration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

impl Enumeration {
    pub(super) fn name_of(&self, number: i32) -> Option<&str> {
        let named = self.members.iter().find(|(_, value)| *value == number);
        named.map(|(name, _)| name.as_str())
    }

    pub(super) fn number_of(&self, name: &str) -> Option<i32> {
        self.members.iter().find(|(member, _)| member == name).map(|(_, number)| *number)
    }
}

impl Structure {
    pub(super) fn position(&self, name: &str) -> Option<u16> {
        self.names.get(name).copied()
    }

    /// The field with an id, and its place; `guess` is where it is or what it stands behind if ids
    /// come in order.
    #[inline]
    pub(super) fn by_id(&self, id: i16, guess: u16) -> Option<(u16, &Field)> {
        for at in [guess, guess.saturating_add(1)] {
            if let Some(field) = self.field(at)
                && field.id == id
            {
                return Some((at, field));
            }
        }
        let at = self.fields.binary_search_by_key(&id, |field| field.id).ok()?;
        let at = u16::try_from(at).ok()?;
        Some((at, self.field(at)?))
    }

    pub(super) fn field(&self, at: u16) -> Option<&Field> {
        self.fields.get(usize::from(at))
    }

    pub(super) fn is_union(&self) -> bool {
        self.kind == StructKind::Union
    }
}

impl Service {
    pub(super) fn position(&self, name: &str) -> Option<u32> {
        self.names.get(name).copied()
    }
}

impl Shape {
    pub(super) fn ty(&self) -> TType {
        match self {
            Shape::Bool => TType::Bool,
            Shape::I8 => TType::I8,
            Shape::I16 => TType::I16,
            Shape::I32 | Shape::Enum(_) => TType::I32,
            Shape::I64 => TType::I64,
            Shape::Double => TType::Double,
            Shape::String | Shape::Binary => TType::String,
            Shape::Uuid => TType::Uuid,
            Shape::List(_) => TType::List,
            Shape::Set(_) => TType::Set,
            Shape::Map(_) => TType::Map,
            Shape::Struct(_) => TType::Struct,
        }
    }

    /// The type in words, as the IDL would spell it.
    pub(super) fn describe(&self, schema: &Schema) -> String {
        match self {
            Shape::Bool => "bool".to_owned(),
            Shape::I8 => "i8".to_owned(),
            Shape::I16 => "i16".to_owned(),
            Shape::I32 => "i32".to_owned(),
            Shape::I64 => "i64".to_owned(),
            Shape::Double => "double".to_owned(),
            Shape::String => "string".to_owned(),
            Shape::Binary => "binary".to_owned(),
            Shape::Uuid => "uuid".to_owned(),
            Shape::List(element) => format!("list<{}>", element.describe(schema)),
            Shape::Set(element) => format!("set<{}>", element.describe(schema)),
            Shape::Map(pair) => {
                format!("map<{}, {}>", pair.0.describe(schema), pair.1.describe(schema))
            }
            Shape::Enum(of) => of.name.to_string(),
            Shape::Struct(at) => {
                schema.structure(*at).map_or_else(String::new, |of| of.name.to_string())
            }
        }
    }
}

impl Schema {
    pub(super) fn new(program: Program) -> Self {
        let mut schema = Schema {
            program: Program::default(),
            structs: Vec::new(),
            services: Vec::new(),
            enums: Vec::new(),
            kinds: Vec::new(),
            names: HashMap::new(),
        };
        schema.number(&program);
        schema.structs(&program);
        schema.services(&program);
        schema.program = program;
        for (of, size) in defaults::sizes(&schema).into_iter().enumerate() {
            schema.structs[of].defaults = size;
        }
        schema
    }

    pub(super) fn structure(&self, at: u32) -> Option<&Structure> {
        self.structs.get(at as usize)
    }

    pub(super) fn kind(&self, id: ItemId) -> Kind {
        let of_module = self.kinds.get(id.module);
        of_module.and_then(|items| items.get(id.item)).copied().unwrap_or(Kind::Other)
    }

    /// The item that is called so.
    pub(super) fn find(&self, name: &str) -> Option<ItemId> {
        self.names.get(name).copied()
    }

    /// All names by which items can be found, for suggestions.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.names.keys().map(String::as_str)
    }

    /// Gives each item its place, before types refer to each other.
    fn number(&mut self, program: &Program) {
        let mut structs = 0;
        let mut services = 0;
        for (index, module) in program.modules.iter().enumerate() {
            let mut kinds = Vec::with_capacity(module.items.len());
            for (item, of) in module.items.iter().enumerate() {
                let (name, kind) = match of {
                    Item::Struct(of) => {
                        structs += 1;
                        (&of.name, Kind::Struct(structs - 1))
                    }
                    Item::Service(of) => {
                        services += 1;
                        (&of.name, Kind::Service(services - 1))
                    }
                    Item::Enum(of) => {
                        let members = of.members.iter();
                        let members = members.map(|it| (it.name.clone(), it.value)).collect();
                        let name = of.name.as_str().into();
                        self.enums.push(Arc::new(Enumeration { name, members }));
                        (&of.name, Kind::Enum(self.enums.len() as u32 - 1))
                    }
                    Item::Typedef(of) => (&of.name, Kind::Other),
                    Item::Const(of) => (&of.name, Kind::Other),
                };
                kinds.push(kind);
                // A constant may be called like a type, which is meant then.
                let id = ItemId { module: index, item };
                let is_const = matches!(of, Item::Const(_));
                let mut enter = |name: String| match is_const {
                    true => drop(self.names.entry(name).or_insert(id)),
                    false => drop(self.names.insert(name, id)),
                };
                if index == 0 {
                    enter(name.clone());
                }
                enter(format!("{}.{name}", module.stem));
            }
            self.kinds.push(kinds);
        }
    }

    fn structs(&mut self, program: &Program) {
        for (_, item) in program.items() {
            if let Item::Struct(of) = item {
                let fields = of.fields.iter().map(|field| self.field(program, field)).collect();
                self.structs.push(Structure::new(of.kind, &of.name, fields));
            }
        }
    }

    fn field(&self, program: &Program, field: &model::Field) -> Field {
        let shape = self.shape(program, &field.ty);
        Field {
            id: field.id,
            name: field.name.as_str().into(),
            requiredness: field.requiredness,
            ty: shape.ty(),
            shape,
            default: field.default.clone(),
        }
    }

    /// The shape of a type, typedefs resolved. A type is a tree of a bounded depth.
    pub(super) fn shape(&self, program: &Program, ty: &model::Type) -> Shape {
        let mut ty = ty;
        // An alias of an alias is as deep as the first.
        while let model::Type::Named(id) = ty
            && let Item::Typedef(typedef) = program.item(*id)
        {
            ty = &typedef.ty;
        }
        let boxed = |ty| Box::new(self.shape(program, ty));
        match ty {
            model::Type::Bool => Shape::Bool,
            model::Type::I8 => Shape::I8,
            model::Type::I16 => Shape::I16,
            model::Type::I32 => Shape::I32,
            model::Type::I64 => Shape::I64,
            model::Type::Double => Shape::Double,
            model::Type::String => Shape::String,
            model::Type::Binary => Shape::Binary,
            model::Type::Uuid => Shape::Uuid,
            model::Type::List(element) => Shape::List(boxed(element)),
            model::Type::Set(element) => Shape::Set(boxed(element)),
            model::Type::Map(key, value) => {
                Shape::Map(Box::new((self.shape(program, key), self.shape(program, value))))
            }
            model::Type::Named(id) => match self.kind(*id) {
                Kind::Struct(at) => Shape::Struct(at),
                Kind::Enum(at) => match self.enums.get(at as usize) {
                    Some(of) => Shape::Enum(Arc::clone(of)),
                    None => Shape::I32,
                },
                // Nothing else is a type.
                Kind::Service(_) | Kind::Other => Shape::I32,
            },
        }
    }

    fn services(&mut self, program: &Program) {
        for (_, item) in program.items() {
            let Item::Service(of) = item else { continue };
            let parent = of.parent.and_then(|parent| match self.kind(parent) {
                Kind::Service(at) => Some(at),
                _ => None,
            });
            let mut service = Service {
                name: of.name.as_str().into(),
                parent,
                methods: Vec::with_capacity(of.functions.len()),
                names: HashMap::new(),
            };
            for function in &of.functions {
                let entry = self.function(program, of, function);
                let name = function.name.as_str().into();
                service.names.insert(name, service.methods.len() as u32);
                service.methods.push(entry);
            }
            self.services.push(service);
        }
    }

    /// The services whose methods a service has: itself, and those that it extends.
    pub(super) fn lineage(&self, service: u32) -> impl Iterator<Item = (u32, &Service)> {
        let of = |at: u32| Some((at, self.services.get(at as usize)?));
        let next = move |(_, service): &(u32, &Service)| of(service.parent?);
        // A service is never its own ancestor: the resolver has seen to that.
        std::iter::successors(of(service), next).take(self.services.len())
    }

    fn function(
        &mut self,
        program: &Program,
        service: &model::Service,
        function: &model::Function,
    ) -> Function {
        let name = format!("{}.{}", service.name, function.name);
        let fields = |fields: &[model::Field], schema: &Schema| {
            fields.iter().map(|field| schema.field(program, field)).collect::<Vec<_>>()
        };
        let arguments = fields(&function.args, self);
        let mut result = fields(&function.throws, self);
        if let Some(returns) = &function.returns {
            let shape = self.shape(program, returns);
            result.push(Field {
                id: 0,
                name: "success".into(),
                requiredness: Requiredness::Default,
                ty: shape.ty(),
                shape,
                default: None,
            });
        }
        // Of a result, one field is set.
        for field in &mut result {
            field.requiredness = Requiredness::Default;
            field.default = None;
        }
        let mut method = Method::named(function.name.as_str()).of_service(service.name.as_str());
        if function.oneway {
            method = method.oneway();
        }
        if function.idempotent {
            method = method.idempotent();
        }
        let mut add = |fields| {
            self.structs.push(Structure::new(StructKind::Struct, &name, fields));
            self.structs.len() as u32 - 1
        };
        Function {
            method,
            arguments: add(arguments),
            result: add(result),
            returns: function.returns.is_some(),
        }
    }
}

impl Structure {
    fn new(kind: StructKind, name: &str, mut fields: Vec<Field>) -> Self {
        fields.sort_by_key(|field| field.id);
        let names =
            fields.iter().zip(0..=u16::MAX).map(|(field, at)| (Arc::clone(&field.name), at));
        let names = names.collect();
        let demanding = fields
            .iter()
            .any(|field| field.default.is_some() || field.requiredness == Requiredness::Required);
        let width = if kind == StructKind::Union { 1 } else { fields.len() };
        let size = Body::size(width);
        Structure { kind, name: name.into(), fields, demanding, width, size, defaults: 0, names }
    }
}
