#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| supervisor::check::double_buffer(bytes));
