//! Types and services that know their IDL.

mod code_first;
mod compatible;
mod derived;
mod generated;
mod served;
mod values;
