//! From the model of a program to its schema.

use std::{collections::HashMap, sync::Arc};

use thrift_idl::model::{self, Item, ItemId, Program, Requiredness, StructKind};

use super::{Enumeration, Field, Function, Kind, Schema, Service, Structure, Typedefs};
use crate::{
    call::Method,
    dynamic::{body::Body, defaults},
};

impl Schema {
    pub(in crate::dynamic) fn new(program: Program) -> Self {
        let mut schema = Schema {
            program: Program::default(),
            structs: Vec::new(),
            services: Vec::new(),
            enums: Vec::new(),
            kinds: Vec::new(),
            names: HashMap::new(),
            large_constants: HashMap::new(),
        };
        schema.number(&program);
        let mut met = Typedefs::new();
        schema.structs(&program, &mut met);
        schema.services(&program, &mut met);
        schema.program = program;
        let sizes = defaults::sizes(&schema);
        for (of, (size, fields)) in schema.structs.iter_mut().zip(sizes.structs) {
            of.defaults = size;
            for (field, size) in of.fields.iter_mut().zip(fields) {
                field.default_size = size;
            }
        }
        schema.large_constants = sizes.constants;
        schema
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
                        self.enums.push(Arc::new(Enumeration::new(of)));
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

    fn structs(&mut self, program: &Program, met: &mut Typedefs) {
        for (_, item) in program.items() {
            if let Item::Struct(of) = item {
                let fields = of.fields.iter().map(|field| self.field(program, field, met));
                let fields = fields.collect();
                self.structs.push(Structure::new(of.kind, &of.name, fields));
            }
        }
    }

    fn field(&self, program: &Program, field: &model::Field, met: &mut Typedefs) -> Field {
        let shape = self.shape(program, &field.ty, met);
        Field {
            id: field.id,
            name: field.name.as_str().into(),
            requiredness: field.requiredness,
            ty: shape.ty(),
            shape,
            default: field.default.clone(),
            default_size: 0,
        }
    }

    fn services(&mut self, program: &Program, met: &mut Typedefs) {
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
                let entry = self.function(program, of, function, met);
                let name = function.name.as_str().into();
                service.names.insert(name, service.methods.len() as u32);
                service.methods.push(entry);
            }
            self.services.push(service);
        }
    }

    fn function(
        &mut self,
        program: &Program,
        service: &model::Service,
        function: &model::Function,
        met: &mut Typedefs,
    ) -> Function {
        let name = format!("{}.{}", service.name, function.name);
        let mut fields = |fields: &[model::Field]| {
            fields.iter().map(|field| self.field(program, field, met)).collect::<Vec<_>>()
        };
        let arguments = fields(&function.args);
        let mut result = fields(&function.throws);
        if let Some(returns) = &function.returns {
            let shape = self.shape(program, returns, met);
            result.push(Field {
                id: 0,
                name: "success".into(),
                requiredness: Requiredness::Default,
                ty: shape.ty(),
                shape,
                default: None,
                default_size: 0,
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
