//! Joins and compresses the files of `web/`, which `src/gateway/pages.rs` includes.

use std::error::Error;
use std::path::Path;

use web_bundle::Bundle;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=web");
    let out = std::env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?;
    let bundle = Bundle::read(Path::new("web")).map_err(|error| format!("web/{error}"))?;
    Ok(bundle.write(Path::new(&out))?)
}
