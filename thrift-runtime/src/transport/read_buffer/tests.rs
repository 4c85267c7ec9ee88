use std::future::poll_fn;

use super::*;

/// Reads `stream` to its end, taking nothing.
async fn read_all(buffer: &mut ReadBuffer, mut stream: &[u8]) {
    while poll_fn(|cx| buffer.poll_read(&mut stream, cx)).await.unwrap() > 0 {}
}

#[tokio::test]
async fn space_grows_with_what_has_arrived() {
    for size in [1, 100, 10_000, 1_000_000] {
        let mut buffer = ReadBuffer::new();
        // A frame that is announced to be long asks for nothing.
        let mut bytes = vec![0x0f; size];
        bytes[0] = 0x01;
        read_all(&mut buffer, &bytes).await;
        assert_eq!(buffer.data(), bytes);
        let capacity = buffer.bytes.capacity();
        assert!(capacity <= 2 * size + 2 * SMALL, "{capacity} bytes for {size}");
    }
}

#[tokio::test]
async fn what_is_consumed_or_taken_makes_room() {
    let mut buffer = ReadBuffer::new();
    let bytes: Vec<u8> = (0..100).collect();
    for _ in 0..1000 {
        read_all(&mut buffer, &bytes).await;
        buffer.consume(10);
        assert_eq!(buffer.data(), &bytes[10..]);
        assert_eq!(&*buffer.take(20), &bytes[10..30]);
        assert_eq!(buffer.data(), &bytes[30..]);
        buffer.consume(70);
        assert_eq!(buffer.data(), b"");
    }
    assert!(buffer.bytes.capacity() <= 2 * SMALL);
}

#[tokio::test]
async fn the_space_of_a_large_message_is_used_again_unless_somebody_holds_it() {
    let mut buffer = ReadBuffer::new();
    let message = |n: u8| vec![n; 300_000];
    read_all(&mut buffer, &message(0)).await;
    let mut last = buffer.take(usize::MAX);
    for n in 1..10 {
        let before = last.as_ptr();
        let held = (n % 3 == 0).then(|| last.slice(1000..2000));
        drop(last);
        let and_more = usize::from(n % 2) * 1000;
        read_all(&mut buffer, &[&message(n)[..], &vec![n; and_more]].concat()).await;
        last = buffer.take(300_000);
        assert!(last == message(n));
        assert_eq!(last.as_ptr() == before, held.is_none(), "message {n}");
        assert!(held.is_none_or(|held| held == message(n - 1)[..1000]));
        assert_eq!(buffer.data(), vec![n; and_more]);
        buffer.consume(and_more);
        assert!(buffer.is_oversized());
        assert!(buffer.bytes.capacity() <= LARGE_BUFFER);
    }
    for _ in 0..=READS {
        assert!(buffer.is_oversized());
        poll_fn(|cx| buffer.poll_read(&mut &[1; 100][..], cx)).await.unwrap();
        buffer.consume(100);
    }
    assert!(!buffer.is_oversized(), "it was not needed for long");
}

#[tokio::test]
async fn whatever_is_read_consumed_taken_and_held_is_what_was_sent() {
    let mut state = 1_u32;
    let mut random = move |most: usize| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as usize % (most + 1)
    };
    let byte = |n: usize| (n.wrapping_mul(n) >> 5) as u8;
    let mut buffer = ReadBuffer::new();
    let (mut sent, mut received) = (0, 0);
    let mut held = Vec::new();
    for _ in 0..if cfg!(miri) { 10 } else { 300 } {
        let most = [100, 20_000, 200_000][random(2)] / if cfg!(miri) { 20 } else { 1 };
        let count = random(most);
        let bytes: Vec<u8> = (sent..sent + count).map(byte).collect();
        sent += count;
        read_all(&mut buffer, &bytes).await;
        while random(2) > 0 {
            let count = random(buffer.data().len());
            if random(1) == 0 {
                assert!(
                    buffer.data()[..count].iter().copied().eq((received..).map(byte).take(count))
                );
                buffer.consume(count);
            } else {
                held.push((received, buffer.take(count)));
            }
            received += count;
        }
        assert_eq!(buffer.data().len(), sent - received);
        if random(9) == 0 {
            for (start, bytes) in held.drain(..) {
                assert!(bytes.iter().copied().eq((start..).map(byte).take(bytes.len())));
            }
            buffer.clear();
            received = sent;
        }
    }
}

#[tokio::test]
async fn what_was_large_is_given_back() {
    let mut buffer = ReadBuffer::new();
    read_all(&mut buffer, &[1; 200_000]).await;
    assert!(!buffer.is_oversized(), "it is in use");
    buffer.clear();
    assert!(buffer.is_oversized());
    buffer.shrink();
    assert_eq!(buffer.bytes.capacity(), 0);
}
