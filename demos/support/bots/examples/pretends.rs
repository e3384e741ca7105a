//! A program that pretends to be a demo, for `tests/program.rs`. Its first argument says how it
//! behaves.

use std::process::{self, ExitCode};
use std::{env, thread, time::Duration};

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match arguments.first().map(String::as_str) {
        Some("talks") => {
            println!("hello");
            println!("bar listening on 127.0.0.1:4711, {}", arguments.join(" "));
            eprintln!("oh");
            for number in 1..=100_000 {
                println!("{number}");
            }
            ExitCode::from(3)
        }
        Some("hangs") => {
            println!("{}", process::id());
            println!("working");
            println!("listening on 127.0.0.1:1");
            thread::sleep(Duration::from_secs(1_000));
            ExitCode::SUCCESS
        }
        _ => {
            eprintln!("no port left");
            ExitCode::FAILURE
        }
    }
}
