//! A server with two locks that two of its threads take in two orders, always.

use harness::sync::Mutex;
use harness::{Step, asked, i_am};
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::process::ExitCode;
use std::sync::{Arc, Barrier};
use std::thread;

const STEP: Step = Step {
    name: "deadlocks",
    command: "cargo run -p harness --example deadlocks",
    port: 7092,
    title: "a server for the harness' own tests",
    cure: "Step 2 takes both locks in one order: cargo run -p demo-02-lock-order",
};

fn main() -> ExitCode {
    harness::run(&STEP, |listener: TcpListener| {
        let left = Arc::new(Mutex::new("left", ()));
        let right = Arc::new(Mutex::new("right", ()));
        let both = Arc::new(Barrier::new(3));
        for (name, first, second) in [("ann", &left, &right), ("bob", &right, &left)] {
            let (first, second) = (Arc::clone(first), Arc::clone(second));
            let both = Arc::clone(&both);
            thread::spawn(move || {
                i_am(name);
                let _first = first.lock();
                both.wait();
                let _second = second.lock();
            });
        }
        // No client is accepted before each thread holds a lock.
        both.wait();
        for stream in listener.incoming() {
            let (stream, left) = (stream?, Arc::clone(&left));
            thread::spawn(move || {
                for _line in BufReader::new(stream).lines() {
                    let _asked = asked();
                    let _left = left.lock();
                }
            });
        }
        Ok(())
    })
}
