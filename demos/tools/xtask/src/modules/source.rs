//! The modules of a crate as their sources declare them: files, items and imports.
//!
//! They are found among the tokens and not as items, because a path may also stand in the arguments
//! of a macro, which no parser of items reads.

use std::collections::BTreeSet;

use tokens::{Kind, Token};

use crate::Complaint;
use crate::tree::{Tree, beside};

/// A module of a crate, in a file of its own or inline.
#[derive(Debug, Default)]
pub(super) struct Module {
    /// Its path in the crate: empty for the root.
    pub(super) path: Vec<String>,
    /// The file with its code.
    pub(super) file: String,
    /// The names of the items that are defined in it.
    pub(super) items: BTreeSet<String>,
    /// Its `use` declarations and the paths in its code.
    pub(super) imports: Vec<Import>,
    /// Every identifier in its code outside `use` declarations.
    pub(super) words: BTreeSet<String>,
}

/// A path that the code of a module names.
#[derive(Clone, Debug, Default)]
pub(super) struct Import {
    /// The path as written, without the `*` of a glob.
    pub(super) path: Vec<String>,
    /// The name that a `use` binds.
    pub(super) binds: Option<String>,
    pub(super) is_glob: bool,
    /// Whether it is a `pub use`.
    pub(super) is_reexport: bool,
}

/// Reads the crate with this root file, such as `demos/support/snack/src/lib.rs`. Inline modules
/// and items that exist only in tests, or only for an editor, are left out; a file with a test
/// module is not.
pub(super) fn read(tree: &Tree, root: &str) -> Result<Vec<Module>, Complaint> {
    let mut files = vec![(Vec::new(), root.to_owned(), folder_of(root).to_owned())];
    let mut modules = Vec::new();
    while let Some((path, file, folder)) = files.pop() {
        let source = tree.read(&file)?;
        let mut parser = Parser {
            tokens: tokens::code(&source).map_err(|error| format!("{file}: {error}"))?,
            at: 0,
            file: &file,
            modules: Vec::new(),
            declared: Vec::new(),
        };
        parser.module(path.clone());
        modules.append(&mut parser.modules);
        for Declared { module, inline, at } in parser.declared {
            let own = format!("{folder}/{}", inline.join("/"));
            let next = match at {
                // `#[path]` begins at the file's folder and, in an inline module, at that module's.
                Some(at) if inline.len() == 1 => beside(&file, &at),
                Some(at) => beside(&own, &at),
                None if tree.path(&format!("{own}.rs")).is_file() => Some(format!("{own}.rs")),
                None => Some(format!("{own}/mod.rs")),
            };
            let next = next.ok_or_else(|| format!("{file}: a `#[path]` leads out of the tree"))?;
            let folder = match next == format!("{own}.rs") {
                true => own,
                false => folder_of(&next).to_owned(),
            };
            files.push((module, next, folder));
        }
    }
    Ok(modules)
}

fn folder_of(file: &str) -> &str {
    file.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// A `mod name;`.
struct Declared {
    /// The module's path in the crate.
    module: Vec<String>,
    /// The part of that path that begins in this file.
    inline: Vec<String>,
    /// The value of its `#[path]`.
    at: Option<String>,
}

/// What the attributes of an item say.
#[derive(Default)]
struct Attributes {
    is_test: bool,
    path: Option<String>,
}

struct Parser<'a> {
    tokens: Vec<Token<'a>>,
    at: usize,
    file: &'a str,
    modules: Vec<Module>,
    declared: Vec<Declared>,
}

impl<'a> Parser<'a> {
    fn peek(&self, ahead: usize) -> Option<Token<'a>> {
        self.tokens.get(self.at + ahead).copied()
    }

    /// Returns the identifier at this place, a raw one without its `r#`, or the keyword.
    fn word(&self, ahead: usize) -> Option<&'a str> {
        self.peek(ahead)?.name()
    }

    /// Returns the keyword at this place, or an identifier. A raw identifier is never a keyword.
    fn keyword(&self, ahead: usize) -> Option<&'a str> {
        let token = self.peek(ahead)?;
        (token.kind == Kind::Word).then_some(token.text)
    }

    fn is_mark(&self, ahead: usize, mark: &str) -> bool {
        self.peek(ahead).is_some_and(|token| token.is_mark(mark))
    }

    /// Parses the items of a module up to its `}` or the end of the file.
    fn module(&mut self, path: Vec<String>) {
        let file_depth = self.modules.first().map_or(path.len(), |it| it.path.len());
        let number = self.modules.len();
        self.modules.push(Module {
            path: path.clone(),
            file: self.file.to_owned(),
            ..Module::default()
        });
        while let Some(token) = self.peek(0) {
            if token.is_mark("}") {
                self.at += 1;
                return;
            }
            let attributes = self.attributes();
            let is_public = self.visibility();
            match (self.keyword(0), self.word(1)) {
                (Some("mod"), Some(name)) => {
                    let module = [&path[..], &[name.to_owned()]].concat();
                    let is_inline = self.is_mark(2, "{");
                    match (attributes.is_test, is_inline) {
                        (true, true) => self.skip_item(),
                        (false, true) => {
                            self.at += 3;
                            self.module(module);
                        }
                        (_, false) => {
                            self.at += 3;
                            let inline = module[file_depth..].to_vec();
                            let at = attributes.path;
                            self.declared.push(Declared { module, inline, at });
                        }
                    }
                }
                _ if attributes.is_test => self.skip_item(),
                (Some("use"), _) => self.use_declaration(number, is_public),
                _ => self.item(number),
            }
        }
    }

    /// Parses the attributes before an item.
    fn attributes(&mut self) -> Attributes {
        let mut found = Attributes::default();
        while self.is_mark(0, "#") && (self.is_mark(1, "[") || self.is_mark(2, "[")) {
            let is_inner = self.is_mark(1, "!");
            self.at += if is_inner { 3 } else { 2 };
            let start = self.at;
            self.close();
            let tokens = &self.tokens[start..self.at];
            let has = |word| tokens.iter().any(|token| token.is_keyword(word));
            let texts: Vec<&str> = tokens.iter().map(|token| token.text).collect();
            let is_test = match texts[..] {
                ["cfg", ..] if has("rust_analyzer") => true,
                ["cfg", ..] => has("test") && !has("not") && !has("any"),
                ["test", ..] | [_, "::", "test", ..] => true,
                _ => false,
            };
            found.is_test |= is_test && !is_inner;
            if let ["path", "=", path, ..] = texts[..] {
                found.path = Some(path.trim_matches('"').to_owned());
            }
        }
        found
    }

    /// Moves behind the bracket that closes the one just passed.
    fn close(&mut self) {
        self.at = tokens::behind_group(&self.tokens, self.at - 1);
    }

    fn visibility(&mut self) -> bool {
        if self.keyword(0) != Some("pub") {
            return false;
        }
        self.at += 1;
        if self.is_mark(0, "(")
            && matches!(self.keyword(1), Some("crate" | "super" | "self" | "in"))
        {
            self.at += 1;
            self.close();
        }
        true
    }

    /// Moves behind an item, a field or a statement.
    fn skip_item(&mut self) {
        let is_item = matches!(
            self.keyword(0),
            Some(
                "fn" | "mod"
                    | "use"
                    | "impl"
                    | "struct"
                    | "enum"
                    | "trait"
                    | "const"
                    | "static"
                    | "async"
                    | "unsafe"
                    | "type"
            )
        );
        let ends_with_brace = !matches!(self.keyword(0), Some("use" | "static" | "type"))
            && (self.keyword(0) != Some("const") || self.keyword(1) == Some("fn"));
        while let Some(token) = self.peek(0) {
            match (token.kind, token.text) {
                (Kind::Mark, ")" | "]" | "}") => return,
                (Kind::Mark, open @ ("(" | "[" | "{")) => {
                    self.at += 1;
                    self.close();
                    if open == "{" && ends_with_brace {
                        return;
                    }
                }
                (Kind::Mark, ";") => {
                    self.at += 1;
                    return;
                }
                (Kind::Mark, ",") if !is_item => {
                    self.at += 1;
                    return;
                }
                _ => self.at += 1,
            }
        }
    }

    /// Parses an item that is neither a module nor a `use`: notes its name, and the paths in it.
    fn item(&mut self, module: usize) {
        const NAMED: [&str; 8] = [
            "fn", "struct", "enum", "union", "trait", "type", "const", "static",
        ];
        let mut ahead = 0;
        while matches!(
            self.keyword(ahead),
            Some("async" | "unsafe" | "extern" | "const" | "default")
        ) && (self.keyword(ahead) != Some("const") || self.keyword(ahead + 1) == Some("fn"))
        {
            ahead += 1;
            let is_abi = |token: Token<'_>| token.kind == Kind::Literal;
            if self.peek(ahead).is_some_and(is_abi) {
                ahead += 1;
            }
        }
        let kind = self.keyword(ahead);
        let is_macro = kind == Some("macro_rules");
        let name = match is_macro {
            true => self.word(ahead + 2),
            false if self.keyword(ahead + 1) == Some("mut") => self.word(ahead + 2),
            false => self.word(ahead + 1),
        };
        if let (Some(kind), Some(name)) = (kind, name)
            && (is_macro || NAMED.contains(&kind))
        {
            self.modules[module].items.insert(name.to_owned());
        }
        let ends_with_brace = !matches!(kind, Some("const" | "static" | "type" | "let"));
        self.code(module, ends_with_brace);
    }

    /// Parses code up to the `;` or the `}` that ends an item.
    fn code(&mut self, module: usize, ends_with_brace: bool) {
        let mut depth = 0;
        while let Some(token) = self.peek(0) {
            match (token.kind, token.text) {
                (Kind::Mark, "#") if self.is_mark(1, "[") => {
                    if self.attributes().is_test {
                        self.visibility();
                        self.skip_item();
                    }
                    continue;
                }
                (Kind::Word, "use") if !self.is_mark(1, "<") => {
                    self.use_declaration(module, false);
                    continue;
                }
                (Kind::Word, _) => {
                    self.modules[module]
                        .words
                        .extend(token.name().map(str::to_owned));
                    let path = self.path();
                    if path.len() > 1 {
                        let import = Import {
                            path,
                            ..Import::default()
                        };
                        self.modules[module].imports.push(import);
                    }
                    continue;
                }
                // `::std::…`, or the rest of `Vec::<T>::new`: not a path into this crate.
                (Kind::Mark, "::") => {
                    self.at += 1;
                    self.path();
                    continue;
                }
                (Kind::Mark, "(" | "[" | "{") => depth += 1,
                (Kind::Mark, mark @ (")" | "]" | "}")) => {
                    if depth == 0 {
                        return; // The end of the module: its items were all parsed.
                    }
                    depth -= 1;
                    if depth == 0 && mark == "}" && ends_with_brace {
                        self.at += 1;
                        return;
                    }
                }
                (Kind::Mark, ";") if depth == 0 => {
                    self.at += 1;
                    return;
                }
                _ => {}
            }
            self.at += 1;
        }
    }

    /// Parses `a::b::c`.
    fn path(&mut self) -> Vec<String> {
        let mut path = Vec::new();
        while let Some(word) = self.word(0) {
            path.push(word.to_owned());
            self.at += 1;
            let continues = self.is_mark(0, "::") && self.word(1).is_some();
            if !continues {
                break;
            }
            self.at += 1;
        }
        path
    }

    fn use_declaration(&mut self, module: usize, is_reexport: bool) {
        self.at += 1;
        self.use_tree(module, is_reexport, Vec::new());
        if self.is_mark(0, ";") {
            self.at += 1;
        }
    }

    fn use_tree(&mut self, module: usize, is_reexport: bool, mut path: Vec<String>) {
        while let Some(token) = self.peek(0) {
            match (token.kind, token.text) {
                (Kind::Word, _) => {
                    self.at += 1;
                    path.extend(token.name().map(str::to_owned));
                    if !self.is_mark(0, "::") {
                        break;
                    }
                }
                (Kind::Mark, "::") => self.at += 1,
                (Kind::Mark, "{") => {
                    self.at += 1;
                    while self.peek(0).is_some() && !self.is_mark(0, "}") {
                        self.use_tree(module, is_reexport, path.clone());
                        if self.is_mark(0, ",") {
                            self.at += 1;
                        }
                    }
                    self.at += 1;
                    return;
                }
                (Kind::Mark, "*") => {
                    self.at += 1;
                    let import = Import {
                        path,
                        binds: None,
                        is_glob: true,
                        is_reexport,
                    };
                    return self.modules[module].imports.push(import);
                }
                _ => break,
            }
        }
        if path.len() > 1 && path.last().is_some_and(|last| last == "self") {
            path.pop(); // `use a::{self}` is `use a`.
        }
        let mut binds = path.last().cloned();
        if self.keyword(0) == Some("as") {
            binds = self.word(1).map(str::to_owned);
            self.at += 2;
        }
        if !path.is_empty() {
            self.modules[module].imports.push(Import {
                path,
                binds,
                is_glob: false,
                is_reexport,
            });
        }
    }
}
