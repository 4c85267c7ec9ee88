//! Edits to an IDL, the messages about each, and what Apache's `thrift --audit` says.

mod definitions;
mod fields;
mod hostile;
mod includes;
mod members;
mod real;
mod services;
mod table;
mod types;
mod ways;

#[test]
fn enough_edits() {
    let tables = [
        definitions::DEFINITIONS,
        fields::FIELDS,
        members::ENUMS,
        members::UNIONS,
        services::METHODS,
        services::SERVICES,
        types::TYPES,
        ways::WAYS,
    ];
    let count: usize = tables.iter().map(|table| table::count(table)).sum();
    println!("{count} edits");
    assert!(count >= 60);
}
