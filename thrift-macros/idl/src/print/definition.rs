//! Definitions, their fields and types.

use super::Printer;
use crate::model::{
    Const, Enum, Field, Function, Item, Member, Requiredness, Service, Struct, StructKind, Type,
    TypeNotes, Typedef,
};

/// What a field is part of. It determines the requiredness of a field that does not give any.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Field,
    /// Implicitly optional: a member of a union, or a declared exception.
    OneOf,
}

impl Printer<'_> {
    pub(super) fn item(&mut self, item: &Item) {
        match item {
            Item::Typedef(item) => self.typedef(item),
            Item::Enum(item) => self.enumeration(item),
            Item::Struct(item) => self.structure(item),
            Item::Const(item) => self.constant(item),
            Item::Service(item) => self.service(item),
        }
        self.text("\n");
    }

    fn typedef(&mut self, typedef: &Typedef) {
        let Typedef { name, place: _, doc, annotations, ty, type_notes } = typedef;
        self.maybe_doc(doc);
        self.text("typedef ");
        self.ty(ty, type_notes);
        self.words(&[name]);
        self.own_annotations(annotations, type_notes);
    }

    fn constant(&mut self, constant: &Const) {
        let Const { name, place: _, doc, annotations, ty, type_notes, value } = constant;
        self.maybe_doc(doc);
        self.text("const ");
        self.ty(ty, type_notes);
        self.words(&[name, "="]);
        self.value(value);
        self.own_annotations(annotations, type_notes);
    }

    fn enumeration(&mut self, of: &Enum) {
        let Enum { name, place: _, doc, annotations, members } = of;
        self.maybe_doc(doc);
        self.words(&["enum", name, "{"]);
        for Member { name, place: _, doc, annotations, value } in members {
            self.text("\n");
            self.maybe_doc(doc);
            self.words(&[name, "=", &value.to_string()]);
            self.annotations(annotations);
            self.text(",");
        }
        self.text("}");
        self.annotations(annotations);
    }

    fn structure(&mut self, of: &Struct) {
        let Struct { kind, name, place: _, doc, annotations, fields } = of;
        let (word, role) = match kind {
            StructKind::Struct => ("struct", Role::Field),
            StructKind::Exception => ("exception", Role::Field),
            StructKind::Union => ("union", Role::OneOf),
        };
        self.maybe_doc(doc);
        self.words(&[word, name, "{"]);
        for field in fields {
            self.text("\n");
            self.field(field, role);
        }
        self.text("}");
        self.annotations(annotations);
    }

    fn service(&mut self, service: &Service) {
        let Service { name, place: _, doc, annotations, parent, functions } = service;
        self.maybe_doc(doc);
        self.words(&["service", name]);
        if let Some(parent) = parent {
            let parent = self.names.item(*parent);
            self.words(&["extends", &parent]);
        }
        self.text("{");
        for function in functions {
            self.text("\n");
            self.function(function);
        }
        self.text("}");
        self.annotations(annotations);
    }

    fn function(&mut self, function: &Function) {
        let Function {
            name,
            place: _,
            doc,
            annotations,
            oneway,
            idempotent: _,
            returns,
            type_notes,
            args,
            fails: _,
            throws,
        } = function;
        self.maybe_doc(doc);
        if *oneway {
            self.text("oneway ");
        }
        match returns {
            Some(ty) => self.ty(ty, type_notes),
            None => self.text("void "),
        }
        self.text(name);
        self.fields(args, Role::Field);
        if !throws.is_empty() {
            self.text(" throws ");
            self.fields(throws, Role::OneOf);
        }
        self.own_annotations(annotations, type_notes);
    }

    fn fields(&mut self, fields: &[Field], role: Role) {
        self.text("(");
        for (number, field) in fields.iter().enumerate() {
            if number > 0 {
                self.text(",");
            }
            self.field(field, role);
        }
        self.text(")");
    }

    fn field(&mut self, field: &Field, role: Role) {
        let Field {
            id,
            name,
            place: _,
            doc,
            annotations,
            requiredness,
            ty,
            type_notes,
            reference,
            default,
            boxed: _,
        } = field;
        if let Some(doc) = doc {
            self.text("\n");
            self.doc(doc);
        }
        self.text(&format!("{id}: "));
        match requiredness {
            Requiredness::Required => self.text("required "),
            Requiredness::Optional if role == Role::Field => self.text("optional "),
            Requiredness::Optional | Requiredness::Default => {}
        }
        self.ty(ty, type_notes);
        self.text(if *reference { "& " } else { "" });
        self.text(name);
        if let Some(default) = default {
            self.text(" = ");
            self.value(default);
        }
        self.own_annotations(annotations, type_notes);
    }

    fn ty(&mut self, ty: &Type, notes: &TypeNotes) {
        let TypeNotes { annotations, cpp_type, inside } = notes;
        let none = TypeNotes::default();
        let inside = |at: usize| inside.get(at).unwrap_or(&none);
        match ty {
            Type::Bool => self.text("bool"),
            Type::I8 => self.text("i8"),
            Type::I16 => self.text("i16"),
            Type::I32 => self.text("i32"),
            Type::I64 => self.text("i64"),
            Type::Double => self.text("double"),
            Type::String => self.text("string"),
            Type::Binary => self.text("binary"),
            Type::Uuid => self.text("uuid"),
            Type::List(element) => {
                self.text("list<");
                self.ty(element, inside(0));
                self.text(">");
                // Old compilers accept it only in this position.
                self.cpp_type(cpp_type);
            }
            Type::Set(element) => {
                self.text("set");
                self.cpp_type(cpp_type);
                self.text("<");
                self.ty(element, inside(0));
                self.text(">");
            }
            Type::Map(key, value) => {
                self.text("map");
                self.cpp_type(cpp_type);
                self.text("<");
                self.ty(key, inside(0));
                self.text(",");
                self.ty(value, inside(1));
                self.text(">");
            }
            Type::Named(id) => {
                let name = self.names.item(*id);
                self.text(&name);
            }
        }
        self.annotations(annotations);
        self.text(" ");
    }

    fn cpp_type(&mut self, cpp_type: &Option<String>) {
        if let Some(cpp_type) = cpp_type {
            self.text(" cpp_type ");
            self.string(cpp_type.as_bytes());
        }
    }
}
