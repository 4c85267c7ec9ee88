pub trait CalculatorService: ::thrift_runtime::__private::Send + ::thrift_runtime::__private::Sync {
    fn add(
        &self,
        a: i32,
        b: i32,
    ) -> impl ::thrift_runtime::__private::Future<
        Output = Result<i32>,
    > + ::thrift_runtime::__private::Send;
    fn subtract(
        &self,
        a: i32,
        b: i32,
    ) -> impl ::thrift_runtime::__private::Future<
        Output = Result<i32>,
    > + ::thrift_runtime::__private::Send;
}
/// Calls a [`CalculatorService`] through a channel.
#[derive(::thrift_runtime::__private::Clone, ::thrift_runtime::__private::Debug)]
pub struct CalculatorServiceClient<__C = ::thrift_runtime::__private::Client>(__C);
/// Answers calls with a handler that implements [`CalculatorService`].
#[derive(::thrift_runtime::__private::Debug)]
pub struct CalculatorServiceProcessor<__H>(__H);
#[allow(dead_code, missing_docs, non_camel_case_types, unreachable_pub)]
#[doc(hidden)]
#[allow(
    clippy::all,
    clippy::pedantic,
    clippy::nursery,
    clippy::restriction,
    deprecated,
    non_local_definitions,
    unused_qualifications,
)]
const _: () = {
    use ::thrift_runtime::__private as __thrift;
    #[derive(__thrift::Default)]
    struct __Args0 {
        a: i32,
        b: i32,
    }
    impl __thrift::Struct for __Args0 {
        const NAME: &'static str = "CalculatorService.add";
        const FIELDS: &'static [__thrift::Field] = &[
            __thrift::Field::new(1, "a"),
            __thrift::Field::new(2, "b"),
        ];
        #[inline]
        fn write<__W: __thrift::StructWriter>(&self, w: &mut __W) {
            w.run(((1, &self.a), (2, &self.b)));
        }
        #[inline]
        fn read<__R: __thrift::StructReader>(
            &mut self,
            r: &mut __R,
        ) -> __thrift::Result<()> {
            r.next_or_default(1, &mut self.a)?;
            r.next_or_default(2, &mut self.b)?;
            while let __thrift::Some(h) = r.header()? {
                match h.id {
                    1 => _ = r.read_late(h, &mut self.a)?,
                    2 => _ = r.read_late(h, &mut self.b)?,
                    _ => _ = r.skip(h)?,
                }
            }
            __thrift::Ok(())
        }
    }
    __thrift::struct_value!(
        __Args0, __thrift::fixed_size(& [< i32 as __thrift::Value > ::FIXED, < i32 as
        __thrift::Value > ::FIXED])
    );
    impl __Args0 {
        const METHOD: &'static __thrift::Method = &__thrift::Method::generated(
            "CalculatorService",
            "add",
            false,
            false,
            <__thrift::Returned<i32> as __thrift::Struct>::FIELDS,
        );
    }
    #[derive(__thrift::Default)]
    struct __Args1 {
        a: i32,
        b: i32,
    }
    impl __thrift::Struct for __Args1 {
        const NAME: &'static str = "CalculatorService.subtract";
        const FIELDS: &'static [__thrift::Field] = &[
            __thrift::Field::new(1, "a"),
            __thrift::Field::new(2, "b"),
        ];
        #[inline]
        fn write<__W: __thrift::StructWriter>(&self, w: &mut __W) {
            w.run(((1, &self.a), (2, &self.b)));
        }
        #[inline]
        fn read<__R: __thrift::StructReader>(
            &mut self,
            r: &mut __R,
        ) -> __thrift::Result<()> {
            r.next_or_default(1, &mut self.a)?;
            r.next_or_default(2, &mut self.b)?;
            while let __thrift::Some(h) = r.header()? {
                match h.id {
                    1 => _ = r.read_late(h, &mut self.a)?,
                    2 => _ = r.read_late(h, &mut self.b)?,
                    _ => _ = r.skip(h)?,
                }
            }
            __thrift::Ok(())
        }
    }
    __thrift::struct_value!(
        __Args1, __thrift::fixed_size(& [< i32 as __thrift::Value > ::FIXED, < i32 as
        __thrift::Value > ::FIXED])
    );
    impl __Args1 {
        const METHOD: &'static __thrift::Method = &__thrift::Method::generated(
            "CalculatorService",
            "subtract",
            false,
            false,
            <__thrift::Returned<i32> as __thrift::Struct>::FIELDS,
        );
    }
    impl<__C: __thrift::Channel> CalculatorServiceClient<__C> {
        /// Makes a client that calls through `channel`.
        pub fn new(channel: __C) -> Self {
            Self(channel)
        }
        /// The channel that `client` calls through.
        pub fn channel(client: &Self) -> &__C {
            &client.0
        }
    }
    __thrift::connect!(CalculatorServiceClient);
    impl<__T: __thrift::Calls<CalculatorServiceClient<()>>> CalculatorService for __T {
        fn add(
            &self,
            a: i32,
            b: i32,
        ) -> impl __thrift::Future<Output = Result<i32>> + __thrift::Send {
            __thrift::call::<
                _,
                _,
                __thrift::Returned<i32>,
            >(
                <Self as __thrift::Calls<CalculatorServiceClient<()>>>::channel(self),
                __Args0::METHOD,
                __Args0 { a, b },
            )
        }
        fn subtract(
            &self,
            a: i32,
            b: i32,
        ) -> impl __thrift::Future<Output = Result<i32>> + __thrift::Send {
            __thrift::call::<
                _,
                _,
                __thrift::Returned<i32>,
            >(
                <Self as __thrift::Calls<CalculatorServiceClient<()>>>::channel(self),
                __Args1::METHOD,
                __Args1 { a, b },
            )
        }
    }
    __thrift::kin!(CalculatorServiceClient);
    impl<__H: CalculatorService> __thrift::Handle<__H> for __Args0 {
        type Result = __thrift::Returned<i32>;
        const ONEWAY: bool = false;
        fn handle(
            self,
            handler: &__H,
        ) -> impl __thrift::Future<Output = Result<i32>> + __thrift::Send {
            CalculatorService::add(handler, self.a, self.b)
        }
    }
    impl<__H: CalculatorService> __thrift::Handle<__H> for __Args1 {
        type Result = __thrift::Returned<i32>;
        const ONEWAY: bool = false;
        fn handle(
            self,
            handler: &__H,
        ) -> impl __thrift::Future<Output = Result<i32>> + __thrift::Send {
            CalculatorService::subtract(handler, self.a, self.b)
        }
    }
    impl<__H: CalculatorService> CalculatorServiceProcessor<__thrift::OneHandler<__H>> {
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
                    b"add" => call.answer::<__Args0, __H>(handler).await,
                    b"subtract" => call.answer::<__Args1, __H>(handler).await,
                    _ => call.unknown_method(),
                }
            }
        }
        #[doc(hidden)]
        pub fn find(name: &[u8]) -> __thrift::Option<&'static __thrift::Method> {
            match name {
                b"add" => __thrift::Some(__Args0::METHOD),
                b"subtract" => __thrift::Some(__Args1::METHOD),
                _ => __thrift::None,
            }
        }
    }
    impl<__F, __H> CalculatorServiceProcessor<__thrift::PerCall<__F>>
    where
        __F: __thrift::Fn(&__thrift::Context) -> __H,
        __H: CalculatorService,
    {
        /// Makes a processor with a handler for each call, made of the call's context.
        pub fn per_call(handler: __F) -> Self {
            Self(__thrift::PerCall(handler))
        }
    }
    impl<__S: __thrift::Handlers> __thrift::Processor for CalculatorServiceProcessor<__S>
    where
        __S::Handler: CalculatorService,
    {
        async fn process<__P: __thrift::Protocol>(
            &self,
            mut call: __thrift::Call<'_, __P>,
        ) -> __thrift::Processed {
            let __thrift::Some(lease) = self.0.lease(&mut call) else {
                return call.no_handler();
            };
            let handler = __thrift::Borrow::borrow(&lease);
            let answered = CalculatorServiceProcessor::<
                __thrift::OneHandler<__S::Handler>,
            >::dispatch(handler, &mut call);
            let answered = __thrift::Guarded(::core::pin::pin!(answered)).await;
            answered.unwrap_or_else(|| call.panicked())
        }
        fn method(&self, name: &[u8]) -> __thrift::Option<&'static __thrift::Method> {
            CalculatorServiceProcessor::<__thrift::OneHandler<__S::Handler>>::find(name)
        }
        fn speculates(&self) -> bool {
            __S::UNNOTICED
        }
    }
};
