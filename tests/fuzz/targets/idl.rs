#![no_main]

libfuzzer_sys::fuzz_target!(
    init: thrift_fuzz::write_seeds("idl"),
    |input: &[u8]| thrift_fuzz::idl::run(input)
);
