//! Types and services that know their IDL.

mod compatible;
mod derived;
mod generated;
mod served;
mod values;
