#[doc(hidden)]
#[allow(
    clippy::all,
    clippy::pedantic,
    clippy::nursery,
    clippy::restriction,
    deprecated,
    missing_docs,
    non_camel_case_types,
    non_snake_case,
    non_upper_case_globals,
    rustdoc::all,
    unexpected_cfgs,
    unreachable_pub,
    unused_qualifications,
)]
pub mod service_thrift {
    #[allow(unused_imports)]
    use ::thrift_runtime::__private as __thrift;
    #[derive(
        __thrift::Clone,
        __thrift::Debug,
        __thrift::Default,
        __thrift::PartialEq,
        __thrift::Eq,
        __thrift::PartialOrd,
        __thrift::Ord,
        __thrift::Hash
    )]
    pub struct Missing {
        /// `1: string message`
        pub message: __thrift::String,
    }
    impl __thrift::Display for Missing {
        fn fmt(&self, __f: &mut __thrift::Formatter<'_>) -> __thrift::FmtResult {
            __thrift::display_exception(__f, "Missing", &self.message)
        }
    }
    impl __thrift::StdError for Missing {}
    impl __thrift::EncodeStruct for Missing {
        const NAME: &'static str = "Missing";
        const FIELDS: &'static [__thrift::Field] = &[__thrift::Field::new(1, "message")];
        #[inline]
        fn write<__W: __thrift::StructWriter>(&self, __w: &mut __W) {
            __w.field(1, &self.message);
        }
    }
    impl<'__de> __thrift::DecodeStruct<'__de> for Missing {
        #[inline]
        fn read<__R: __thrift::StructReader<'__de>>(
            &mut self,
            __r: &mut __R,
        ) -> __thrift::Result<()> {
            __r.next_or_default(1, &mut self.message)?;
            while let __thrift::Some(__h) = __r.header()? {
                match __h.id {
                    1 => _ = __r.read_late(__h, &mut self.message)?,
                    _ => _ = __r.skip(__h)?,
                }
            }
            __thrift::Ok(())
        }
    }
    __thrift::struct_value!(Missing);
    __thrift::shaped!(Missing[(1, 398550328)]);
    __thrift::arbitrary!(Missing);
    /// Texts by their names.
    pub trait Library: __thrift::Send + __thrift::Sync {
        /// The text called so.
        ///
        /// `string find(1: string name) throws (1: Missing missing)`
        ///
        /// # Errors
        ///
        /// - `Missing`: There is no such text.
        fn find(
            &self,
            name: __thrift::String,
        ) -> impl __thrift::Future<
            Output = __thrift::Result<__thrift::String, LibraryFindError>,
        > + __thrift::Send;
        /// `oneway void forget(1: string name)`
        fn forget(
            &self,
            name: __thrift::String,
        ) -> impl __thrift::Future<Output = __thrift::Result<()>> + __thrift::Send;
    }
    /// The error type of the method `find`.
    #[derive(__thrift::Debug)]
    pub enum LibraryFindError {
        /// There is no such text.
        Missing(Missing),
        /// Any other error: of the connection, of the peer, or an undeclared one of the handler.
        Other(__thrift::Error),
    }
    /// Calls a [`Library`] through a channel.
    #[derive(__thrift::Clone, __thrift::Debug)]
    pub struct LibraryClient<C = __thrift::Client>(C);
    /// Answers calls with a handler that implements [`Library`].
    #[derive(__thrift::Debug)]
    pub struct LibraryProcessor<H>(H);
    impl __thrift::From<Missing> for LibraryFindError {
        fn from(__exception: Missing) -> Self {
            Self::Missing(__exception)
        }
    }
    impl __thrift::From<__thrift::Error> for LibraryFindError {
        fn from(__error: __thrift::Error) -> Self {
            Self::Other(__error)
        }
    }
    impl __thrift::From<LibraryFindError> for __thrift::Error {
        fn from(__error: LibraryFindError) -> Self {
            match __error {
                LibraryFindError::Missing(__exception) => __thrift::declared(__exception),
                LibraryFindError::Other(__error) => __error,
            }
        }
    }
    impl __thrift::Display for LibraryFindError {
        fn fmt(&self, __f: &mut __thrift::Formatter<'_>) -> __thrift::FmtResult {
            match self {
                Self::Missing(__exception) => __thrift::Display::fmt(__exception, __f),
                Self::Other(__error) => __thrift::Display::fmt(__error, __f),
            }
        }
    }
    impl __thrift::StdError for LibraryFindError {}
    impl __thrift::Throws for LibraryFindError {
        const VOID: &'static [__thrift::Field] = &[__thrift::Field::new(1, "missing")];
        const RETURNING: &'static [__thrift::Field] = &[
            __thrift::Field::new(0, "success"),
            __thrift::Field::new(1, "missing"),
        ];
        fn write<__W: __thrift::StructWriter>(&self, __w: &mut __W) {
            match self {
                Self::Missing(__exception) => __w.field(1, __exception),
                Self::Other(_) => _ = __w,
            }
        }
        fn read<'__de, __R: __thrift::StructReader<'__de>>(
            __r: &mut __R,
            __h: __thrift::FieldHeader,
        ) -> __thrift::Result<__thrift::Option<Self>> {
            __thrift::Ok(
                match __h.id {
                    1 => __thrift::read_member(__r, __h)?.map(Self::Missing),
                    _ => {
                        __r.skip(__h)?;
                        __thrift::None
                    }
                },
            )
        }
        fn outcome(&self) -> __thrift::Outcome {
            match self {
                Self::Missing(_) => {
                    __thrift::Outcome::Declared {
                        id: 1,
                        name: "missing",
                    }
                }
                Self::Other(_) => __thrift::Outcome::Returned,
            }
        }
        fn declared(self) -> __thrift::Result<Self> {
            match self {
                Self::Other(__error) => __thrift::Err(__error),
                __declared => __thrift::Ok(__declared),
            }
        }
    }
    struct LibraryFindArgs;
    impl __thrift::Signature for LibraryFindArgs {
        type Arguments = __thrift::Args<Self, (__thrift::String,)>;
        type Output = __thrift::Result<__thrift::String, LibraryFindError>;
        type Result = __thrift::ReturnedOr<__thrift::String, LibraryFindError>;
        const DECLARED: &'static __thrift::Declared = &__thrift::Declared::new(
            __thrift::Method::generated(
                "Library",
                "find",
                false,
                false,
                __thrift::results::<Self>(),
            ),
            "Library.find",
            &[__thrift::Field::new(1, "name")],
        );
    }
    struct LibraryForgetArgs;
    impl __thrift::Signature for LibraryForgetArgs {
        type Arguments = __thrift::Args<Self, (__thrift::String,)>;
        type Output = __thrift::Result<()>;
        type Result = __thrift::Void;
        const DECLARED: &'static __thrift::Declared = &__thrift::Declared::new(
            __thrift::Method::generated("Library", "forget", true, false, &[]),
            "Library.forget",
            &[__thrift::Field::new(1, "name")],
        );
    }
    impl<C: __thrift::Channel> LibraryClient<C> {
        /// Makes a client that calls through `channel`.
        pub fn new(channel: C) -> Self {
            Self(channel)
        }
        /// The channel that `client` calls through.
        pub fn channel(client: &Self) -> &C {
            &client.0
        }
    }
    __thrift::connect!(LibraryClient);
    impl<C: __thrift::Channel> Library for LibraryClient<C> {
        fn find(
            &self,
            name: __thrift::String,
        ) -> impl __thrift::Future<
            Output = __thrift::Result<__thrift::String, LibraryFindError>,
        > + __thrift::Send {
            __thrift::call::<_, LibraryFindArgs>(&self.0, __thrift::Args::new((name,)))
        }
        fn forget(
            &self,
            name: __thrift::String,
        ) -> impl __thrift::Future<Output = __thrift::Result<()>> + __thrift::Send {
            __thrift::call_oneway::<
                _,
                LibraryForgetArgs,
            >(&self.0, __thrift::Args::new((name,)))
        }
    }
    impl<__H: Library> __thrift::Handle<__H> for LibraryFindArgs {
        fn handle(
            __arguments: <Self as __thrift::Signature>::Arguments,
            __handler: &__H,
        ) -> impl __thrift::Future<
            Output = __thrift::Result<__thrift::String, LibraryFindError>,
        > + __thrift::Send {
            Library::find(__handler, __arguments.0.0)
        }
    }
    impl<__H: Library> __thrift::Handle<__H> for LibraryForgetArgs {
        fn handle(
            __arguments: <Self as __thrift::Signature>::Arguments,
            __handler: &__H,
        ) -> impl __thrift::Future<Output = __thrift::Result<()>> + __thrift::Send {
            Library::forget(__handler, __arguments.0.0)
        }
    }
    impl<H: Library> LibraryProcessor<__thrift::OneHandler<H>> {
        /// Makes a processor with one handler for all calls.
        pub fn new(handler: H) -> Self {
            Self(__thrift::OneHandler(handler))
        }
    }
    impl<F, H> LibraryProcessor<__thrift::PerCall<F>>
    where
        F: __thrift::Fn(&__thrift::Context) -> H,
        H: Library,
    {
        /// Makes a processor with a handler for each call, made from the call's context.
        pub fn per_call(handler: F) -> Self {
            Self(__thrift::PerCall(handler))
        }
    }
    impl LibraryProcessor<()> {
        /// The number of one of the service's own methods, or how many there are.
        #[inline]
        fn number(__name: &[u8]) -> usize {
            match __name {
                b"find" => 0,
                b"forget" => 1,
                _ => 2,
            }
        }
        #[doc(hidden)]
        pub fn find(__name: &[u8]) -> __thrift::Option<&'static __thrift::Method> {
            const KNOWN: &[&__thrift::Method] = &[
                &<LibraryFindArgs as __thrift::Signature>::DECLARED.method,
                &<LibraryForgetArgs as __thrift::Signature>::DECLARED.method,
            ];
            match KNOWN.get(Self::number(__name)) {
                __thrift::Some(&__method) => __thrift::Some(__method),
                __thrift::None => __thrift::None,
            }
        }
    }
    impl<__H: Library> __thrift::Dispatch<__H> for LibraryProcessor<()> {
        fn dispatch<__P: __thrift::Protocol>(
            __handler: &__H,
            __call: &mut __thrift::Call<'_, __P>,
        ) -> impl __thrift::Future<Output = __thrift::Processed> + __thrift::Send {
            async move {
                match LibraryProcessor::<()>::number(__call.method()) {
                    0 => __call.answer::<LibraryFindArgs, __H>(__handler).await,
                    1 => __call.answer::<LibraryForgetArgs, __H>(__handler).await,
                    _ => __call.unknown_method(),
                }
            }
        }
    }
    impl<H: __thrift::Handlers> __thrift::Processor for LibraryProcessor<H>
    where
        LibraryProcessor<()>: __thrift::Dispatch<H::Handler>,
    {
        fn process<P: __thrift::Protocol>(
            &self,
            __call: __thrift::Call<'_, P>,
        ) -> impl __thrift::Future<Output = __thrift::Processed> + __thrift::Send {
            __thrift::process::<LibraryProcessor<()>, H, P>(&self.0, __call)
        }
        fn method(&self, __name: &[u8]) -> __thrift::Option<&'static __thrift::Method> {
            LibraryProcessor::<()>::find(__name)
        }
        fn speculates(&self) -> bool {
            H::UNNOTICED
        }
    }
}
#[doc(inline)]
#[allow(unused_imports)]
pub use service_thrift::*;
