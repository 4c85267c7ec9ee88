//! The JSON protocol, by its texts.

use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::{
    ApplicationErrorKind, ApplicationException, Bytes, OrderedFloat,
    protocol::Scan,
    value::{Any, AnyStruct},
};

fn round_trip<T: crate::Value + PartialEq + std::fmt::Debug>(value: &T, text: &str) {
    assert_eq!(String::from_utf8(JsonProtocol.encode(value).unwrap()).unwrap(), text);
    assert_eq!(&JsonProtocol.decode::<T>(text.as_bytes()).unwrap(), value);
}

#[test]
fn base_types() {
    round_trip(&true, "1");
    round_trip(&i8::MIN, "-128");
    round_trip(&i64::MIN, "-9223372036854775808");
    round_trip(&1.5_f64, "1.5");
    round_trip(&1e300_f64, "1e300");
    round_trip(&f64::INFINITY, "\"Infinity\"");
    assert!(JsonProtocol.decode::<f64>(b"\"NaN\"").unwrap().is_nan());
    round_trip(&"a\"\\/\u{8}\u{1}é😀".to_owned(), "\"a\\\"\\\\/\\b\\u0001é😀\"");
    round_trip(&Bytes::from_static(&[250, 251, 252, 253]), "\"+vv8/Q==\"");
    round_trip(&uuid::Uuid::from_u128(1), "\"00000000-0000-0000-0000-000000000001\"");
}

/// Numbers are written like the standard library shows them, by whatever means.
#[test]
fn doubles_of_every_size() {
    const STEP: usize = if cfg!(miri) { 500 } else { 1 };
    let mut bits = 0x9e37_79b9_7f4a_7c15_u64;
    let edges = [
        0.0,
        -0.0,
        1e-4,
        1e16,
        123_456_789.0,
        0.1 + 0.2,
        5e-324,
        f64::MAX,
        9_999_999_999_999_998.0,
    ];
    let random = std::iter::repeat_with(|| {
        bits = bits.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(0x1405_7b7e_f767_814f);
        f64::from_bits(bits)
    });
    let near_one = (0..2000).step_by(STEP).map(|n| f64::from(n) / 7.0 - 100.0);
    let all = edges.into_iter().chain(near_one).chain(random.take(20_000 / STEP));
    for value in all.filter(|value| value.is_finite()) {
        let text = format!("{value:?}");
        let written = JsonProtocol.encode(&value).unwrap();
        // Where two texts are as short and as near, either will do.
        assert_eq!((written.len(), written.contains(&b'e')), (text.len(), text.contains('e')));
        for text in [&written[..], text.as_bytes()] {
            let read = JsonProtocol.decode::<f64>(text).unwrap();
            assert_eq!(read.to_bits(), value.to_bits(), "{value:?}");
        }
    }
}

#[test]
fn escapes_at_every_place() {
    const STEP: usize = if cfg!(miri) { 13 } else { 1 };
    for length in (0..40).step_by(STEP) {
        for at in (0..length).step_by(STEP) {
            for (special, escaped) in [
                ("\"", "\\\""),
                ("\\", "\\\\"),
                ("\n", "\\n"),
                ("\u{1f}", "\\u001f"),
                (" ", " "),
                ("\u{7f}", "\u{7f}"),
                ("é", "é"),
                ("!", "!"),
                ("\u{80}", "\u{80}"),
            ] {
                let mut text = "x".repeat(length);
                text.replace_range(at..=at, special);
                let written = JsonProtocol.encode(&text).unwrap();
                let expected = format!("\"{}\"", text.replace(special, escaped));
                assert_eq!(String::from_utf8_lossy(&written), expected);
                assert_eq!(JsonProtocol.decode::<String>(&written).unwrap(), text);
            }
        }
    }
}

#[test]
fn whole_numbers_of_every_length() {
    for digits in (0..22_u32).step_by(if cfg!(miri) { 19 } else { 1 }) {
        for digit in ["1", "9"] {
            for sign in ["", "-", "+", "--"] {
                for behind in ["", "x", ".", "0"] {
                    let number = format!("{sign}{}{behind}", digit.repeat(digits as usize));
                    let list = format!("[\"i64\",2,{number},{number}]");
                    let map = format!("[\"i64\",\"tf\",1,{{\"{number}\":1}}]");
                    let expected = number.parse::<i64>().ok();
                    let list = JsonProtocol.decode::<Vec<i64>>(list.as_bytes()).ok();
                    assert_eq!(list, expected.map(|number| vec![number; 2]), "{number}");
                    let map = JsonProtocol.decode::<BTreeMap<i64, bool>>(map.as_bytes()).ok();
                    assert_eq!(map, expected.map(|number| BTreeMap::from([(number, true)])));
                    let alone = JsonProtocol.decode::<i64>(number.as_bytes()).ok();
                    assert_eq!(alone, expected, "{number}");
                }
            }
        }
    }
}

#[test]
fn what_peers_write_otherwise_is_read() {
    let bytes = JsonProtocol.decode::<Bytes>(b"\"+vv8/Q\"").unwrap();
    assert_eq!(bytes, [250_u8, 251, 252, 253][..]);
    let text = JsonProtocol.decode::<String>(br#""\ud83d\ude00\u00e9\/""#).unwrap();
    assert_eq!(text, "😀é/");
    let list = JsonProtocol.decode::<Vec<i32>>(b" [ \"i32\" , 2 , 1 ,\n-1 ] ");
    assert!(list.is_err(), "the blank behind it is left over");
    assert_eq!(JsonProtocol.decode::<Vec<i32>>(b"[ \"i32\" , 2 , 1 ,\n-1 ]").unwrap(), [1, -1]);
    assert!(JsonProtocol.decode::<bool>(b"true").unwrap());
}

#[test]
fn containers() {
    round_trip(&vec![1_i32, -1], "[\"i32\",2,1,-1]");
    round_trip(&Vec::<bool>::new(), "[\"tf\",0]");
    round_trip(&BTreeSet::from(["a".to_owned()]), "[\"str\",1,\"a\"]");
    round_trip(&BTreeMap::from([(1_i32, 2_i64), (3, 4)]), "[\"i32\",\"i64\",2,{\"1\":2,\"3\":4}]");
    round_trip(&BTreeMap::<i32, i32>::new(), "[\"i32\",\"i32\",0,{}]");
    round_trip(&BTreeMap::from([(OrderedFloat(1.5), true)]), "[\"dbl\",\"tf\",1,{\"1.5\":1}]");
    round_trip(
        &BTreeMap::from([(vec![1_i8], BTreeMap::from([(true, vec![2_i8])]))]),
        "[\"lst\",\"map\",1,{[\"i8\",1,1]:[\"tf\",\"lst\",1,{\"1\":[\"i8\",1,2]}]}]",
    );
}

#[test]
fn structs_messages_and_their_end() {
    let body = ApplicationException::new(ApplicationErrorKind(6), "]}\\\"");
    let mut out = Output::new();
    let header = MessageHeader::new(&b"m\"\x01"[..], MessageType::Exception, -1);
    JsonProtocol.write_message(&header, &body, &mut out).unwrap();
    let message = out.into_vec();
    let text = r#"[1,"m\"\u0001",3,-1,{"1":{"str":"]}\\\""},"2":{"i32":6}}]"#;
    assert_eq!(String::from_utf8_lossy(&message), text);

    let limits = Limits::default();
    let (read, at) = JsonProtocol.read_header(&message, &limits).unwrap();
    assert_eq!(read, header);
    assert_eq!(JsonProtocol.skip_body(&message, at, &limits).unwrap(), message.len());
    let mut exception = ApplicationException::default();
    let input = Input::from(&message[..]);
    let end = JsonProtocol.read_body(input, at, &limits, &mut exception).unwrap();
    assert_eq!((exception, end), (body, message.len()));

    let mut scanner = JsonScanner::default();
    for end in 0..message.len() {
        assert_eq!(scanner.scan(&message[..end], &limits).unwrap(), None);
        let header = JsonProtocol.read_header(&message[..end], &limits);
        match header {
            Ok((_, at)) => {
                let error = JsonProtocol.skip_body(&message[..end], at, &limits).unwrap_err();
                assert!(error.is_truncated(), "cut at {end}: {error}");
            }
            Err(error) => assert!(error.is_truncated(), "cut at {end}: {error}"),
        }
    }
    assert_eq!(scanner.scan(&message, &limits).unwrap(), Some(message.len()));
}

#[test]
fn fields_in_any_order_and_unknown_ones() {
    let text = br#"{"9":{"map":["str","rec",1,{"k":{"1":{"lst":["lst",1,["i8",0]]}}}]},"2":{"i32":1},"1":{"str":"x"},"7":{"tf":1}}"#;
    let exception = JsonProtocol.decode::<ApplicationException>(text).unwrap();
    assert_eq!(exception, ApplicationException::new(ApplicationErrorKind(1), "x"));
    let any = JsonProtocol.decode::<AnyStruct>(text).unwrap();
    assert_eq!(any.0[2], (1, Any::String("x".into())));
    assert_eq!(JsonProtocol.encode(&any).unwrap(), text);
}

#[test]
fn a_list_of_other_elements_is_a_field_of_another_type() {
    let text = br#"{"1":{"i32":5},"2":{"lst":["i32",1,5]}}"#;
    let exception = JsonProtocol.decode::<ApplicationException>(text).unwrap();
    assert_eq!(exception, ApplicationException::default());
}

#[test]
fn what_is_no_thrift_json_is_refused() {
    for text in [
        r#"{"1":{"zzz":1}}"#,
        r#"{"1":{"str":5}}"#,
        r#"{"1":{"str":"\q"}}"#,
        r#"{"x":{"str":"a"}}"#,
        r#"{"1":{"str":"a"}"#,
        r#"{"1":{"str":"a"},}"#,
        r#"{"1":{"lst":["i32",-1]}}"#,
        r#"{"1":{"lst":["i32",2147483647,1]}}"#,
        r#"{"1":{"lst":["i32",99999999999,1]}}"#,
        r#"{"1":{"lst":["i32",2,1]}}"#,
        r#"{"99999":{"i32":1}}"#,
        r#"{"3":{"i8":300}}"#,
        r#"{"3":{"dbl":nan}}"#,
        r#"{"1":{"str":"\ud800"}}"#,
    ] {
        JsonProtocol.decode::<ApplicationException>(text.as_bytes()).expect_err(text);
    }
    let nested = [r#"{"3":{"rec":"#.repeat(100), "}}".repeat(100)].concat();
    let error = JsonProtocol.decode::<ApplicationException>(nested.as_bytes()).unwrap_err();
    assert!(error.is_limit(), "{error}");
}
