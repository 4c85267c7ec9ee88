//! The grammar, tried on small texts.
