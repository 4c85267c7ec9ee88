//! Tables in Markdown.

use std::fmt;

use crate::Measured;

/// A heading, the names of the columns, and rows.
pub struct Table {
    title: String,
    columns: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// A table without rows; the first column is that of their names.
    pub fn new(title: &str, columns: &[&str]) -> Self {
        let columns = columns.iter().map(|column| (*column).to_owned()).collect();
        Table { title: title.to_owned(), columns, rows: Vec::new() }
    }

    pub fn row(&mut self, cells: Vec<String>) {
        self.rows.push(cells);
    }

    /// A row with the time of `ours`, and behind the peers' times how many times as long they take.
    pub fn compare(&mut self, name: &str, measured: &Measured, ours: &str, peers: &[&str]) {
        let ours = measured.get(ours);
        let peers = peers.iter().map(|peer| match (measured.get(peer), ours) {
            (Some(times), Some(ours)) => {
                format!("{} ({:.2})", nanoseconds(times.median()), times.ratio(ours))
            }
            (Some(times), None) => nanoseconds(times.median()),
            (None, _) => String::new(),
        });
        let ours_alone = ours.map_or_else(String::new, |ours| nanoseconds(ours.median()));
        let cells: Vec<String> = [name.to_owned(), ours_alone].into_iter().chain(peers).collect();
        if cells.iter().skip(1).any(|cell| !cell.is_empty()) {
            self.row(cells);
        }
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.rows.is_empty() {
            return Ok(());
        }
        writeln!(f, "\n{}\n", self.title)?;
        writeln!(f, "| {} |", self.columns.join(" | "))?;
        writeln!(f, "|{}", " --- |".repeat(self.columns.len()))?;
        for row in &self.rows {
            writeln!(f, "| {} |", row.join(" | "))?;
        }
        Ok(())
    }
}

/// A time with a unit that makes it short.
pub fn nanoseconds(time: f64) -> String {
    match time {
        ..100.0 => format!("{time:.1} ns"),
        ..10_000.0 => format!("{time:.0} ns"),
        ..100_000.0 => format!("{:.1} µs", time / 1e3),
        ..10_000_000.0 => format!("{:.0} µs", time / 1e3),
        _ => format!("{:.1} ms", time / 1e6),
    }
}
