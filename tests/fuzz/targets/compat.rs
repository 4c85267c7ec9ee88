#![no_main]

libfuzzer_sys::fuzz_target!(
    init: thrift_fuzz::write_seeds("compat"),
    |input: &[u8]| thrift_fuzz::compat::run(input)
);
