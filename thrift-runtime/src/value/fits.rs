//! Whether a Rust type that an author chose can stand for one of the IDL: asked by generated code,
//! so that one that cannot is one error, with the author's line.
//!
//! What a type implements is told by constants: the inherent one of [`Probe`] is there if the type
//! has the trait, and otherwise that of [`Lacks`] is found.

use core::{
    fmt::{Debug, Display, Formatter},
    hash::Hash,
    marker::PhantomData,
};

use super::{Decode, Encode, Enumeration, Shaped, ValueReader, ValueWriter};
use crate::{error::Result, protocol::TType};

/// A type that is asked what it implements.
#[derive(Debug)]
pub struct Probe<T: ?Sized>(PhantomData<T>);

/// The answers where a trait is not implemented.
pub trait Lacks {
    /// The wire type.
    const WIRE: Option<TType> = None;
    /// What its default allocates.
    const DEFAULT_HEAP: usize = 0;
    /// Whether it is `Clone`.
    const CLONES: bool = false;
    /// Whether it is `Debug`.
    const SHOWS: bool = false;
    /// Whether it is `Eq`.
    const EQUALS: bool = false;
    /// Whether it is `Ord` and `Hash`.
    const ORDERS: bool = false;
    /// The fields, of a generated struct.
    const SHAPE: Option<&'static [(i16, u32)]> = None;
    /// The members, of an enum.
    const MEMBERS: Option<&'static [(&'static str, i32)]> = None;
}

impl<T: ?Sized> Lacks for Probe<T> {}

impl<T: Encode> Probe<T> {
    /// The wire type.
    pub const WIRE: Option<TType> = Some(T::TYPE);
    /// What its default allocates.
    pub const DEFAULT_HEAP: usize = T::DEFAULT_HEAP;
}

impl<T: Clone> Probe<T> {
    /// Whether it is `Clone`.
    pub const CLONES: bool = true;
}

impl<T: Debug> Probe<T> {
    /// Whether it is `Debug`.
    pub const SHOWS: bool = true;
}

impl<T: Eq> Probe<T> {
    /// Whether it is `Eq`.
    pub const EQUALS: bool = true;
}

impl<T: Ord + Hash> Probe<T> {
    /// Whether it is `Ord` and `Hash`.
    pub const ORDERS: bool = true;
}

impl<T: Shaped> Probe<T> {
    /// The fields.
    pub const SHAPE: Option<&'static [(i16, u32)]> = Some(T::SHAPE);
}

impl<T: Enumeration> Probe<T> {
    /// The members.
    pub const MEMBERS: Option<&'static [(&'static str, i32)]> = Some(T::MEMBERS);
}

/// What a type has to implement where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// A wire form alone.
    Wire,
    /// What structs have that hold something without order.
    Equal,
    /// What all other structs have.
    Ordered,
}

/// What a type implements.
#[derive(Debug, Clone, Copy)]
pub struct Answers {
    /// The wire type.
    pub wire: Option<TType>,
    /// Whether it is `Clone`.
    pub clones: bool,
    /// Whether it is `Debug`.
    pub shows: bool,
    /// Whether it is `Eq`.
    pub equals: bool,
    /// Whether it is `Ord` and `Hash`.
    pub orders: bool,
}

/// Whether a type fits, or else why it does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It fits.
    Fits,
    /// It has no wire form.
    Formless,
    /// It has the wire form of another type.
    Other,
    /// It is not `Clone`.
    Unclonable,
    /// It is not `Debug`.
    Hidden,
    /// It is not `Eq`.
    Incomparable,
    /// It is not `Ord` and `Hash`.
    Unordered,
}

impl Verdict {
    /// Judges what a type implements, where `wire` is the IDL's type.
    pub const fn of(answers: Answers, wire: TType, needs: Needs) -> Verdict {
        let Answers { wire: found, clones, shows, equals, orders } = answers;
        let held = !matches!(needs, Needs::Wire);
        let ordered = matches!(needs, Needs::Ordered);
        match found {
            None => Verdict::Formless,
            Some(found) if found as u8 != wire as u8 => Verdict::Other,
            Some(_) if held && !clones => Verdict::Unclonable,
            Some(_) if held && !shows => Verdict::Hidden,
            Some(_) if held && !equals => Verdict::Incomparable,
            Some(_) if ordered && !orders => Verdict::Unordered,
            Some(_) => Verdict::Fits,
        }
    }

    /// Whether the type fits.
    pub const fn fits(self) -> bool {
        matches!(self, Verdict::Fits)
    }
}

/// Whether a type fits, as a type.
#[derive(Debug)]
pub struct Choice<const FITS: bool>;

/// The type that is used.
pub trait Pick<T> {
    /// `T`, or if it does not fit [`Unfit`].
    type Type;
}

impl<T> Pick<T> for Choice<true> {
    type Type = T;
}

impl<T> Pick<T> for Choice<false> {
    type Type = Unfit;
}

/// Stands for a type that does not fit, so that what uses it is no further error.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Unfit;

impl Encode for Unfit {
    const TYPE: TType = TType::Struct;

    fn encode<W: ValueWriter>(&self, _: &mut W) {}
}

impl<'de> Decode<'de> for Unfit {
    fn decode_into<R: ValueReader<'de>>(&mut self, _: &mut R) -> Result<()> {
        Ok(())
    }
}

impl Display for Unfit {
    fn fmt(&self, _: &mut Formatter<'_>) -> core::fmt::Result {
        Ok(())
    }
}

impl std::error::Error for Unfit {}

/// Names a type that an author chose, if it fits: `type alias` is then that type.
#[doc(hidden)]
#[macro_export]
macro_rules! __chosen {
    ($visibility:vis $alias:ident $(<$lifetime:lifetime>)?, $chosen:ty, $wire:ident, $needs:ident, $told:literal) => {
        // rustdoc and editors show the type itself.
        #[cfg(any(doc, rust_analyzer))]
        $visibility type $alias $(<$lifetime>)? = $chosen;

        #[cfg(not(any(doc, rust_analyzer)))]
        $visibility type $alias $(<$lifetime>)? = <
            $crate::__private::Choice<{ $alias.fits() }> as $crate::__private::Pick<$chosen>
        >::Type;

        const $alias: $crate::__private::Verdict = {
            #[allow(unused_imports)]
            use $crate::__private::Lacks as _;
            // In the body of a function, rustc does not ask for a lifetime that is left out: it does
            // so only once, above.
            const fn __answers $(<$lifetime>)? () -> $crate::__private::Answers {
                $crate::__private::Answers {
                    wire: $crate::__private::Probe::<$chosen>::WIRE,
                    clones: $crate::__private::Probe::<$chosen>::CLONES,
                    shows: $crate::__private::Probe::<$chosen>::SHOWS,
                    equals: $crate::__private::Probe::<$chosen>::EQUALS,
                    orders: $crate::__private::Probe::<$chosen>::ORDERS,
                }
            }
            $crate::__private::Verdict::of(
                __answers(),
                $crate::__private::TType::$wire,
                $crate::__private::Needs::$needs,
            )
        };

        const _: () = {
            use $crate::__private::Verdict;
            match $alias {
                Verdict::Fits => {}
                Verdict::Formless => ::core::panic!("{}", ::core::concat!(
                    $told,
                    "\nhelp: it has no Thrift wire form: implement `thrift_runtime::Encode` and `Decode`, \
                     or derive them, for example with `ThriftStruct`"
                )),
                Verdict::Other => ::core::panic!("{}", ::core::concat!(
                    $told,
                    "\nhelp: its Thrift type is not that of the IDL"
                )),
                Verdict::Unclonable => ::core::panic!("{}", ::core::concat!(
                    $told,
                    "\nhelp: it must implement `Clone`, as the type that contains it does"
                )),
                Verdict::Hidden => ::core::panic!("{}", ::core::concat!(
                    $told,
                    "\nhelp: it must implement `Debug`, as the type that contains it does"
                )),
                Verdict::Incomparable => ::core::panic!("{}", ::core::concat!(
                    $told,
                    "\nhelp: it must implement `PartialEq` and `Eq`, as the type that contains it does"
                )),
                Verdict::Unordered => ::core::panic!("{}", ::core::concat!(
                    $told,
                    "\nhelp: it must implement `PartialOrd`, `Ord` and `Hash`, as the type that \
                     contains it does"
                )),
            }
        };
    };
}
