//! Formatting, construct by construct.

mod format;
