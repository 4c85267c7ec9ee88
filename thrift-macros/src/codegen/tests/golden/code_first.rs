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
pub struct CalculatorServiceClient<C = ::thrift_runtime::__private::Client>(C);
/// Answers calls with a handler that implements [`CalculatorService`].
#[derive(::thrift_runtime::__private::Debug)]
pub struct CalculatorServiceProcessor<H>(H);
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
    struct __Args0;
    impl __thrift::Signature for __Args0 {
        type Arguments = __thrift::Args<Self, (i32, i32)>;
        type Output = Result<i32>;
        type Result = __thrift::Returned<i32>;
        const DECLARED: &'static __thrift::Declared = &__thrift::Declared::new(
            __thrift::Method::generated(
                "CalculatorService",
                "add",
                false,
                false,
                __thrift::results::<Self>(),
            ),
            "CalculatorService.add",
            &[__thrift::Field::new(1, "a"), __thrift::Field::new(2, "b")],
        );
    }
    struct __Args1;
    impl __thrift::Signature for __Args1 {
        type Arguments = __thrift::Args<Self, (i32, i32)>;
        type Output = Result<i32>;
        type Result = __thrift::Returned<i32>;
        const DECLARED: &'static __thrift::Declared = &__thrift::Declared::new(
            __thrift::Method::generated(
                "CalculatorService",
                "subtract",
                false,
                false,
                __thrift::results::<Self>(),
            ),
            "CalculatorService.subtract",
            &[__thrift::Field::new(1, "a"), __thrift::Field::new(2, "b")],
        );
    }
    const _: () = {
        #[allow(unused_imports)]
        use __thrift::parameters::*;
        impl<C: __thrift::Channel> CalculatorServiceClient<C> {
            /// Makes a client that calls through `channel`.
            pub fn new(channel: C) -> Self {
                Self(channel)
            }
            /// The channel that `client` calls through.
            pub fn channel(client: &Self) -> &C {
                &client.0
            }
        }
        __thrift::connect!(CalculatorServiceClient open);
    };
    impl<
        T: __thrift::Calls<CalculatorServiceClient<()>, Twin = __thrift::Nobody>,
    > CalculatorService for T {
        fn add(
            &self,
            a: i32,
            b: i32,
        ) -> impl __thrift::Future<Output = Result<i32>> + __thrift::Send {
            __thrift::call::<
                _,
                __Args0,
            >(
                <Self as __thrift::Calls<CalculatorServiceClient<()>>>::channel(self),
                __thrift::Args::new((a, b)),
            )
        }
        fn subtract(
            &self,
            a: i32,
            b: i32,
        ) -> impl __thrift::Future<Output = Result<i32>> + __thrift::Send {
            __thrift::call::<
                _,
                __Args1,
            >(
                <Self as __thrift::Calls<CalculatorServiceClient<()>>>::channel(self),
                __thrift::Args::new((a, b)),
            )
        }
    }
    __thrift::kin!(Calls Channel CalculatorServiceClient, __thrift::Nobody);
    impl<__H: CalculatorService> __thrift::Handle<__H> for __Args0 {
        fn handle(
            __arguments: <Self as __thrift::Signature>::Arguments,
            __handler: &__H,
        ) -> impl __thrift::Future<Output = Result<i32>> + __thrift::Send {
            CalculatorService::add(__handler, __arguments.0.0, __arguments.0.1)
        }
    }
    impl<__H: CalculatorService> __thrift::Handle<__H> for __Args1 {
        fn handle(
            __arguments: <Self as __thrift::Signature>::Arguments,
            __handler: &__H,
        ) -> impl __thrift::Future<Output = Result<i32>> + __thrift::Send {
            CalculatorService::subtract(__handler, __arguments.0.0, __arguments.0.1)
        }
    }
    const _: () = {
        #[allow(unused_imports)]
        use __thrift::parameters::*;
        impl<H: CalculatorService> CalculatorServiceProcessor<__thrift::OneHandler<H>> {
            /// Makes a processor with one handler for all calls.
            pub fn new(handler: H) -> Self {
                Self(__thrift::OneHandler(handler))
            }
        }
        impl<F, H> CalculatorServiceProcessor<__thrift::PerCall<F>>
        where
            F: __thrift::Fn(&__thrift::Context) -> H,
            H: CalculatorService,
        {
            /// Makes a processor with a handler for each call, made from the call's context.
            pub fn per_call(handler: F) -> Self {
                Self(__thrift::PerCall(handler))
            }
        }
    };
    impl CalculatorServiceProcessor<()> {
        /// The number of one of the service's own methods, or how many there are.
        #[inline]
        fn number(__name: &[u8]) -> usize {
            match __name {
                b"add" => 0,
                b"subtract" => 1,
                _ => 2,
            }
        }
        #[doc(hidden)]
        pub fn find(__name: &[u8]) -> __thrift::Option<&'static __thrift::Method> {
            const KNOWN: &[&__thrift::Method] = &[
                &<__Args0 as __thrift::Signature>::DECLARED.method,
                &<__Args1 as __thrift::Signature>::DECLARED.method,
            ];
            match KNOWN.get(Self::number(__name)) {
                __thrift::Some(&__method) => __thrift::Some(__method),
                __thrift::None => __thrift::None,
            }
        }
    }
    impl<__H: CalculatorService> __thrift::Dispatch<__H>
    for CalculatorServiceProcessor<()> {
        fn dispatch<__P: __thrift::Protocol>(
            __handler: &__H,
            __call: &mut __thrift::Call<'_, __P>,
        ) -> impl __thrift::Future<Output = __thrift::Processed> + __thrift::Send {
            async move {
                match CalculatorServiceProcessor::<()>::number(__call.method()) {
                    0 => __call.answer::<__Args0, __H>(__handler).await,
                    1 => __call.answer::<__Args1, __H>(__handler).await,
                    _ => __call.unknown_method(),
                }
            }
        }
    }
    impl<H: __thrift::Handlers> __thrift::Processor for CalculatorServiceProcessor<H>
    where
        CalculatorServiceProcessor<()>: __thrift::Dispatch<H::Handler>,
    {
        fn process<P: __thrift::Protocol>(
            &self,
            __call: __thrift::Call<'_, P>,
        ) -> impl __thrift::Future<Output = __thrift::Processed> + __thrift::Send {
            __thrift::process::<CalculatorServiceProcessor<()>, H, P>(&self.0, __call)
        }
        fn method(&self, __name: &[u8]) -> __thrift::Option<&'static __thrift::Method> {
            CalculatorServiceProcessor::<()>::find(__name)
        }
        fn speculates(&self) -> bool {
            H::UNNOTICED
        }
    }
};
