//! Which services extend which. Of a service that is extended, a macro may see only the name of its
//! trait, not its methods, as with services that are written in Rust. So each service implements its
//! trait for the clients of all services that extend it, and each of these says by a type which
//! services it extends.

use std::{marker::PhantomData, sync::Arc};

use super::{Channel, Request, Response};
use crate::{error::Result, protocol::BinaryProtocol};

/// A service, for which the type of its client without a channel stands.
pub trait Kin {
    /// The service and those that it extends, nearest first.
    type Line;
    /// Its trait as it can be `dyn`; [`Nobody`] if it cannot.
    type Twin: ?Sized;
}

/// A service that others in Rust may extend, by its client.
#[diagnostic::on_unimplemented(
    message = "a service in Rust cannot extend this service",
    label = "cannot be extended in Rust",
    note = "to extend a service of an IDL in Rust, add `services: [client, server, extended]` to its \
            `thrift!`; this works for services with at most eight levels of `extends`"
)]
pub trait Open: Kin {}

/// A line of services that may all be extended.
pub trait AllOpen {}

impl AllOpen for () {}

impl<S: Open, Rest: AllOpen> AllOpen for Line<S, Rest> {}

/// Looks whether a service may be extended, and those that it extends.
pub const fn extends<S: Open<Line: AllOpen>>() {}

/// A service `S`, and below it those that it extends.
#[derive(Debug)]
pub struct Line<S, Rest>(PhantomData<(S, Rest)>);

/// That a line has another at its end.
#[diagnostic::on_unimplemented(message = "the service does not extend this one within 16 levels")]
pub trait Under<L> {}

/// How a service is reached: through a channel, or as something that implements its `dyn` twin.
#[derive(Debug)]
pub enum Reached<'a, C, T: ?Sized> {
    /// By messages.
    Channel(&'a C),
    /// By a call of a function.
    Twin(&'a T),
}

impl<'a, C> Reached<'a, C, Nobody> {
    /// The channel, as it is nothing else.
    #[inline(always)]
    pub fn channel(self) -> &'a C {
        match self {
            Reached::Channel(channel) => channel,
            Reached::Twin(nobody) => match *nobody {},
        }
    }
}

/// Stands for what is missing: the channel of a type that has none, and the `dyn` twin of a service
/// without one.
#[derive(Debug)]
pub enum Nobody {}

impl Channel for Nobody {
    type Protocol = BinaryProtocol;

    async fn send(&self, _: Request<'_, BinaryProtocol>) -> Result<Response<BinaryProtocol>> {
        match *self {}
    }
}

#[cfg(feature = "blocking")]
impl crate::blocking::BlockingChannel for Nobody {
    type Protocol = BinaryProtocol;

    fn send(&self, _: Request<'_, BinaryProtocol>) -> Result<Response<BinaryProtocol>> {
        match *self {}
    }
}

/// The client of a service below `S`, or of that itself; or a pointer to a `dyn` twin of such a service.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not implement the trait of the service that `{S}` calls",
    label = "neither a handler nor a client of that service"
)]
pub trait Calls<S>: Send + Sync {
    /// What it calls through.
    type Channel: Channel;
    /// What it points to; of a client, the twin of `S`.
    type Twin: ?Sized;

    /// How it calls.
    fn reached(&self) -> Reached<'_, Self::Channel, Self::Twin>;

    /// What it calls through.
    #[inline(always)]
    fn channel(&self) -> &Self::Channel
    where
        Self: Calls<S, Twin = Nobody>,
    {
        <Self as Calls<S>>::reached(self).channel()
    }
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
    /// What it points to; of a client, the twin of `S`.
    type Twin: ?Sized;

    /// How it calls.
    fn reached(&self) -> Reached<'_, Self::Channel, Self::Twin>;

    /// What it calls through.
    #[inline(always)]
    fn channel(&self) -> &Self::Channel
    where
        Self: CallsBlocking<S, Twin = Nobody>,
    {
        <Self as CallsBlocking<S>>::reached(self).channel()
    }
}

/// A service's trait as it can be `dyn`, of a service below `S` or of that itself.
pub trait Behind<S>: Send + Sync {}

macro_rules! pointers {
    ($($pointer:ident),*) => {$(
        #[diagnostic::do_not_recommend]
        impl<S, T: Behind<S> + ?Sized> Calls<S> for $pointer<T> {
            type Channel = Nobody;
            type Twin = T;

            #[inline(always)]
            fn reached(&self) -> Reached<'_, Nobody, T> {
                Reached::Twin(&**self)
            }
        }

        #[cfg(feature = "blocking")]
        #[diagnostic::do_not_recommend]
        impl<S, T: Behind<S> + ?Sized> CallsBlocking<S> for $pointer<T> {
            type Channel = Nobody;
            type Twin = T;

            #[inline(always)]
            fn reached(&self) -> Reached<'_, Nobody, T> {
                Reached::Twin(&**self)
            }
        }
    )*};
}

pointers!(Arc, Box);

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

/// Says what the service of a client extends. None of this is for the author, or documented.
#[doc(hidden)]
#[macro_export]
macro_rules! __line {
    ($client:ident, $twin:ty, $above:ty) => {
        #[doc(hidden)]
        impl $crate::__private::Kin for $client<()> {
            type Line = $crate::__private::Line<Self, $above>;
            type Twin = $twin;
        }
    };
}

/// Lets a client stand for its service and for all above. The macro knows the name of the nearest.
#[doc(hidden)]
#[macro_export]
macro_rules! __kin {
    ($calls:ident $channel:ident $client:ident, $twin:ty) => {
        $crate::__kin!(@ $calls $channel $client, $twin, ());
    };
    ($calls:ident $channel:ident $client:ident, $twin:ty, $($parent:tt)+) => {
        $crate::__kin!(
            @ $calls $channel $client, $twin, <$($parent)+<()> as $crate::__private::Kin>::Line
        );
    };
    (@ $calls:ident $channel:ident $client:ident, $twin:ty, $above:ty) => {
        $crate::__line!($client, $twin, $above);

        #[doc(hidden)]
        impl $crate::__private::Open for $client<()> {}

        #[doc(hidden)]
        impl<C: $crate::__private::$channel, S: $crate::__private::Kin>
            $crate::__private::$calls<S> for $client<C>
        where
            <$client<()> as $crate::__private::Kin>::Line: $crate::__private::Under<S::Line>,
        {
            type Channel = C;
            type Twin = S::Twin;

            #[inline(always)]
            fn reached(&self) -> $crate::__private::Reached<'_, C, S::Twin> {
                $crate::__private::Reached::Channel(&self.0)
            }
        }
    };
}

/// Makes a client that of its service, where the macro knows all that this extends.
#[doc(hidden)]
#[macro_export]
macro_rules! __known_kin {
    ($calls:ident $channel:ident $client:ident, $twin:ty, $above:ty) => {
        $crate::__line!($client, $twin, $above);

        #[doc(hidden)]
        impl $crate::__private::Open for $client<()> {}

        #[doc(hidden)]
        impl<C: $crate::__private::$channel> $crate::__private::$calls<$client<()>> for $client<C> {
            type Channel = C;
            type Twin = $twin;

            #[inline(always)]
            fn reached(&self) -> $crate::__private::Reached<'_, C, $twin> {
                $crate::__private::Reached::Channel(&self.0)
            }
        }
    };
}

/// Makes pointers to a `dyn` twin stand for its service, and for all that this extends.
#[doc(hidden)]
#[macro_export]
macro_rules! __behind {
    ($client:ident, $twin:ident) => {
        #[doc(hidden)]
        impl<S: $crate::__private::Kin> $crate::__private::Behind<S> for dyn $twin where
            <$client<()> as $crate::__private::Kin>::Line: $crate::__private::Under<S::Line>
        {
        }
    };
}
