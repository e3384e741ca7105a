//! A server that ends before it is asked to, in the way that `ENDS` says.

use harness::Step;
use std::process::ExitCode;
use std::{env, io};

const STEP: Step = Step {
    name: "ends",
    command: "cargo run -p harness --example ends",
    port: 7095,
    title: "a server for the harness' own tests",
    cure: "None.",
};

fn main() -> ExitCode {
    harness::run(&STEP, |_listener| match env::var("ENDS").as_deref() {
        Ok("badly") => Err(io::Error::other("the oven is cold")),
        Ok("in panic") => panic!("the oven burns"),
        _ => Ok(()),
    })
}
