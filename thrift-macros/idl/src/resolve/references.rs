//! Names that are used as values: constants and members of enums.

use super::context::{Context, EnumIndex};
use super::definitions::{Absent, Table};
use super::types::{TypeId, Underlying};
use super::values::{Misfit, Subject, from_number, from_text, report};
use crate::diagnostic::Diagnostic;
use crate::model::{ItemId, Value};
use crate::syntax::Span;
use crate::syntax::ast;

/// The meaning of a name that is used as a value.
enum Meaning {
    Constant(ItemId),
    Member { of: ItemId, member: usize },
}

/// Resolves a name: that of a constant, `Enum.MEMBER` or, if an enum is expected, just the name of a
/// member.
pub(super) fn resolve(
    context: &mut Context<'_>,
    subject: &Subject,
    name: &str,
    value: &ast::Value,
    ty: TypeId,
) -> Option<Value> {
    let fits = match meaning(context, subject.module, name, ty) {
        Ok(Meaning::Constant(id)) => from_constant(context, id, ty),
        Ok(Meaning::Member { of, member }) => from_member(context, of, member, ty),
        Err(Absent::Silenced) => return None,
        Err(Absent::Unknown) => {
            let found = by_last_part(context, subject, name, value.span, ty);
            if found.is_none() {
                report_unknown(context, subject, name, value.span, ty);
            }
            return found;
        }
    };
    match fits {
        Ok(value) => Some(value),
        Err(misfit) => {
            let found = by_last_part(context, subject, name, value.span, ty);
            found.or_else(|| report(context, subject, value, ty, &misfit))
        }
    }
}

/// Apache's compiler compares only the last part of the name of an enum's member, and real files rely
/// on that: `Other.A`, or even `Nowhere.A`, is the member `A` if an enum that has it is expected.
fn by_last_part(
    context: &mut Context<'_>,
    subject: &Subject,
    name: &str,
    span: Span,
    ty: TypeId,
) -> Option<Value> {
    let (_, last) = name.rsplit_once('.')?;
    let Underlying::Enum(of) = context.types.underlying(ty) else {
        return None;
    };
    let member = *context.enums.get(&of)?.by_name.get(last)?;
    let other = named_enum(context, subject.module, name);
    let is_member = |index: &EnumIndex<'_>| index.by_name.contains_key(last);
    if !other.and_then(|other| context.enums.get(&other)).is_some_and(is_member) {
        let meant = format!("{}.{last}", context.name_of(of));
        let at = context.units[subject.module].at(span);
        let warning =
            Diagnostic::warning(at, format!("unknown name `{name}` is read as `{meant}`"));
        context.report(warning.help(format!("write `{meant}`")));
    }
    Some(Value::Member { of, member })
}

fn meaning(
    context: &mut Context<'_>,
    module: usize,
    name: &str,
    ty: TypeId,
) -> Result<Meaning, Absent> {
    match context.definitions.find(Table::Constants, module, name) {
        Ok(id) => {
            let known = context.constants.contains_key(&id);
            return if known { Ok(Meaning::Constant(id)) } else { Err(Absent::Silenced) };
        }
        Err(Absent::Silenced) => return Err(Absent::Silenced),
        Err(Absent::Unknown) => {}
    }
    let (of, last) = match name.rsplit_once('.') {
        Some((enum_name, last)) => {
            let id = context.definitions.find(Table::TypesAndServices, module, enum_name)?;
            let of = match context.definitions.get(id) {
                ast::Definition::Enum(_) => id,
                ast::Definition::Typedef(_) => {
                    let ty = context.typedefs.get(&id).ok_or(Absent::Silenced)?;
                    match context.types.underlying(*ty) {
                        Underlying::Enum(of) => of,
                        _ => return Err(Absent::Unknown),
                    }
                }
                _ => return Err(Absent::Unknown),
            };
            (of, last)
        }
        None => match context.types.underlying(ty) {
            Underlying::Enum(of) => (of, name),
            _ => return Err(Absent::Unknown),
        },
    };
    let index = context.enums.get(&of).ok_or(Absent::Silenced)?;
    match index.by_name.get(last) {
        Some(&member) => Ok(Meaning::Member { of, member }),
        None if index.broken.contains(last) => Err(Absent::Silenced),
        None => Err(Absent::Unknown),
    }
}

/// A member of an enum is a value of that enum, and a number for any other type.
fn from_member(
    context: &Context<'_>,
    of: ItemId,
    member: usize,
    ty: TypeId,
) -> Result<Value, Misfit> {
    match context.types.underlying(ty) {
        Underlying::Enum(expected) if expected == of => Ok(Value::Member { of, member }),
        Underlying::Enum(_) => Err(Misfit::Kind),
        _ => {
            let index = context.enums.get(&of);
            let number = index.and_then(|index| index.numbers.get(member));
            from_number(context, number.copied().unwrap_or_default().into(), ty)
        }
    }
}

/// A constant is used as it is for its own type. For another type, its value is used if it is a simple
/// one.
fn from_constant(context: &Context<'_>, id: ItemId, ty: TypeId) -> Result<Value, Misfit> {
    let constants = &context.constants;
    let constant = constants.get(&id).ok_or(Misfit::Kind)?;
    // A constant that is only a name for another one is replaced with that one, so that there are no
    // chains to follow.
    let (id, value) = match &constant.value {
        Value::Const(first) => (*first, &constants.get(first).ok_or(Misfit::Kind)?.value),
        value => (id, value),
    };
    if constant.ty == ty {
        return Ok(Value::Const(id));
    }
    let value = match value {
        Value::Bool(value) => from_number(context, (*value).into(), ty),
        Value::Int(number) => from_number(context, *number, ty),
        Value::String(text) => match context.types.underlying(ty) {
            // A long text could be copied many times, at the cost of a short name each.
            Underlying::Binary if !context.may_copy(text.len()) => Err(Misfit::TooLarge),
            _ => from_text(context, text, ty),
        },
        Value::Member { of, member } => from_member(context, *of, *member, ty),
        _ => Err(Misfit::Constant(constant.ty)),
    };
    value.map_err(|misfit| match misfit {
        Misfit::Kind => Misfit::Constant(constant.ty),
        misfit => misfit,
    })
}

fn report_unknown(
    context: &mut Context<'_>,
    subject: &Subject,
    name: &str,
    span: Span,
    ty: TypeId,
) {
    let at = context.units[subject.module].at(span);
    let last = name.rsplit_once('.').map_or(name, |(_, last)| last);
    let meant = |of: ItemId| {
        let index = context.enums.get(&of)?;
        let near = context.nearest(last, index.by_name.keys().copied())?;
        Some(format!("did you mean `{}.{near}`?", context.name_of(of)))
    };
    let suggestion = || context.suggestion(Table::Constants, subject.module, name);
    let inside = format!(" in {}", subject.what);
    let (why, help) =
        match (named_enum(context, subject.module, name), context.types.underlying(ty)) {
            (Some(of), _) => {
                let why = format!(": the enum `{}` has no member `{last}`", context.name_of(of));
                (why, meant(of))
            }
            (None, Underlying::Enum(of)) => (inside, meant(of).or_else(suggestion)),
            (None, Underlying::Bool) => (inside, meant_bool(context, name).or_else(suggestion)),
            (None, _) => (inside, suggestion()),
        };
    context.report(Diagnostic::error(at, format!("unknown name `{name}`{why}")).help_if(help));
}

fn meant_bool(context: &Context<'_>, name: &str) -> Option<String> {
    let near = context.nearest(name, ["true", "false"].into_iter())?;
    Some(format!("did you mean `{near}`?"))
}

/// The enum that the part of a name before its last dot refers to.
fn named_enum(context: &Context<'_>, module: usize, name: &str) -> Option<ItemId> {
    let (enum_name, _) = name.rsplit_once('.')?;
    let of = context.definitions.find(Table::TypesAndServices, module, enum_name).ok()?;
    context.enums.contains_key(&of).then_some(of)
}
