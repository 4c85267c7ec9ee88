#![no_main]

libfuzzer_sys::fuzz_target!(
    init: thrift_fuzz::write_seeds("client"),
    |input: &[u8]| thrift_fuzz::client::run(input)
);
