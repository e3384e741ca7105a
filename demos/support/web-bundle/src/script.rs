//! The modules of a page in one script: each is a function of its own, which returns its exports.

use crate::asset::{Asset, tag};
use crate::error::{Error, Fault, find};
use crate::source_map::{self, Origin};
use crate::{Sources, asset};

/// A script of several modules, without the comments that fill lines of their own.
#[derive(Debug, Default)]
pub(crate) struct Script {
    lines: Vec<String>,
    origins: Vec<Origin>,
    /// Complete modules, in the order of the script.
    modules: Vec<String>,
    /// Modules whose imports are being added.
    open: Vec<String>,
}

/// Joins the module `entry` and all that it imports. The script exports each module's exports as
/// an object, for tests and for the browser's console.
pub(crate) fn join(entry: &str, sources: &Sources) -> Result<Script, Error> {
    let mut script = Script::default();
    script.add(entry, entry, sources)?;
    let modules: Vec<String> = script.modules.iter().map(|it| local(it)).collect();
    script.push(format!("export {{ {} }};", modules.join(", ")), None);
    Ok(script)
}

impl Script {
    /// The script and its source map.
    pub(crate) fn assets(&self, stem: &str) -> (Asset, Asset) {
        let code = self.lines.join("\n");
        let name = format!("{stem}-{}.js", tag(&code));
        let text = format!("{code}\n//# sourceMappingURL={name}.map\n");
        let map = source_map::encode(&self.modules, &self.origins);
        let script = Asset {
            tag: asset::tag(&text),
            name: name.clone(),
            text,
        };
        (script, Asset::named(&format!("{name}.map"), map))
    }

    fn push(&mut self, line: String, origin: Origin) {
        self.lines.push(line);
        self.origins.push(origin);
    }

    /// Adds a module behind the modules that it imports, unless it is there.
    fn add(&mut self, file: &str, from: &str, sources: &Sources) -> Result<(), Error> {
        if self.modules.iter().any(|it| it == file) {
            return Ok(());
        }
        let module = Module::parse(file, find(sources, from, file)?)?;
        if self.open.iter().any(|it| it == file) {
            return Err(Error::at(file, 0, Fault::Cycle));
        }
        self.open.push(file.to_owned());
        for import in &module.imports {
            self.add(import, file, sources)?;
        }
        self.open.pop();
        let source = self.modules.len();
        self.modules.push(file.to_owned());
        self.push(format!("const {} = (() => {{", local(file)), None);
        for (line, text) in module.lines {
            self.push(text, Some((source, line)));
        }
        let exports = module.exports.join(", ");
        self.push(format!("return {{ {exports} }};"), None);
        self.push("})();".to_owned(), None);
        Ok(())
    }
}

/// A module as the body of a function.
#[derive(Debug, Default)]
struct Module {
    /// Lines with their numbers in the source, from 0.
    lines: Vec<(usize, String)>,
    imports: Vec<String>,
    exports: Vec<String>,
}

impl Module {
    fn parse(file: &str, text: &str) -> Result<Self, Error> {
        let stem = file
            .strip_prefix("js/")
            .and_then(|it| it.strip_suffix(".js"));
        let plain = |stem: &str| stem.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
        if !stem.is_some_and(plain) {
            return Err(Error::at(file, 0, Fault::Name));
        }
        let mut module = Self::default();
        let mut in_comment = false;
        for (at, line) in text.lines().enumerate() {
            let error = |fault| Err(Error::at(file, at + 1, fault));
            let shown = line.trim();
            if in_comment || shown.starts_with("/*") {
                in_comment = !shown.contains("*/");
                if in_comment || shown.ends_with("*/") {
                    continue;
                }
            }
            if shown.is_empty() || shown.starts_with("//") {
                continue;
            }
            // A line of a longer literal could look like a comment.
            if !line.matches('`').count().is_multiple_of(2) {
                return error(Fault::Template);
            }
            let line = if line.starts_with("import") {
                let Some((names, from)) = import(line) else {
                    return error(Fault::Import);
                };
                let import = format!("js/{from}");
                let line = format!("const {{ {names} }} = {};", local(&import));
                module.imports.push(import);
                line
            } else if let Some(rest) = line.strip_prefix("export ") {
                if rest.starts_with("let ") || rest.starts_with("var ") {
                    return error(Fault::Live);
                }
                let Some((names, line)) = export(rest) else {
                    return error(Fault::Export);
                };
                module.exports.extend(names);
                line
            } else {
                line.to_owned()
            };
            module.lines.push((at, line));
        }
        Ok(module)
    }
}

/// The variable of a module.
fn local(file: &str) -> String {
    let stem = file.trim_start_matches("js/").trim_end_matches(".js");
    format!("${stem}")
}

/// The names of an import, as a pattern, and the file.
fn import(line: &str) -> Option<(String, String)> {
    let rest = line.strip_prefix("import { ")?;
    let (names, from) = rest.split_once(" } from \"./")?;
    let file = from.strip_suffix("\";")?;
    let names = names.split(", ").map(|name| name.replace(" as ", ": "));
    Some((names.collect::<Vec<_>>().join(", "), file.to_owned()))
}

/// The names that a line exports, and the line without that.
fn export(rest: &str) -> Option<(Vec<String>, String)> {
    if let Some(list) = rest.strip_prefix("{ ") {
        let names = list.strip_suffix(" };")?.split(", ").map(str::to_owned);
        return Some((names.collect(), String::new()));
    }
    let kinds = ["function ", "async function ", "class ", "const "];
    let name = kinds.iter().find_map(|kind| rest.strip_prefix(kind))?;
    let end = name.find(|c: char| !c.is_alphanumeric() && c != '_' && c != '$')?;
    (end > 0).then(|| (vec![name[..end].to_owned()], rest.to_owned()))
}
