//! Constants within other values, and large ones.

mod plain {
    #![no_implicit_prelude]
    ::thrift_runtime::thrift!("idl/constants.thrift");
}

mod hashed {
    thrift_runtime::thrift! {
        path: "idl/constants.thrift",
        types: { map: HashMap, set: HashSet, string: Str },
    }
}

use std::{
    collections::{BTreeMap, BTreeSet},
    thread,
};

use thrift_runtime::OrderedFloat;

#[test]
fn doubles_are_wrapped_where_they_are_keys() {
    let wrapped = |numbers: &[f64]| numbers.iter().copied().map(OrderedFloat).collect::<Vec<_>>();
    assert_eq!(*plain::BY_DOUBLES, BTreeMap::from([(wrapped(&[1.0, 2.5]), 1)]));
    let first =
        BTreeMap::from([("a".to_owned(), wrapped(&[1.0, 2.5])), ("b".to_owned(), wrapped(&[3.0]))]);
    let second = BTreeMap::from([("c".to_owned(), wrapped(&[1.0]))]);
    assert_eq!(*plain::SETS, BTreeSet::from([first, second]));
    assert_eq!(hashed::BY_DOUBLES[&wrapped(&[1.0, 2.5])], 1);
    assert_eq!(hashed::SETS.len(), 2);
}

#[test]
fn constants_are_ordered_where_they_are_keys() {
    let keys: Vec<_> = hashed::BY_KEY.iter().collect();
    assert_eq!(keys.len(), 2);
    for (key, number) in keys {
        assert_eq!(key.texts, BTreeMap::from([("a".into(), "b".into())]));
        assert_eq!(key.names.len(), usize::from(*number == 1));
        assert_eq!(key.listed, [key.texts.clone(), key.texts.clone()]);
    }
    assert_eq!(plain::BY_KEY[&plain::Key::default()], 1);
}

/// What makes a constant needs little of the stack, whatever its size.
#[test]
fn a_large_constant_is_made_on_a_small_stack() {
    let made = thread::Builder::new().stack_size(64 << 10).spawn(|| {
        assert_eq!((plain::TABLE.len(), hashed::TABLE.len()), (1000, 1000));
        assert_eq!(plain::TABLE["E0777"], "the text of error 777");
    });
    made.unwrap().join().unwrap();
}
