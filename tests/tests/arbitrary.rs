//! Random values of generated types.

use arbitrary::{Arbitrary, Unstructured};

mod generated {
    thrift_runtime::thrift!("../idl/arbitrary.thrift");
}

use generated::{Colour, Everything, Shape, Tree};

fn values<T: for<'a> Arbitrary<'a>>() -> Vec<T> {
    let bytes: Vec<u8> =
        (0..200_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 15) as u8).collect();
    let mut random = Unstructured::new(&bytes);
    (0..300).map(|_| T::arbitrary(&mut random).unwrap()).collect()
}

#[test]
fn enums_are_mostly_members() {
    let values = values::<Colour>();
    let unknown = values.iter().filter(|colour| colour.name().is_none()).count();
    assert!((1..100).contains(&unknown), "{unknown} of {} are unknown", values.len());
    for colour in Colour::values() {
        assert!(values.contains(colour), "{colour:?} never came");
    }
}

#[test]
fn unions_are_every_member_and_sometimes_none_of_them() {
    let values = values::<Shape>();
    let count = |is: fn(&Shape) -> bool| values.iter().filter(|shape| is(shape)).count();
    assert!(count(|shape| matches!(shape, Shape::Sides(_))) > 50);
    assert!(count(|shape| matches!(shape, Shape::Named(_))) > 50);
    assert!(count(|shape| matches!(shape, Shape::Parts(_))) > 50);
    let unknown = count(|shape| matches!(shape, Shape::Unknown(member) if member.get().is_some()));
    assert!((1..100).contains(&unknown), "{unknown} are unknown");
}

#[test]
fn fields_of_every_type_come_filled_and_empty() {
    let values = values::<Everything>();
    let some = |is: fn(&Everything) -> bool| {
        let count = values.iter().filter(|value| is(value)).count();
        assert!(count > 0 && count < values.len(), "{count} of {}", values.len());
    };
    some(|value| value.text.is_empty());
    some(|value| value.bytes.is_empty());
    some(|value| value.uuid.is_nil());
    some(|value| value.numbers.is_empty());
    some(|value| value.doubles.is_empty());
    some(|value| value.maybe.is_some());
    some(|value| value.by_shape.is_empty());
    some(|value| value.tree.is_some());
    some(|value| value.required.left.is_some());
}

#[test]
fn recursive_values_end() {
    fn depth(tree: &Tree) -> usize {
        let below = [&tree.left, &tree.right].into_iter().flatten().map(|tree| depth(tree));
        1 + below.chain(tree.all.iter().map(depth)).max().unwrap_or(0)
    }
    let values = values::<Tree>();
    let deepest = values.iter().map(depth).max();
    assert!(deepest.is_some_and(|deepest| (3..32).contains(&deepest)), "{deepest:?}");
}
