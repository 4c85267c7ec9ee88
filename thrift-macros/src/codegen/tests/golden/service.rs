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
        fn fmt(&self, f: &mut __thrift::Formatter<'_>) -> __thrift::FmtResult {
            __thrift::display_exception(f, "Missing", &self.message)
        }
    }
    impl __thrift::StdError for Missing {}
    impl __thrift::Struct for Missing {
        const NAME: &'static str = "Missing";
        const FIELDS: &'static [__thrift::Field] = &[__thrift::Field::new(1, "message")];
        #[inline]
        fn write<__W: __thrift::StructWriter>(&self, w: &mut __W) {
            w.field(1, &self.message);
        }
        #[inline]
        fn read<__R: __thrift::StructReader>(
            &mut self,
            r: &mut __R,
        ) -> __thrift::Result<()> {
            r.next_or_default(1, &mut self.message)?;
            while let __thrift::Some(h) = r.header()? {
                match h.id {
                    1 => _ = r.read_late(h, &mut self.message)?,
                    _ => _ = r.skip(h)?,
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
    /// What `find` fails with.
    #[derive(__thrift::Debug)]
    pub enum LibraryFindError {
        /// There is no such text.
        Missing(Missing),
        /// Anything else: the connection, the peer, or the handler of its own accord.
        Other(__thrift::Error),
    }
    /// Calls a [`Library`] through a channel.
    #[derive(__thrift::Clone, __thrift::Debug)]
    pub struct LibraryClient<__C = __thrift::Client>(__C);
    /// Answers calls with a handler that implements [`Library`].
    #[derive(__thrift::Debug)]
    pub struct LibraryProcessor<__H>(__H);
    impl __thrift::From<Missing> for LibraryFindError {
        fn from(exception: Missing) -> Self {
            Self::Missing(exception)
        }
    }
    impl __thrift::From<__thrift::Error> for LibraryFindError {
        fn from(error: __thrift::Error) -> Self {
            Self::Other(error)
        }
    }
    impl __thrift::From<LibraryFindError> for __thrift::Error {
        fn from(error: LibraryFindError) -> Self {
            match error {
                LibraryFindError::Missing(exception) => __thrift::declared(exception),
                LibraryFindError::Other(error) => error,
            }
        }
    }
    impl __thrift::Display for LibraryFindError {
        fn fmt(&self, f: &mut __thrift::Formatter<'_>) -> __thrift::FmtResult {
            match self {
                Self::Missing(exception) => __thrift::Display::fmt(exception, f),
                Self::Other(error) => __thrift::Display::fmt(error, f),
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
        fn write<__W: __thrift::StructWriter>(&self, w: &mut __W) {
            match self {
                Self::Missing(exception) => w.field(1, exception),
                Self::Other(_) => _ = w,
            }
        }
        fn read<__R: __thrift::StructReader>(
            r: &mut __R,
            h: __thrift::FieldHeader,
        ) -> __thrift::Result<__thrift::Option<Self>> {
            __thrift::Ok(
                match h.id {
                    1 => __thrift::read_member(r, h)?.map(Self::Missing),
                    _ => {
                        r.skip(h)?;
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
                Self::Other(error) => __thrift::Err(error),
                declared => __thrift::Ok(declared),
            }
        }
    }
    #[derive(__thrift::Default)]
    struct LibraryFindArgs {
        name: __thrift::String,
    }
    impl __thrift::Struct for LibraryFindArgs {
        const NAME: &'static str = "Library.find";
        const FIELDS: &'static [__thrift::Field] = &[__thrift::Field::new(1, "name")];
        #[inline]
        fn write<__W: __thrift::StructWriter>(&self, w: &mut __W) {
            w.field(1, &self.name);
        }
        #[inline]
        fn read<__R: __thrift::StructReader>(
            &mut self,
            r: &mut __R,
        ) -> __thrift::Result<()> {
            r.next_or_default(1, &mut self.name)?;
            while let __thrift::Some(h) = r.header()? {
                match h.id {
                    1 => _ = r.read_late(h, &mut self.name)?,
                    _ => _ = r.skip(h)?,
                }
            }
            __thrift::Ok(())
        }
    }
    __thrift::struct_value!(LibraryFindArgs);
    impl LibraryFindArgs {
        const METHOD: &'static __thrift::Method = &__thrift::Method::generated(
            "Library",
            "find",
            false,
            false,
            <__thrift::ReturnedOr<
                __thrift::String,
                LibraryFindError,
            > as __thrift::Struct>::FIELDS,
        );
    }
    #[derive(__thrift::Default)]
    struct LibraryForgetArgs {
        name: __thrift::String,
    }
    impl __thrift::Struct for LibraryForgetArgs {
        const NAME: &'static str = "Library.forget";
        const FIELDS: &'static [__thrift::Field] = &[__thrift::Field::new(1, "name")];
        #[inline]
        fn write<__W: __thrift::StructWriter>(&self, w: &mut __W) {
            w.field(1, &self.name);
        }
        #[inline]
        fn read<__R: __thrift::StructReader>(
            &mut self,
            r: &mut __R,
        ) -> __thrift::Result<()> {
            r.next_or_default(1, &mut self.name)?;
            while let __thrift::Some(h) = r.header()? {
                match h.id {
                    1 => _ = r.read_late(h, &mut self.name)?,
                    _ => _ = r.skip(h)?,
                }
            }
            __thrift::Ok(())
        }
    }
    __thrift::struct_value!(LibraryForgetArgs);
    impl LibraryForgetArgs {
        const METHOD: &'static __thrift::Method = &__thrift::Method::generated(
            "Library",
            "forget",
            true,
            false,
            &[],
        );
    }
    impl<__C: __thrift::Channel> LibraryClient<__C> {
        /// Makes a client that calls through `channel`.
        pub fn new(channel: __C) -> Self {
            Self(channel)
        }
        /// The channel that `client` calls through.
        pub fn channel(client: &Self) -> &__C {
            &client.0
        }
    }
    __thrift::connect!(LibraryClient);
    impl<__C: __thrift::Channel> Library for LibraryClient<__C> {
        fn find(
            &self,
            name: __thrift::String,
        ) -> impl __thrift::Future<
            Output = __thrift::Result<__thrift::String, LibraryFindError>,
        > + __thrift::Send {
            __thrift::call::<
                _,
                _,
                __thrift::ReturnedOr<__thrift::String, LibraryFindError>,
            >(&self.0, LibraryFindArgs::METHOD, LibraryFindArgs { name })
        }
        fn forget(
            &self,
            name: __thrift::String,
        ) -> impl __thrift::Future<Output = __thrift::Result<()>> + __thrift::Send {
            __thrift::call_oneway(
                &self.0,
                LibraryForgetArgs::METHOD,
                LibraryForgetArgs { name },
            )
        }
    }
    impl<__H: Library> __thrift::Handle<__H> for LibraryFindArgs {
        type Result = __thrift::ReturnedOr<__thrift::String, LibraryFindError>;
        const ONEWAY: bool = false;
        fn handle(
            self,
            handler: &__H,
        ) -> impl __thrift::Future<
            Output = __thrift::Result<__thrift::String, LibraryFindError>,
        > + __thrift::Send {
            Library::find(handler, self.name)
        }
    }
    impl<__H: Library> __thrift::Handle<__H> for LibraryForgetArgs {
        type Result = __thrift::Void;
        const ONEWAY: bool = true;
        fn handle(
            self,
            handler: &__H,
        ) -> impl __thrift::Future<Output = __thrift::Result<()>> + __thrift::Send {
            Library::forget(handler, self.name)
        }
    }
    impl<__H: Library> LibraryProcessor<__thrift::OneHandler<__H>> {
        /// Makes a processor with one handler for all calls.
        pub fn new(handler: __H) -> Self {
            Self(__thrift::OneHandler(handler))
        }
        #[doc(hidden)]
        pub fn dispatch<'__h, '__c, __P: __thrift::Protocol>(
            handler: &'__h __H,
            call: &'__h mut __thrift::Call<'__c, __P>,
        ) -> impl __thrift::Future<
            Output = __thrift::Processed,
        > + __thrift::Send + use<'__h, '__c, __H, __P> {
            async move {
                match call.method() {
                    b"find" => call.answer::<LibraryFindArgs, __H>(handler).await,
                    b"forget" => call.answer::<LibraryForgetArgs, __H>(handler).await,
                    _ => call.unknown_method(),
                }
            }
        }
        #[doc(hidden)]
        pub fn find(name: &[u8]) -> __thrift::Option<&'static __thrift::Method> {
            match name {
                b"find" => __thrift::Some(LibraryFindArgs::METHOD),
                b"forget" => __thrift::Some(LibraryForgetArgs::METHOD),
                _ => __thrift::None,
            }
        }
    }
    impl<__F, __H> LibraryProcessor<__thrift::PerCall<__F>>
    where
        __F: __thrift::Fn(&__thrift::Context) -> __H,
        __H: Library,
    {
        /// Makes a processor with a handler for each call, made of the call's context.
        pub fn per_call(handler: __F) -> Self {
            Self(__thrift::PerCall(handler))
        }
    }
    impl<__S: __thrift::Handlers> __thrift::Processor for LibraryProcessor<__S>
    where
        __S::Handler: Library,
    {
        async fn process<__P: __thrift::Protocol>(
            &self,
            mut call: __thrift::Call<'_, __P>,
        ) -> __thrift::Processed {
            let __thrift::Some(lease) = self.0.lease(&mut call) else {
                return call.no_handler();
            };
            let handler = __thrift::Borrow::borrow(&lease);
            let answered = LibraryProcessor::<
                __thrift::OneHandler<__S::Handler>,
            >::dispatch(handler, &mut call);
            let answered = __thrift::Guarded(::core::pin::pin!(answered)).await;
            answered.unwrap_or_else(|| call.panicked())
        }
        fn method(&self, name: &[u8]) -> __thrift::Option<&'static __thrift::Method> {
            LibraryProcessor::<__thrift::OneHandler<__S::Handler>>::find(name)
        }
        fn speculates(&self) -> bool {
            __S::UNNOTICED
        }
    }
}
#[doc(inline)]
#[allow(unused_imports)]
pub use service_thrift::*;
