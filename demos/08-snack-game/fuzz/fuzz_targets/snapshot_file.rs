#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| demo_08_snack_game::check::snapshot_file(bytes));
