#![no_main]

libfuzzer_sys::fuzz_target!(
    init: thrift_fuzz::write_seeds("exchange"),
    |input: &[u8]| thrift_fuzz::exchange::run(input)
);
