//! What no well-meaning peer sends, over real connections to a server, while another connection to it goes
//! on being served.

#[path = "../vectors/count.rs"]
mod count;
mod served;
mod values;

use served::{Answer, DIALECTS, Dialect, Served};
use thrift_runtime::ApplicationErrorKind;
use thrift_tests::conformance::idl::conformance::{Conformance, EVERYTHING};
use tokio::io::AsyncWriteExt;
use values::{Hostile, STRUCT};

const FRAMED: Dialect = DIALECTS[1];
const BUFFERED: Dialect = DIALECTS[0];

/// Tries each with generated types, and with an IDL that is loaded.
macro_rules! tests {
    ($($name:ident),* $(,)?) => {
        mod generated {
            $(#[tokio::test]
            async fn $name() {
                super::$name(super::Served::start(thrift_tests::conformance::processor()).await).await;
            })*
        }

        mod dynamic {
            $(#[tokio::test]
            async fn $name() {
                let processor = thrift_tests::conformance::dynamic_processor();
                super::$name(super::Served::start(processor).await).await;
            })*
        }
    };
}

tests! {
    arguments_that_cannot_be_read_are_refused,
    what_cannot_be_skipped_is_refused,
    a_call_cut_at_any_byte_harms_nobody,
    a_message_cut_at_any_byte_in_its_frame_is_answered_where_it_names_a_call,
    a_thousand_calls_in_one_write_are_answered_in_order,
    a_call_is_answered_that_comes_a_byte_at_a_time,
    calls_with_bits_turned_over_harm_nobody,
    lengths_that_are_announced_take_no_memory,
}

/// The body of a call with one argument.
fn body(id: u8, kind: u8, value: &[u8]) -> Vec<u8> {
    [&[kind, 0, id], value, &[0]].concat()
}

async fn arguments_that_cannot_be_read_are_refused(served: Served) {
    for Hostile { what, method, kind, value, sound } in values::hostile() {
        let call = served::call(method, 7, &body(1, kind, &value));
        let refused = Answer::exception(method, 7, ApplicationErrorKind::PROTOCOL_ERROR);
        served.refuses(&what, &call, &refused, sound).await;
    }
}

async fn what_cannot_be_skipped_is_refused(served: Served) {
    for Hostile { what, kind, value, .. } in values::hostile().filter(|hostile| !hostile.sound) {
        // An argument that the method does not have, and a field that its struct does not have.
        for body in [body(99, kind, &value), body(1, STRUCT, &body(99, kind, &value))] {
            let call = served::call("echoEmpty", -1, &body);
            let refused = Answer::exception("echoEmpty", -1, ApplicationErrorKind::PROTOCOL_ERROR);
            served.refuses(&what, &call, &refused, false).await;
        }
        let call = served::call("nowhere", i32::MIN, &body(1, kind, &value));
        let refused = Answer::exception("nowhere", i32::MIN, ApplicationErrorKind::UNKNOWN_METHOD);
        served.refuses(&what, &call, &refused, false).await;
    }
}

async fn a_call_cut_at_any_byte_harms_nobody(served: Served) {
    for dialect in DIALECTS {
        let call =
            dialect.record(async |client| client.echo_scalars(EVERYTHING.scalars.clone()).await);
        let call = call.await;
        for cut in 0..call.len() {
            let answer = served.exchange(&call[..cut]).await;
            assert_eq!(answer, b"", "{dialect:?}, cut at {cut}");
        }
        assert_eq!(dialect.answers(&served.exchange(&call).await).len(), 1);
    }
}

async fn a_message_cut_at_any_byte_in_its_frame_is_answered_where_it_names_a_call(served: Served) {
    let call =
        BUFFERED.record(async |client| client.echo_scalars(EVERYTHING.scalars.clone()).await);
    let call = call.await;
    let header = 4 + 4 + "echoScalars".len() + 4;
    for cut in header..call.len() {
        let answers = FRAMED.answers(&served.exchange(&FRAMED.frame(&call[..cut])).await);
        let kind = ApplicationErrorKind::PROTOCOL_ERROR;
        assert_eq!(answers, [Answer::exception("echoScalars", 0, kind)], "cut at {cut}");
    }
}

async fn a_thousand_calls_in_one_write_are_answered_in_order(served: Served) {
    for dialect in DIALECTS {
        let mut calls = Vec::new();
        for _ in 0..500 {
            calls.extend(dialect.record(async |client| client.echo_i32(5).await).await);
            calls.extend(dialect.record(async |client| client.join(1, 2, 3).await).await);
        }
        let answers = dialect.answers(&served.exchange(&calls).await);
        let names: Vec<_> = answers.iter().map(|answer| &*answer.name).collect();
        assert!(names == [&b"echoI32"[..], b"join"].repeat(500), "{dialect:?}: {names:?}");
    }
}

async fn a_call_is_answered_that_comes_a_byte_at_a_time(served: Served) {
    for dialect in DIALECTS {
        let call = dialect.record(async |client| client.echo_everything(EVERYTHING.clone()).await);
        let call = call.await;
        let whole = served.exchange(&call).await;
        let mut stream = served.connect().await;
        stream.set_nodelay(true).unwrap();
        for byte in call {
            stream.write_all(&[byte]).await.unwrap();
            tokio::task::yield_now().await;
        }
        assert_eq!(served::end(stream).await, whole, "{dialect:?}");
        assert_eq!(dialect.answers(&whole).len(), 1);
    }
}

async fn calls_with_bits_turned_over_harm_nobody(served: Served) {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    for dialect in DIALECTS {
        let call = dialect.record(async |client| client.echo_everything(EVERYTHING.clone()).await);
        let call = call.await;
        for _ in 0..200 {
            let mut call = call.clone();
            for _ in 0..=random.below(3) {
                let at = random.below(call.len());
                call[at] ^= 1 << random.below(8);
            }
            served.exchange(&call).await;
        }
    }
}

async fn lengths_that_are_announced_take_no_memory(served: Served) {
    let announced = 90_000_000_u32.to_be_bytes();
    let string = body(1, values::STRING, &announced);
    let list = body(1, values::LIST, &[&[values::I32][..], &announced].concat());
    let map = body(1, values::MAP, &[&[values::I32, values::STRING][..], &announced].concat());
    let frame =
        [&16_000_000_u32.to_be_bytes()[..], &served::call("echoString", 1, &string)].concat();
    let mut calls = vec![frame];
    for (method, body) in [("echoString", string), ("echoList", list), ("echoMap", map)] {
        // Known to the method, and not.
        for method in [method, "echoEmpty", "nowhere"] {
            calls.push(served::call(method, 1, &body));
        }
    }
    let before = count::allocated();
    let mut streams = Vec::new();
    for call in calls.iter().cycle().take(100) {
        let mut stream = served.connect().await;
        // The last byte ends the struct, which is not there.
        stream.write_all(&call[..call.len() - 1]).await.unwrap();
        streams.push(stream);
        served.goes_on().await;
    }
    let count = streams.len();
    for stream in streams {
        served::end(stream).await;
    }
    let each = (count::allocated() - before) / count;
    assert!(each < 100_000, "{each} bytes for a connection");
}

/// Numbers that look random, the same each time.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % bound as u64) as usize
    }
}
