//! Streams that change what is read, and write as another does.

/// Implements `AsyncWrite` for a type by the stream in the place that is given.
macro_rules! pass_writes {
    (impl[$($parameters:tt)*] $type:ty, $this:ident => $stream:expr) => {
        impl<$($parameters)*> tokio::io::AsyncWrite for $type {
            #[inline]
            fn poll_write(
                self: std::pin::Pin<&mut Self>,
                cx: &mut std::task::Context<'_>,
                bytes: &[u8],
            ) -> std::task::Poll<std::io::Result<usize>> {
                let $this = self.get_mut();
                std::pin::Pin::new(&mut $stream).poll_write(cx, bytes)
            }

            #[inline]
            fn poll_write_vectored(
                self: std::pin::Pin<&mut Self>,
                cx: &mut std::task::Context<'_>,
                pieces: &[std::io::IoSlice<'_>],
            ) -> std::task::Poll<std::io::Result<usize>> {
                let $this = self.get_mut();
                std::pin::Pin::new(&mut $stream).poll_write_vectored(cx, pieces)
            }

            #[inline]
            fn is_write_vectored(&self) -> bool {
                let $this = self;
                $stream.is_write_vectored()
            }

            #[inline]
            fn poll_flush(
                self: std::pin::Pin<&mut Self>,
                cx: &mut std::task::Context<'_>,
            ) -> std::task::Poll<std::io::Result<()>> {
                let $this = self.get_mut();
                std::pin::Pin::new(&mut $stream).poll_flush(cx)
            }

            #[inline]
            fn poll_shutdown(
                self: std::pin::Pin<&mut Self>,
                cx: &mut std::task::Context<'_>,
            ) -> std::task::Poll<std::io::Result<()>> {
                let $this = self.get_mut();
                std::pin::Pin::new(&mut $stream).poll_shutdown(cx)
            }
        }
    };
}
pub(crate) use pass_writes;
