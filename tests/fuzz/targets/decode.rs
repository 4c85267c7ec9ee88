#![no_main]

libfuzzer_sys::fuzz_target!(
    init: thrift_fuzz::write_seeds("decode"),
    |input: &[u8]| thrift_fuzz::decode::run(input)
);
