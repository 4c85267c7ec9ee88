//! Which services extend which, of those that are written in Rust: a macro sees only the name of the
//! trait that another extends, not its methods. So each service implements its trait for all clients
//! of services below it, and these say by a type below which they are.

use std::marker::PhantomData;

use super::Channel;

/// A service, as the type of its client without a channel stands for it.
#[diagnostic::on_unimplemented(
    message = "a service in Rust can extend only another service in Rust",
    note = "`thrift!` generates for services of an IDL what this takes only for those in the IDL"
)]
pub trait Kin {
    /// The service and those that it extends, nearest first.
    type Line;
}

/// A service `S`, and below it those that it extends.
#[derive(Debug)]
pub struct Line<S, Rest>(PhantomData<(S, Rest)>);

/// That a line has another at its end.
#[diagnostic::on_unimplemented(
    message = "a service does not extend this one, or over more than 16 levels"
)]
pub trait Under<L> {}

/// The client of a service below `S`, or of that itself.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not implement the trait of the service that `{S}` calls",
    label = "neither a handler nor a client of that service"
)]
pub trait Calls<S>: Send + Sync {
    /// What it calls through.
    type Channel: Channel;

    /// What it calls through.
    fn channel(&self) -> &Self::Channel;
}

/// As [`Calls`], of clients that block.
#[cfg(feature = "blocking")]
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not implement the trait of the service that `{S}` calls",
    label = "neither a handler whose methods block nor a client that blocks"
)]
pub trait CallsBlocking<S>: Send + Sync {
    /// What it calls through.
    type Channel: crate::blocking::BlockingChannel;

    /// What it calls through.
    fn channel(&self) -> &Self::Channel;
}

macro_rules! under {
    ($ancestor:ident, $line:ty, [$($above:ident)*]) => {
        impl<$ancestor, $($above),*> Under<$ancestor> for $line {}
    };
}

/// One for each number of levels: no two fit one line, since no line is an end of itself.
macro_rules! levels {
    ($line:ty, [$($above:ident)*]) => { under!(L, $line, [$($above)*]); };
    ($line:ty, [$($above:ident)*] $next:ident $($further:ident)*) => {
        under!(L, $line, [$($above)*]);
        levels!(Line<$next, $line>, [$($above)* $next] $($further)*);
    };
}

impl<S, Rest> Under<Line<S, Rest>> for Line<S, Rest> {}

levels!(Line<A, L>, [A] B C D E F G H I J K M N O P Q);

/// Makes a client that of its service and of all that this extends.
#[doc(hidden)]
#[macro_export]
macro_rules! __kin {
    ($client:ident) => { $crate::__kin!(@ $client, ()); };
    ($client:ident, $($parent:tt)+) => {
        $crate::__kin!(@ $client, <$($parent)+<()> as $crate::__private::Kin>::Line);
    };
    (@ $client:ident, $above:ty) => {
        impl $crate::__private::Kin for $client<()> {
            type Line = $crate::__private::Line<Self, $above>;
        }

        impl<C: $crate::__private::Channel, S: $crate::__private::Kin>
            $crate::__private::Calls<S> for $client<C>
        where
            <$client<()> as $crate::__private::Kin>::Line: $crate::__private::Under<S::Line>,
        {
            type Channel = C;

            fn channel(&self) -> &C {
                &self.0
            }
        }
    };
}

/// The same of clients that block.
#[doc(hidden)]
#[macro_export]
macro_rules! __kin_blocking {
    ($client:ident) => { $crate::__kin_blocking!(@ $client, ()); };
    ($client:ident, $($parent:tt)+) => {
        $crate::__kin_blocking!(@ $client, <$($parent)+<()> as $crate::__private::Kin>::Line);
    };
    (@ $client:ident, $above:ty) => {
        impl $crate::__private::Kin for $client<()> {
            type Line = $crate::__private::Line<Self, $above>;
        }

        impl<C: $crate::__private::BlockingChannel, S: $crate::__private::Kin>
            $crate::__private::CallsBlocking<S> for $client<C>
        where
            <$client<()> as $crate::__private::Kin>::Line: $crate::__private::Under<S::Line>,
        {
            type Channel = C;

            fn channel(&self) -> &C {
                &self.0
            }
        }
    };
}
