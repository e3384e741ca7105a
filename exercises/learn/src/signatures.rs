//! Holds an answer to the signatures of its exercise. The judge compares what the answer returns,
//! and a number is compared as a number only if it is one: a type of the answer's own could be
//! equal to everything.
//!
//! By hand, on the tokens: types are copied as they are written, and with `syn` every learner would
//! build a parser of the whole language.

use std::fmt::Write;
use tokens::{Kind, Token};

/// Returns a module that compiles only if what `unsolved` offers with `pub` has its types in
/// `crate::exercise` too. Each function is called once, and each field, constant and type is used,
/// where a certain type is expected; so `fn f() -> impl Future` does for `async fn f()`. `Self` in
/// a signature and the methods of a trait or of a generic type are not read: no exercise has them.
pub(crate) fn module(unsolved: &str) -> String {
    let tokens = tokens::code(unsolved).unwrap_or_default();
    let mut module = Module {
        source: unsolved,
        tokens: &tokens,
        names: vec![],
        text: String::new(),
    };
    module.items();
    let Module { names, text, .. } = module;
    let names = names.join(", ");
    format!("mod signatures {{ use crate::exercise::{{{names}}};\n{text}}}\n")
}

struct Module<'a> {
    source: &'a str,
    tokens: &'a [Token<'a>],
    /// The types of the exercise.
    names: Vec<&'a str>,
    text: String,
}

impl<'a> Module<'a> {
    /// Reads the items of a file.
    fn items(&mut self) {
        let mut at = 0;
        while at < self.tokens.len() {
            at = self.behind_attributes(at);
            let end = self.end_of_item(at);
            match (self.word(at), self.word(at + 1)) {
                ("use", _) => {
                    let uses = self.text_of(at, end);
                    self.write(uses);
                }
                ("impl", name) if self.is_mark(at + 2, "{") => self.methods(at + 3, end, name),
                ("pub", "fn" | "async") => self.function(at + 1, None),
                ("pub", "const") => self.constant(at + 2),
                ("pub", "type") => self.alias(at + 2, end),
                ("pub", "struct") => self.fields(at + 2, end),
                ("pub", "enum") => self.variants(at + 2, end),
                _ => {}
            }
            at = end;
        }
    }

    /// Reads the methods of an `impl`.
    fn methods(&mut self, mut at: usize, end: usize, of: &'a str) {
        while at < end {
            at = self.behind_attributes(at);
            if self.word(at) == "pub" && matches!(self.word(at + 1), "fn" | "async") {
                self.function(at + 1, Some(of));
            }
            at = self.end_of_item(at);
        }
    }

    /// Calls a function. `of` is the type of a method.
    fn function(&mut self, at: usize, of: Option<&str>) {
        let is_async = self.word(at) == "async";
        let at = at + usize::from(is_async) + 1;
        let name = self.word(at);
        let (awaits, begins) = if is_async {
            (".await", "async ")
        } else {
            ("", "")
        };
        let Some(open) = self.find(at, "(") else {
            return;
        };
        let close = tokens::behind_group(self.tokens, open) - 1;
        let Some(body) = self.find(close, "{") else {
            return;
        };
        let (mut parameters, mut words) = (vec![], vec![]);
        for (number, (from, to)) in self.parts(open + 1, close).into_iter().enumerate() {
            let word = format!("a{number}");
            let itself = (from..to).find(|&at| self.word(at) == "self");
            match itself {
                Some(at) => {
                    // `&mut` is a part of the type, and `mut` alone is not.
                    let by = Some(self.text_of(from, at)).filter(|by| by.contains('&'));
                    let by = by.unwrap_or_default();
                    parameters.push(format!("{word}: {by} {}", of.unwrap_or_default()));
                }
                None => {
                    let colon = self.find(from, ":").unwrap_or(to);
                    parameters.push(format!("{word}: {}", self.text_of(colon + 1, to)));
                }
            }
            words.push(word);
        }
        let generics = self.text_of(at + 1, open);
        let returned = self.text_of(close + 1, body);
        let path = of.map_or_else(
            || format!("crate::exercise::{name}"),
            |of| format!("{of}::{name}"),
        );
        let (parameters, words) = (parameters.join(", "), words.join(", "));
        let text = format!(
            "{begins}fn f{generics}({parameters}) {returned} {{ {path}({words}){awaits} }}"
        );
        self.check(&text);
    }

    fn constant(&mut self, at: usize) {
        let name = self.word(at);
        if let Some(equals) = self.find(at, "=") {
            let is = self.text_of(at + 1, equals);
            self.check(&format!("const A{is} = crate::exercise::{name};"));
        }
    }

    fn alias(&mut self, at: usize, end: usize) {
        let name = self.word(at);
        self.names.push(name);
        let is = self.text_of(at + 2, end - 1);
        self.check(&format!("fn f(it: {name}) -> {is} {{ it }}"));
    }

    fn fields(&mut self, at: usize, end: usize) {
        let name = self.word(at);
        self.names.push(name);
        if !self.is_mark(at + 1, "{") {
            return;
        }
        for (from, to) in self.parts(at + 2, end - 1) {
            if self.word(from) == "pub" {
                let (field, is) = (self.word(from + 1), self.text_of(from + 3, to));
                self.check(&format!("fn f(it: &{name}) -> &({is}) {{ &it.{field} }}"));
            }
        }
    }

    /// Converts an enum of bare names to a number: constants of another type with the names of
    /// variants can be all the same, and cannot be converted.
    fn variants(&mut self, at: usize, end: usize) {
        let name = self.word(at);
        self.names.push(name);
        let parts = self.parts(at + 2, end - 1);
        if parts.iter().all(|(from, to)| to - from == 1) {
            for (from, _) in parts {
                let variant = self.word(from);
                self.check(&format!("const A: isize = {name}::{variant} as isize;"));
            }
        }
    }

    /// Writes an item in a scope of its own.
    fn check(&mut self, item: &str) {
        self.write(&format!("const _: () = {{ {item} }};"));
    }

    fn write(&mut self, line: &str) {
        writeln!(self.text, "{line}").expect("a string");
    }

    fn word(&self, at: usize) -> &'a str {
        let token = self.tokens.get(at).filter(|it| it.kind == Kind::Word);
        token.map_or("", |token| token.text)
    }

    fn is_mark(&self, at: usize, mark: &str) -> bool {
        self.tokens.get(at).is_some_and(|token| token.is_mark(mark))
    }

    /// Finds this mark from here on.
    fn find(&self, from: usize, mark: &str) -> Option<usize> {
        (from..self.tokens.len()).find(|&at| self.is_mark(at, mark))
    }

    fn behind_attributes(&self, mut at: usize) -> usize {
        while self.is_mark(at, "#") {
            at = self.find(at, "[").map_or(self.tokens.len(), |open| {
                tokens::behind_group(self.tokens, open)
            });
        }
        at
    }

    /// Returns the end of the item at `at`: behind its `;` or its block.
    fn end_of_item(&self, mut at: usize) -> usize {
        while let Some(token) = self.tokens.get(at) {
            at = match token.text {
                ";" => return at + 1,
                "{" => return tokens::behind_group(self.tokens, at),
                "(" | "[" => tokens::behind_group(self.tokens, at),
                // A `use`, or a constant's value, may have braces.
                "use" | "=" => {
                    return self.find(at, ";").map_or(self.tokens.len(), |end| end + 1);
                }
                _ => at + 1,
            };
        }
        at
    }

    /// Splits a list at its commas. Returns the beginnings and ends of its parts.
    fn parts(&self, from: usize, to: usize) -> Vec<(usize, usize)> {
        let (mut parts, mut begin, mut depth) = (vec![], from, 0);
        for at in from..to {
            match self.tokens[at].text {
                "(" | "[" | "{" | "<" => depth += 1,
                ">" if self.is_mark(at - 1, "-") => {}
                ")" | "]" | "}" | ">" => depth -= 1,
                "," if depth == 0 => {
                    parts.push((begin, at));
                    begin = at + 1;
                }
                _ => {}
            }
        }
        if begin < to {
            parts.push((begin, to));
        }
        parts
    }

    /// Returns the source of the tokens in this range.
    fn text_of(&self, from: usize, to: usize) -> &'a str {
        match self.tokens.get(from..to) {
            Some([first, .., last]) => &self.source[first.at..last.at + last.text.len()],
            Some([only]) => only.text,
            _ => "",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_public_is_held_to_its_type() {
        let unsolved = "
            //! fn no() {}
            use a::{B, C};
            /// The size.
            pub const SIZE: u32 = { 3 };
            const OWN: u32 = 1;
            pub type Plate = B<u32>;
            #[derive(Debug)]
            pub struct Bar { pub tray: B<u32, C>, own: u8 }
            pub struct Busy;
            pub enum Answer { Yes, No }
            impl Bar {
                pub fn open(mut snacks: u32) -> Bar { Bar {} }
                fn own(&self) -> u8 { 0 }
                pub async fn play(mut self, eat: impl FnMut(u32, u8) -> bool) { { } }
                pub fn left(&self) -> Option<u32> { None }
                pub fn put<T: Into<u32>>(&mut self, it: T) {}
            }
            impl Drop for Bar { fn drop(&mut self) {} }
            pub async fn order(door: &C) -> Answer { Answer::Yes }
        ";
        let module = module(unsolved);
        let lines: Vec<String> = module
            .lines()
            .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
            .collect();
        let is = |item: &str| format!("const _: () = {{ {item} }};");
        assert_eq!(
            lines,
            [
                "mod signatures { use crate::exercise::{Plate, Bar, Busy, Answer};".to_owned(),
                "use a::{B, C};".to_owned(),
                is("const A: u32 = crate::exercise::SIZE;"),
                is("fn f(it: Plate) -> B<u32> { it }"),
                is("fn f(it: &Bar) -> &(B<u32, C>) { &it.tray }"),
                is("const A: isize = Answer::Yes as isize;"),
                is("const A: isize = Answer::No as isize;"),
                is("fn f(a0: u32) -> Bar { Bar::open(a0) }"),
                is(
                    "async fn f(a0: Bar, a1: impl FnMut(u32, u8) -> bool) { Bar::play(a0, \
                     a1).await }"
                ),
                is("fn f(a0: & Bar) -> Option<u32> { Bar::left(a0) }"),
                is("fn f<T: Into<u32>>(a0: &mut Bar, a1: T) { Bar::put(a0, a1) }"),
                is("async fn f(a0: &C) -> Answer { crate::exercise::order(a0).await }"),
                "}".to_owned(),
            ]
        );
    }
}
