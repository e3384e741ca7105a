//! Names the system that this program is built for. An answer is built for the same one: with
//! `build.target` in a configuration, that is not always the compiler's own.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let target = std::env::var("TARGET").expect("cargo sets it");
    println!("cargo::rustc-env=LEARN_TARGET={target}");
}
