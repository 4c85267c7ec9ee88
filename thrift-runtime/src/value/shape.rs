//! Whether a type that `with` names was made from the IDL that is included where it is used.

/// What generated structs and unions tell of their wire form.
pub trait Shaped {
    /// The ids of fields, and of each a number that stands for its type and whether it is required,
    /// which its last bit tells.
    const SHAPE: &'static [(i16, u32)];
}

/// The bit of a field's number that says that it is required.
const REQUIRED: u32 = 1;

/// The first of `ours` that is another field in `theirs`, or is required and not there. The number
/// behind the last means one that is required there and not here.
///
/// Fields that only one of the two knows may be new, as long as they may be absent.
pub const fn first_unlike(ours: &[(i16, u32)], theirs: &[(i16, u32)]) -> Option<usize> {
    let mut at = 0;
    while at < ours.len() {
        let (id, shape) = ours[at];
        let unlike = match shape_of(id, theirs) {
            Some(other) => other != shape,
            None => shape & REQUIRED != 0,
        };
        if unlike {
            return Some(at);
        }
        at += 1;
    }
    let mut other = 0;
    while other < theirs.len() {
        let (id, shape) = theirs[other];
        if shape & REQUIRED != 0 && shape_of(id, ours).is_none() {
            return Some(ours.len());
        }
        other += 1;
    }
    None
}

const fn shape_of(id: i16, fields: &[(i16, u32)]) -> Option<u32> {
    let mut at = 0;
    while at < fields.len() {
        let (known, shape) = fields[at];
        if known == id {
            return Some(shape);
        }
        at += 1;
    }
    None
}

/// The first of `ours` that has another number in `theirs`. Members that only one of the two knows
/// may be new.
pub const fn first_renumbered(ours: &[(&str, i32)], theirs: &[(&str, i32)]) -> Option<usize> {
    let mut at = 0;
    while at < ours.len() {
        let (name, number) = ours[at];
        let mut other = 0;
        while other < theirs.len() {
            let (known, value) = theirs[other];
            if value != number && is_same(known, name) {
                return Some(at);
            }
            other += 1;
        }
        at += 1;
    }
    None
}

const fn is_same(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let mut at = 0;
    while at < a.len() && at < b.len() && a[at] == b[at] {
        at += 1;
    }
    a.len() == b.len() && at == a.len()
}

/// Tells the wire form of a generated struct or union.
#[doc(hidden)]
#[macro_export]
macro_rules! __shaped {
    ($name:ident $(<$lifetime:lifetime>)? [$($field:tt)*]) => {
        #[doc(hidden)]
        impl $crate::__private::Shaped for $name $(<$lifetime>)? {
            const SHAPE: &'static [(i16, u32)] = &[$($field),*];
        }
    };
}

/// Fails if a struct that was made elsewhere is of another wire form than here. There is a text for
/// each field, and one more.
#[doc(hidden)]
#[macro_export]
macro_rules! __alike {
    ($made:ty, [$(($id:literal, $shape:literal, $told:literal))*], $more:literal) => {
        const _: () = {
            #[allow(unused_imports)]
            use $crate::__private::Lacks as _;
            const OURS: &[(i16, u32)] = &[$(($id, $shape)),*];
            const TOLD: &[&str] = &[$($told,)* $more];
            if let $crate::__private::Some(__theirs) = $crate::__private::Probe::<$made>::SHAPE {
                if let $crate::__private::Some(__at) =
                    $crate::__private::first_unlike(OURS, __theirs)
                {
                    ::core::panic!("{}", TOLD[__at]);
                }
            }
        };
    };
}

/// Fails if an enum that was made elsewhere has other numbers than here. There is a text for each
/// member.
#[doc(hidden)]
#[macro_export]
macro_rules! __alike_enum {
    ($made:ty, [$(($name:literal, $number:literal, $told:literal))*]) => {
        const _: () = {
            #[allow(unused_imports)]
            use $crate::__private::Lacks as _;
            const OURS: &[(&str, i32)] = &[$(($name, $number)),*];
            const TOLD: &[&str] = &[$($told),*];
            if let $crate::__private::Some(__theirs) = $crate::__private::Probe::<$made>::MEMBERS {
                if let $crate::__private::Some(__at) =
                    $crate::__private::first_renumbered(OURS, __theirs)
                {
                    ::core::panic!("{}", TOLD[__at]);
                }
            }
        };
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_may_be_added_if_they_may_be_absent() {
        let ours = [(1, 0x10), (2, 0x21)];
        assert_eq!(first_unlike(&ours, &ours), None);
        assert_eq!(first_unlike(&ours, &[(2, 0x21), (1, 0x10), (3, 0x30)]), None);
        assert_eq!(first_unlike(&ours, &[(2, 0x21)]), None);
        assert_eq!(first_unlike(&ours, &[(1, 0x10)]), Some(1));
        assert_eq!(first_unlike(&ours, &[(1, 0x12), (2, 0x21)]), Some(0));
        assert_eq!(first_unlike(&ours, &[(1, 0x10), (2, 0x20)]), Some(1));
        assert_eq!(first_unlike(&ours, &[(1, 0x10), (2, 0x21), (3, 0x31)]), Some(2));
    }

    #[test]
    fn members_may_be_added_but_not_renumbered() {
        let ours = [("A", 1), ("B", 2)];
        assert_eq!(first_renumbered(&ours, &[("B", 2), ("C", 3)]), None);
        assert_eq!(first_renumbered(&ours, &[("AB", 5), ("A", 1), ("B", 3)]), Some(1));
    }
}
