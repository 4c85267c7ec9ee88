//! Closing a connection so that the peer reads what was written last.

use std::{io, time::Duration};

use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    time::{Instant, timeout, timeout_at},
};

/// How long it takes at most, in all and without a byte coming in.
const LONGEST: Duration = Duration::from_secs(5);
pub(crate) const SILENCE: Duration = Duration::from_secs(1);
/// How much is read at most: a peer may read its answer only when it has sent its call whole.
const MOST: usize = 128 << 20;

/// Ends the sending side, then reads on for a while before closing: a socket that is closed while
/// bytes come in is reset, and a reset destroys answers that the peer has not read.
pub(crate) async fn close<S: AsyncRead + AsyncWrite + Unpin>(mut stream: S) -> io::Result<()> {
    let end = Instant::now() + LONGEST;
    match timeout_at(end, stream.shutdown()).await {
        Ok(result) => result?,
        Err(_) => return Ok(()),
    }
    let mut scratch = vec![0; 8 << 10];
    let mut count = 0;
    while count < MOST
        && Instant::now() < end
        && let Ok(read) = timeout(SILENCE, stream.read(&mut scratch)).await
    {
        match read? {
            0 => break,
            read => count += read,
        }
    }
    Ok(())
}
