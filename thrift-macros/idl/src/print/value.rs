//! Constant values.

use super::Printer;
use crate::model::{Item, ItemId, Value};

impl Printer<'_> {
    pub(super) fn value(&mut self, value: &Value) {
        match value {
            Value::Bool(value) => self.text(if *value { "true" } else { "false" }),
            Value::Int(number) => self.text(&number.to_string()),
            Value::Double(number) => self.text(&double(*number)),
            Value::String(text) => self.string(text.as_bytes()),
            Value::Binary(bytes) => self.string(bytes),
            Value::Uuid(bytes) => self.text(&uuid(bytes)),
            Value::Member { of, member } => self.member(*of, *member),
            Value::List(values) | Value::Set(values) => {
                self.text("[");
                for value in values {
                    self.value(value);
                    self.text(",");
                }
                self.text("]");
            }
            Value::Map(entries) => {
                self.text("{");
                for (key, value) in entries {
                    self.value(key);
                    self.text(":");
                    self.value(value);
                    self.text(",");
                }
                self.text("}");
            }
            Value::Struct { of, fields } => self.structure_value(*of, fields),
            Value::Const(id) => {
                let name = self.names.constant(*id);
                self.text(&name);
            }
        }
    }

    fn structure_value(&mut self, of: ItemId, fields: &[(usize, Value)]) {
        let of = match self.program.get(of) {
            Some(Item::Struct(of)) => of.fields.as_slice(),
            _ => &[],
        };
        self.text("{");
        for (field, value) in fields {
            let name = of.get(*field).map_or("", |field| field.name.as_str());
            self.string(name.as_bytes());
            self.text(":");
            self.value(value);
            self.text(",");
        }
        self.text("}");
    }

    fn member(&mut self, of: ItemId, member: usize) {
        let member = match self.program.get(of) {
            Some(Item::Enum(of)) => of.members.get(member).map(|member| member.name.as_str()),
            _ => None,
        };
        let of = self.names.enumeration(of);
        self.text(&format!("{of}.{}", member.unwrap_or_default()));
    }
}

/// The shortest text that is read back as the same number. Infinity cannot be written, but numbers
/// that are too large are read as infinity.
fn double(number: f64) -> String {
    match number.is_infinite() {
        true if number > 0.0 => "1e999".to_owned(),
        true => "-1e999".to_owned(),
        false => format!("{number:?}"),
    }
}

fn uuid(bytes: &[u8; 16]) -> String {
    let mut text = String::from("\"");
    for (at, byte) in bytes.iter().enumerate() {
        if matches!(at, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        text.push_str(&format!("{byte:02x}"));
    }
    text.push('"');
    text
}
