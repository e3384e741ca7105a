//! One file as a server sends it.

use std::fs;
use std::hash::{DefaultHasher, Hasher};
use std::io::{self, Write};
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;

/// A file, with its compressed form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asset {
    /// The path below `web/`.
    pub name: String,
    /// The content.
    pub text: String,
    /// Changes with the content: 16 hexadecimal digits.
    pub tag: String,
}

impl Asset {
    /// An asset with this name and content.
    pub fn named(name: &str, text: String) -> Self {
        Self {
            name: name.to_owned(),
            tag: tag(&text),
            text,
        }
    }

    /// An asset whose tag is in its name.
    pub(crate) fn hashed(stem: &str, ending: &str, text: String) -> Self {
        let tag = tag(&text);
        Self {
            name: format!("{stem}-{tag}.{ending}"),
            text,
            tag,
        }
    }

    /// The content type.
    pub fn kind(&self) -> &'static str {
        match self.name.rsplit('.').next() {
            Some("html") => "text/html; charset=utf-8",
            Some("css") => "text/css; charset=utf-8",
            Some("js") => "text/javascript; charset=utf-8",
            Some("svg") => "image/svg+xml",
            _ => "application/json",
        }
    }

    /// The content in gzip's format.
    ///
    /// # Errors
    /// None: memory takes every byte.
    pub fn gzip(&self) -> io::Result<Vec<u8>> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(self.text.as_bytes())?;
        encoder.finish()
    }

    /// Writes both forms, and returns the expression that includes them.
    pub(crate) fn write(&self, folder: &Path) -> io::Result<String> {
        let path = folder.join(&self.name);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(&path, &self.text)?;
        let compressed = folder.join(format!("{}.gz", self.name));
        fs::write(&compressed, self.gzip()?)?;
        let (name, kind, tag) = (&self.name, self.kind(), &self.tag);
        Ok(format!(
            "File {{ name: {name:?}, kind: {kind:?}, tag: {tag:?}, text: include_bytes!({path:?}), gzip: include_bytes!({compressed:?}) }},\n"
        ))
    }
}

pub(crate) fn tag(text: &str) -> String {
    // Another compiler may hash otherwise: then browsers load the file once more.
    let mut hasher = DefaultHasher::new();
    hasher.write(text.as_bytes());
    format!("{:016x}", hasher.finish())
}
