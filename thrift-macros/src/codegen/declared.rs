//! Fields and methods as the IDL declares them, for documentation: for each field its id,
//! requiredness, name on the wire and default; for each method its name.

use proc_macro2::TokenStream;
use quote::quote;

use super::Cx;
use crate::model::{Field, Function, ItemId, Requiredness, Type, Value};

/// How many characters of a default are shown, at most.
const LONGEST: usize = 60;

impl Cx<'_> {
    /// A paragraph that shows a field as the IDL declares it.
    pub(super) fn declared_field(&self, field: &Field, of_union: bool) -> TokenStream {
        let requiredness = match field.requiredness {
            Requiredness::Required => "required ",
            Requiredness::Optional if !of_union => "optional ",
            Requiredness::Optional | Requiredness::Default => "",
        };
        let declared = self.field_in_idl(field, requiredness);
        paragraph(field.doc.is_some(), &declared)
    }

    /// A paragraph that shows a method as the IDL declares it.
    pub(super) fn declared_method(&self, function: &Function) -> TokenStream {
        let oneway = if function.oneway { "oneway " } else { "" };
        let returns = function.returns.as_ref().map_or("void".to_owned(), |ty| self.in_idl(ty));
        let fields = |fields: &[Field]| {
            let fields = fields.iter().map(|field| self.field_in_idl(field, ""));
            fields.collect::<Vec<_>>().join(", ")
        };
        let mut declared =
            format!("{oneway}{returns} {}({})", function.name, fields(&function.args));
        if !function.throws.is_empty() {
            declared += &format!(" throws ({})", fields(&function.throws));
        }
        paragraph(function.doc.is_some(), &declared)
    }

    fn field_in_idl(&self, field: &Field, requiredness: &str) -> String {
        let Field { id, name, ty, default, .. } = field;
        let ty = self.in_idl(ty);
        let default = default.as_ref().map(|value| {
            let value = self.value_in_idl(value);
            match value.char_indices().nth(LONGEST) {
                Some((end, _)) => format!(" = {}...", &value[..end]),
                None => format!(" = {value}"),
            }
        });
        format!("{id}: {requiredness}{ty} {name}{}", default.unwrap_or_default())
    }

    fn in_idl(&self, ty: &Type) -> String {
        match ty {
            Type::Bool => "bool".to_owned(),
            Type::I8 => "i8".to_owned(),
            Type::I16 => "i16".to_owned(),
            Type::I32 => "i32".to_owned(),
            Type::I64 => "i64".to_owned(),
            Type::Double => "double".to_owned(),
            Type::String => "string".to_owned(),
            Type::Binary => "binary".to_owned(),
            Type::Uuid => "uuid".to_owned(),
            Type::List(element) => format!("list<{}>", self.in_idl(element)),
            Type::Set(element) => format!("set<{}>", self.in_idl(element)),
            Type::Map(key, value) => format!("map<{}, {}>", self.in_idl(key), self.in_idl(value)),
            Type::Named(id) => self.name_in_idl(*id),
        }
    }

    /// The name of an item as it is written in the file that is being generated.
    fn name_in_idl(&self, id: ItemId) -> String {
        let name = self.program.item(id).name();
        match id.module == self.module {
            true => name.to_owned(),
            false => format!("{}.{name}", self.program.modules[id.module].stem),
        }
    }

    fn value_in_idl(&self, value: &Value) -> String {
        let some = |values: &[Value]| {
            let values = values.iter().take(LONGEST / 2).map(|value| self.value_in_idl(value));
            values.collect::<Vec<_>>().join(", ")
        };
        match value {
            Value::Bool(value) => value.to_string(),
            Value::Int(value) => value.to_string(),
            Value::Double(value) => format!("{value:?}"),
            Value::String(text) => format!("{text:?}"),
            Value::Binary(bytes) => format!("\"{}\"", bytes.escape_ascii()),
            Value::Uuid(bytes) => {
                let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
                format!("\"{digits}\"")
            }
            Value::Member { of, member } => {
                let members = match self.program.item(*of) {
                    crate::model::Item::Enum(of) => of.members.get(*member),
                    _ => None,
                };
                let member = members.map_or("", |member| &member.name);
                format!("{}.{member}", self.name_in_idl(*of))
            }
            Value::List(values) | Value::Set(values) => format!("[{}]", some(values)),
            Value::Map(pairs) => {
                let pairs = pairs.iter().take(LONGEST / 4);
                let pairs = pairs.map(|(key, value)| {
                    format!("{}: {}", self.value_in_idl(key), self.value_in_idl(value))
                });
                format!("{{{}}}", pairs.collect::<Vec<_>>().join(", "))
            }
            Value::Struct { of, fields } => {
                let names = match self.program.item(*of) {
                    crate::model::Item::Struct(of) => &of.fields[..],
                    _ => &[],
                };
                let fields = fields.iter().filter_map(|(index, value)| {
                    Some(format!("{:?}: {}", names.get(*index)?.name, self.value_in_idl(value)))
                });
                format!("{{{}}}", fields.collect::<Vec<_>>().join(", "))
            }
            Value::Const(id) => self.name_in_idl(*id),
        }
    }
}

/// A paragraph of code, which follows the text if there is any.
fn paragraph(after_text: bool, declared: &str) -> TokenStream {
    let blank = after_text.then(|| quote!(#[doc = ""]));
    // A backtick would end the code, so it is replaced.
    let line = format!(" `{}`", declared.replace('`', "'"));
    quote!(#blank #[doc = #line])
}
