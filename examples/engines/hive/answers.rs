//! What stands in the answers: how it went, and columns of values.

use std::fmt::Display;

use crate::{TColumn, TStatus, TStatusCode};

/// A failure is in the answer; no exception of Thrift is thrown.
pub(crate) fn check(status: TStatus) -> Result<(), String> {
    match status.status_code {
        TStatusCode::SUCCESS_STATUS | TStatusCode::SUCCESS_WITH_INFO_STATUS => Ok(()),
        code => Err(status.error_message.unwrap_or_else(|| format!("{code:?}"))),
    }
}

/// A column's cells as text. A bit for each tells whether it has no value.
pub(crate) fn cells(column: TColumn) -> Result<Vec<String>, String> {
    fn text(values: impl IntoIterator<Item: Display>, nulls: &[u8]) -> Vec<String> {
        let null = |row: usize| nulls.get(row / 8).is_some_and(|bits| bits >> (row % 8) & 1 == 1);
        let cell = |(row, it): (usize, _)| if null(row) { "NULL".into() } else { format!("{it}") };
        values.into_iter().enumerate().map(cell).collect()
    }
    Ok(match column {
        TColumn::BoolVal(it) => text(it.values, &it.nulls),
        TColumn::ByteVal(it) => text(it.values, &it.nulls),
        TColumn::I16Val(it) => text(it.values, &it.nulls),
        TColumn::I32Val(it) => text(it.values, &it.nulls),
        TColumn::I64Val(it) => text(it.values, &it.nulls),
        TColumn::DoubleVal(it) => text(it.values, &it.nulls),
        TColumn::StringVal(it) => text(it.values, &it.nulls),
        TColumn::BinaryVal(it) => text(it.values.iter().map(|it| it.escape_ascii()), &it.nulls),
        other => return Err(format!("a column of an unknown kind: {other:?}")),
    })
}
