#![no_main]

libfuzzer_sys::fuzz_target!(
    init: thrift_fuzz::write_seeds("server"),
    |input: &[u8]| thrift_fuzz::server::run(input)
);
