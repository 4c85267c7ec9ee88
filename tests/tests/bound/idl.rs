//! The most memory that a text takes which is read as IDL, as a server's may be that is asked for its own.

use std::fmt::Write as _;

use thrift_runtime::dynamic;

use crate::{PER_BYTE, peak::peak};

/// How much is taken besides.
const CONSTANT: usize = 1 << 20;

/// Types of a thousand parts, each of which takes a few bytes to name.
#[test]
fn typedefs_of_large_types() {
    let mut typedefs = String::from("typedef map<i8,i8> T1\n");
    for at in 2..=8 {
        let _ = writeln!(typedefs, "typedef map<T{0},T{0}> T{at}", at - 1);
    }
    typedefs += "typedef map<T8,map<T7,T6>> T typedef T A\n";
    let all = |one: &dyn Fn(usize) -> String| (1..=4_000).map(one).collect::<String>();
    let fields = all(&|id| format!("{id}:T a{id:x} "));
    let lists = all(&|id| format!("{id}:list<A> a{id:x} "));
    let methods = all(&|id| format!("T a{id:x}(1:A a) "));
    for (per_byte, text) in [
        (PER_BYTE, format!("{typedefs} struct S {{ {fields} }}")),
        (PER_BYTE, format!("{typedefs} struct S {{ {lists} }}")),
        // A method is two structs, whatever its types are.
        (2 * PER_BYTE, format!("{typedefs} service S {{ {methods} }}")),
    ] {
        let (peak, idl) = peak(|| dynamic::parse(&text));
        let _idl = idl.unwrap();
        println!("{} bytes of IDL take {peak}, {} for each", text.len(), peak / text.len());
        assert!(peak <= per_byte * text.len() + CONSTANT, "{} bytes take {peak}", text.len());
    }
}
