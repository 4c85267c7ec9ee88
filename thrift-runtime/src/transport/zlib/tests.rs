use std::io::Write;

use flate2::{Compression, write::ZlibEncoder};

fn deflate(bytes: Vec<u8>) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(&bytes).unwrap();
    encoder.finish().unwrap()
}

#[cfg(feature = "header")]
mod message {
    use bytes::Bytes;

    use super::super::message::*;
    use crate::error::Result;

    fn deflate(bytes: Vec<u8>) -> Vec<u8> {
        let mut deflating = Deflating::new(bytes);
        loop {
            if let Some(bytes) = deflating.step().unwrap() {
                return bytes;
            }
        }
    }

    fn inflate(bytes: &[u8], limit: usize) -> Result<Vec<u8>> {
        let mut inflating = Inflating::new(Bytes::copy_from_slice(bytes), limit);
        loop {
            if let Some(message) = inflating.step()? {
                return Ok(message);
            }
        }
    }

    #[test]
    fn messages_come_back_up_to_the_limit() {
        let (inflated, deflated) = (STEP, DEFLATED);
        let lengths = [0, 1, 1000, deflated, deflated + 1, inflated - 1, inflated, 3 << 20];
        // Miri is slow.
        for length in lengths.into_iter().take(if cfg!(miri) { 3 } else { 8 }) {
            let message: Vec<u8> = (0..length).map(|n| (n / 7) as u8).collect();
            let bytes = deflate(message.clone());
            assert_eq!(inflate(&bytes, length).unwrap(), message);
            if length > 0 {
                assert!(inflate(&bytes, length - 1).unwrap_err().is_limit());
            }
            assert!(inflate(&bytes[..bytes.len() - 5], length + 9).is_err());
        }
    }

    #[test]
    #[cfg_attr(miri, ignore = "megabytes of zlib take it hours")]
    fn a_long_message_takes_as_many_steps_as_it_is_long() {
        let bytes = deflate(vec![7; 4 << 20]);
        let mut inflating = Inflating::new(bytes.into(), 4 << 20);
        let mut steps = 0;
        while inflating.step().unwrap().is_none() {
            steps += 1;
        }
        // It is inflated twice.
        assert!((30..=34).contains(&steps), "{steps} steps");

        let mut deflating = Deflating::new(vec![7; 4 << 20]);
        let mut steps = 1;
        while deflating.step().unwrap().is_none() {
            steps += 1;
        }
        assert_eq!(steps, (4 << 20) / DEFLATED);
    }

    #[test]
    fn what_is_not_compressed_is_refused() {
        assert!(inflate(b"", 100).is_err());
        assert!(inflate(b"nothing of the kind", 100).is_err());
        let mut state = 1_u32;
        let good = deflate(vec![7; 5000]);
        for _ in 0..if cfg!(miri) { 10 } else { 5000 } {
            let mut bytes = good.clone();
            for _ in 0..2 {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let at = (state >> 8) as usize % bytes.len();
                bytes[at] = (state >> 24) as u8;
            }
            let _ = inflate(&bytes, 1 << 20);
        }
    }
}

mod stream {
    use std::time::Duration;

    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt, duplex},
        time::timeout,
    };

    use super::{super::ZlibStream, deflate};

    #[tokio::test]
    async fn what_is_flushed_arrives_whatever_the_pieces() {
        // Miri is slow.
        const STEP: usize = if cfg!(miri) { 100 } else { 1 };
        for space in [1, 7, 1 << 16].into_iter().skip(if cfg!(miri) { 2 } else { 0 }) {
            let (ours, theirs) = duplex(space);
            let (mut ours, mut theirs) = (ZlibStream::new(ours), ZlibStream::new(theirs));
            let mut state = 1_u32;
            let mut sent = Vec::new();
            let writing = async {
                for length in [1, 10, 1000, 50_000].map(|length: usize| length.div_ceil(STEP)) {
                    let mut message = vec![0; length];
                    for byte in &mut message {
                        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                        *byte = (state >> 24) as u8;
                    }
                    ours.write_all(&message).await.unwrap();
                    ours.flush().await.unwrap();
                    sent.extend(message);
                }
                ours.shutdown().await.unwrap();
            };
            let mut read = Vec::new();
            let (_, got) = tokio::join!(writing, theirs.read_to_end(&mut read));
            got.unwrap();
            assert_eq!(read, sent);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_flush_holds_nothing_back_however_full_the_output_is() {
        let (ours, theirs) = duplex(1 << 20);
        let (mut ours, mut theirs) = (ZlibStream::new(ours), ZlibStream::new(theirs));
        let mut state = 1_u32;
        // Miri is slow.
        let (messages, least) = if cfg!(miri) { (2, 1000) } else { (200, 30_000) };
        for n in 0..messages {
            let message: Vec<u8> = (0..least + 197 * n)
                .map(|_| {
                    state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    // Letters, as in base64.
                    64 + (state >> 26) as u8
                })
                .collect();
            ours.write_all(&message).await.unwrap();
            ours.flush().await.unwrap();
            let mut read = vec![0; message.len()];
            let reading = timeout(Duration::from_secs(1), theirs.read_exact(&mut read));
            reading.await.expect("all that was flushed").unwrap();
            assert!(read == message);
            if n % 10 == 0 {
                let (ours, theirs) = duplex(1 << 20);
                let (mut ours, mut theirs) = (ZlibStream::new(ours), ZlibStream::new(theirs));
                ours.write_all(&message).await.unwrap();
                ours.shutdown().await.unwrap();
                drop(ours);
                read.clear();
                theirs.read_to_end(&mut read).await.unwrap();
                assert!(read == message);
            }
        }
    }

    #[tokio::test]
    async fn what_is_not_compressed_is_an_error() {
        let (mut ours, theirs) = duplex(100);
        ours.write_all(b"\x78\x9cnothing of the kind").await.unwrap();
        let error = ZlibStream::new(theirs).read(&mut [0; 8]).await.unwrap_err();
        assert_eq!(error.kind(), std::io::ErrorKind::InvalidData);
    }

    #[tokio::test]
    #[cfg_attr(miri, ignore = "megabytes of zlib take it hours")]
    async fn other_tasks_have_their_turn_while_little_becomes_much_or_much_little() {
        let bytes = deflate(vec![0; 16 << 20]);
        let (mut ours, theirs) = duplex(bytes.len());
        ours.write_all(&bytes).await.unwrap();
        let reading = tokio::spawn(async move {
            let (mut stream, mut count) = (ZlibStream::new(theirs), 0);
            let mut space = vec![0; 8 << 10];
            while count < 16 << 20 {
                count += stream.read(&mut space).await.unwrap();
            }
        });
        let mut turns = 0;
        while !reading.is_finished() {
            turns += 1;
            tokio::task::yield_now().await;
        }
        reading.await.unwrap();
        assert!(turns >= 60, "{turns} turns");

        let writing = tokio::spawn(async move {
            let mut stream = ZlibStream::new(tokio::io::sink());
            stream.write_all(&vec![0; 16 << 20]).await.unwrap();
            stream.flush().await.unwrap();
        });
        turns = 0;
        while !writing.is_finished() {
            turns += 1;
            tokio::task::yield_now().await;
        }
        writing.await.unwrap();
        assert!(turns >= 200, "{turns} turns");
    }
}
