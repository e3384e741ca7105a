#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| keeper::check::slots_summed(bytes));
