//! The modules of a crate as their sources declare them: files, items and imports.

use std::collections::BTreeSet;

use crate::Complaint;
use crate::tokens::{Token, tokens};
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
/// and items that exist only in tests are left out; a file with a test module is not.
pub(super) fn read(tree: &Tree, root: &str) -> Result<Vec<Module>, Complaint> {
    let mut files = vec![(Vec::new(), root.to_owned(), folder_of(root).to_owned())];
    let mut modules = Vec::new();
    while let Some((path, file, folder)) = files.pop() {
        let source = tree.read(&file)?;
        let mut parser = Parser {
            tokens: tokens(&source),
            at: 0,
            file: &file,
            modules: Vec::new(),
            declared: Vec::new(),
        };
        parser
            .tokens
            .retain(|token| !matches!(token, Token::Comment(..)));
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

    fn word(&self, ahead: usize) -> Option<&'a str> {
        match self.peek(ahead) {
            Some(Token::Word(word)) => Some(word),
            _ => None,
        }
    }

    fn is_mark(&self, ahead: usize, mark: char) -> bool {
        self.peek(ahead) == Some(Token::Mark(mark))
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
            if token == Token::Mark('}') {
                self.at += 1;
                return;
            }
            let attributes = self.attributes();
            let is_public = self.visibility();
            match (self.word(0), self.word(1)) {
                (Some("mod"), Some(name)) => {
                    let module = [&path[..], &[name.to_owned()]].concat();
                    let is_inline = self.is_mark(2, '{');
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
        while self.is_mark(0, '#') && (self.is_mark(1, '[') || self.is_mark(2, '[')) {
            let is_inner = self.is_mark(1, '!');
            self.at += if is_inner { 3 } else { 2 };
            let start = self.at;
            self.close();
            let tokens = &self.tokens[start..self.at];
            let has = |word| tokens.contains(&Token::Word(word));
            let is_cfg = tokens.first() == Some(&Token::Word("cfg"));
            let is_test = match is_cfg {
                true => has("test") && !has("not") && !has("any"),
                false => matches!(
                    tokens,
                    [Token::Word("test"), ..] | [_, Token::PathSeparator, Token::Word("test"), ..]
                ),
            };
            found.is_test |= is_test && !is_inner;
            if let [Token::Word("path"), Token::Mark('='), Token::Text(path), ..] = tokens {
                found.path = Some(path.trim_matches('"').to_owned());
            }
        }
        found
    }

    /// Moves behind the bracket that closes an open one.
    fn close(&mut self) {
        let mut depth = 1;
        while let Some(token) = self.peek(0) {
            self.at += 1;
            match token {
                Token::Mark('(' | '[' | '{') => depth += 1,
                Token::Mark(')' | ']' | '}') => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                return;
            }
        }
    }

    fn visibility(&mut self) -> bool {
        if self.word(0) != Some("pub") {
            return false;
        }
        self.at += 1;
        if self.is_mark(0, '(') && matches!(self.word(1), Some("crate" | "super" | "self" | "in")) {
            self.at += 1;
            self.close();
        }
        true
    }

    /// Moves behind an item, a field or a statement.
    fn skip_item(&mut self) {
        let is_item = matches!(
            self.word(0),
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
        let ends_with_brace = !matches!(self.word(0), Some("use" | "static" | "type"))
            && (self.word(0) != Some("const") || self.word(1) == Some("fn"));
        while let Some(token) = self.peek(0) {
            match token {
                Token::Mark(')' | ']' | '}') => return,
                Token::Mark(open @ ('(' | '[' | '{')) => {
                    self.at += 1;
                    self.close();
                    if open == '{' && ends_with_brace {
                        return;
                    }
                }
                Token::Mark(';') => {
                    self.at += 1;
                    return;
                }
                Token::Mark(',') if !is_item => {
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
            self.word(ahead),
            Some("async" | "unsafe" | "extern" | "const" | "default")
        ) && (self.word(ahead) != Some("const") || self.word(ahead + 1) == Some("fn"))
        {
            ahead += 1;
            if matches!(self.peek(ahead), Some(Token::Text(_))) {
                ahead += 1;
            }
        }
        let kind = self.word(ahead);
        let is_macro = kind == Some("macro_rules");
        let name = match is_macro {
            true => self.word(ahead + 2),
            false if self.word(ahead + 1) == Some("mut") => self.word(ahead + 2),
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
            match token {
                Token::Mark('#') if self.is_mark(1, '[') => {
                    if self.attributes().is_test {
                        self.visibility();
                        self.skip_item();
                    }
                    continue;
                }
                Token::Word("use") if !self.is_mark(1, '<') => {
                    self.use_declaration(module, false);
                    continue;
                }
                Token::Word(word) => {
                    self.modules[module].words.insert(word.to_owned());
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
                Token::PathSeparator => {
                    self.at += 1;
                    self.path();
                    continue;
                }
                Token::Mark('(' | '[' | '{') => depth += 1,
                Token::Mark(mark @ (')' | ']' | '}')) => {
                    if depth == 0 {
                        return; // The end of the module: its items were all parsed.
                    }
                    depth -= 1;
                    if depth == 0 && mark == '}' && ends_with_brace {
                        self.at += 1;
                        return;
                    }
                }
                Token::Mark(';') if depth == 0 => {
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
            let continues = self.peek(0) == Some(Token::PathSeparator) && self.word(1).is_some();
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
        if self.is_mark(0, ';') {
            self.at += 1;
        }
    }

    fn use_tree(&mut self, module: usize, is_reexport: bool, mut path: Vec<String>) {
        loop {
            match self.peek(0) {
                Some(Token::Word(word)) => {
                    self.at += 1;
                    path.push(word.to_owned());
                    if self.peek(0) != Some(Token::PathSeparator) {
                        break;
                    }
                }
                Some(Token::PathSeparator) => self.at += 1,
                Some(Token::Mark('{')) => {
                    self.at += 1;
                    while self.peek(0).is_some() && !self.is_mark(0, '}') {
                        self.use_tree(module, is_reexport, path.clone());
                        if self.is_mark(0, ',') {
                            self.at += 1;
                        }
                    }
                    self.at += 1;
                    return;
                }
                Some(Token::Mark('*')) => {
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
        if self.word(0) == Some("as") {
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
