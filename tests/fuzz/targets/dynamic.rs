#![no_main]

libfuzzer_sys::fuzz_target!(
    init: thrift_fuzz::write_seeds("dynamic"),
    |input: &[u8]| thrift_fuzz::dynamic::run(input)
);
