//! Joins the modules and the stylesheets of each page of a folder into one file each, and
//! compresses them. A build script calls it, so the sources stay what one reads, checks with `tsc`,
//! and finds in the browser's debugger: each script has a source map.
//!
//! By hand, because a bundler is a hundred crates or a Node installation, and these pages need a
//! twentieth of one: modules in one folder, without cycles, with imports of one line. Anything else
//! is an error of the build.

mod asset;
mod error;
mod page;
mod script;
mod source_map;
mod style;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

pub use crate::asset::Asset;
pub use crate::error::Error;

use crate::error::Fault;

/// What a server sends for the pages of a folder.
#[derive(Debug)]
pub struct Bundle {
    /// The pages, with the names of their files in the folder.
    pub pages: Vec<Asset>,
    /// What the pages load. The hash of its content is in each name, so a browser may keep it for
    /// ever.
    pub hashed: Vec<Asset>,
    /// Every other file of the folder, and a map of each bundled script, for a debugger.
    pub sources: Vec<Asset>,
}

/// The files of a folder, by their path in it.
type Sources = BTreeMap<String, String>;

impl Bundle {
    /// Reads `*.html`, `*.svg`, `css/*.css` and `js/*.js` of this folder.
    ///
    /// # Errors
    /// A file cannot be read, or has something that this bundler does not know.
    pub fn read(folder: &Path) -> Result<Self, Error> {
        let mut sources = Sources::new();
        for (below, ending) in [("", "html"), ("", "svg"), ("css/", "css"), ("js/", "js")] {
            let folder = folder.join(below);
            let unreadable = |fault| Error::at(&folder.display().to_string(), 0, fault);
            for entry in fs::read_dir(&folder).map_err(|it| unreadable(Fault::Unreadable(it)))? {
                let entry = entry.map_err(|it| unreadable(Fault::Unreadable(it)))?;
                let name = entry.file_name().to_string_lossy().into_owned();
                if Path::new(&name).extension().is_some_and(|it| it == ending) {
                    let text = fs::read_to_string(entry.path())
                        .map_err(|it| Error::at(&name, 0, Fault::Unreadable(it)))?;
                    // A checkout on Windows may have other line ends.
                    sources.insert(format!("{below}{name}"), text.replace("\r\n", "\n"));
                }
            }
        }
        Self::of(&sources)
    }

    fn of(sources: &Sources) -> Result<Self, Error> {
        let mut hashed = BTreeMap::new();
        let mut kept = Vec::new();
        let mut pages = Vec::new();
        for (name, text) in sources.iter().filter(|(name, _)| name.ends_with(".html")) {
            let page = page::Page::read(name, text)?;
            let mut files = page::Names::default();
            if !page.styles.is_empty() {
                let style = style::join(&page.styles, sources)?;
                files.style = Some(insert(&mut hashed, Asset::hashed(&page.stem, "css", style)));
            }
            if let Some(script) = &page.script {
                let joined = script::join(script, sources)?;
                let (asset, map) = joined.assets(&page.stem);
                files.script = Some(insert(&mut hashed, asset));
                kept.push(map);
            }
            if let Some(icon) = &page.icon {
                files.icon = Some(error::find(sources, name, icon)?.to_owned());
            }
            pages.push(Asset::named(name, page.with(&files)));
        }
        let files = sources.iter().filter(|(name, _)| !name.ends_with(".html"));
        kept.extend(files.map(|(name, text)| Asset::named(name, text.clone())));
        Ok(Self {
            pages,
            hashed: hashed.into_values().collect(),
            sources: kept,
        })
    }

    /// Writes all files into this folder, and `NAME.rs` for each of the three lists: an expression
    /// that `include!` reads, a slice of `File { name, kind, tag, text, gzip }`.
    ///
    /// # Errors
    /// A file cannot be written.
    pub fn write(&self, folder: &Path) -> std::io::Result<()> {
        for (list, assets) in [
            ("pages", &self.pages),
            ("hashed", &self.hashed),
            ("sources", &self.sources),
        ] {
            let below = folder.join(list);
            let mut table = String::from("&[\n");
            for asset in assets {
                table += &asset.write(&below)?;
            }
            fs::write(folder.join(format!("{list}.rs")), table + "]\n")?;
        }
        Ok(())
    }
}

fn insert(assets: &mut BTreeMap<String, Asset>, asset: Asset) -> String {
    let name = asset.name.clone();
    assets.insert(name.clone(), asset);
    name
}

#[cfg(test)]
mod tests;
