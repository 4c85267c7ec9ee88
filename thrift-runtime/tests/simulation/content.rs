//! What calls and answers carry: nothing that another call's could be mistaken for.

use std::{iter, sync::LazyLock};

use thrift_runtime::Bytes;

use crate::{random::Random, service::Nest};

/// More levels than can be written.
pub(crate) const TOO_DEEP: usize = 200;

/// The most that one of them carries.
const MOST: usize = 300_000;
const SPARE: usize = 100_000;

static BYTES: LazyLock<Bytes> = LazyLock::new(|| {
    let mut random = Random::new(1);
    // A part of it can be compressed.
    let bytes = (0..MOST + SPARE).map(|at| match at % 1000 {
        0..500 => random.next() as u8,
        _ => 7,
    });
    let bytes = Bytes::from(bytes.collect::<Vec<u8>>());
    // The first clone makes something that all share.
    drop(bytes.clone());
    bytes
});

static TEXT: LazyLock<String> = LazyLock::new(|| {
    let mut random = Random::new(2);
    let letters: Vec<char> = "abcdefghijklmnopqrstuvwxyz\"\\\n\u{1}".chars().collect();
    (0..MOST + SPARE).map(|_| random.pick(&letters)).collect()
});

/// The bytes that a call, or its answer, carries.
pub(crate) fn bytes(number: usize, size: usize) -> Bytes {
    let start = start(number);
    BYTES.slice(start..start + size)
}

/// The text that a call carries.
pub(crate) fn text(number: usize, size: usize) -> &'static str {
    let start = start(number);
    &TEXT[start..start + size]
}

/// The answer to [`text`].
pub(crate) fn told(number: usize, size: usize) -> String {
    format!("{number}: {}", text(number, size))
}

/// A value of so many levels.
pub(crate) fn nest(levels: usize) -> Nest {
    (0..levels).fold(Nest::default(), |inner, _| Nest { inner: Some(Box::new(inner)) })
}

/// How many levels a value has.
pub(crate) fn levels(nest: &Nest) -> usize {
    iter::successors(Some(nest), |nest| nest.inner.as_deref()).count() - 1
}

/// The answer to a call that only counts.
pub(crate) fn counted(number: usize) -> i64 {
    3 * number as i64 + 1
}

fn start(number: usize) -> usize {
    number * 997 % SPARE
}

/// Makes what is made once, so that no conversation is charged for it.
pub(crate) fn prepare() {
    bytes(0, 0);
    text(0, 0);
}
