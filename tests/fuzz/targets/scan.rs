#![no_main]

libfuzzer_sys::fuzz_target!(
    init: thrift_fuzz::write_seeds("scan"),
    |input: &[u8]| thrift_fuzz::scan::run(input)
);
