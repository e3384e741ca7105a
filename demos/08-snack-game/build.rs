//! Joins and compresses the files of `web/`, which `src/gateway/pages.rs` includes.

use std::error::Error;
use std::path::Path;

use web_bundle::{Asset, Bundle};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=web");
    let out = std::env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?;
    let mut bundle = Bundle::read(Path::new("web")).map_err(|error| format!("web/{error}"))?;
    // The player's page of a server without a free seat.
    let page = bundle.pages.iter().find(|page| page.name == "index.html");
    let page = page.ok_or("web/index.html is missing")?;
    let full = page.text.replacen("<body>", "<body class=\"full\">", 1);
    bundle.pages.push(Asset::named("full.html", full));
    Ok(bundle.write(Path::new(&out))?)
}
