//! Reads what a library offers from its sources, line by line: also from macros, which no parser of
//! items reads.

/// A type, or the functions of a module.
#[derive(Clone, Debug, Default)]
pub(super) struct Part {
    /// `Mutex<T>`; empty for functions.
    pub(super) name: String,
    pub(super) about: String,
    pub(super) methods: Vec<Method>,
}

/// A method or a function.
#[derive(Clone, Debug)]
pub(super) struct Method {
    /// `lock(&self) -> MutexGuard<'_, T>`, and `async fn …` if the caller writes `.await`.
    pub(super) signature: String,
    pub(super) about: String,
}

impl Method {
    pub(super) fn name(&self) -> &str {
        super::name_of(&self.signature)
    }
}

/// Reads a source file. `named` gives names to the types that a macro defines: `$sender` is
/// `Sender`.
pub(super) fn read(source: &str, named: &[(&str, &str)]) -> Vec<Part> {
    let mut parts = vec![Part::default()];
    let (mut about, mut of) = (String::new(), String::new());
    let code = source.split("#[cfg(test)]").next().unwrap_or_default();
    let mut lines = code.lines();
    while let Some(written) = lines.next() {
        let line = written.trim();
        if let Some(doc) = line.strip_prefix("///") {
            about += doc;
            about += "\n";
            continue;
        }
        if line.starts_with("#[doc = \"") {
            about += line
                .trim_start_matches("#[doc = \"")
                .trim_end_matches("\"]");
            continue;
        }
        if line.starts_with("#[") {
            continue;
        }
        if line.starts_with("impl") && line.ends_with('{') {
            of = owner(line, named);
        } else if let Some(rest) = line.strip_prefix("pub struct ") {
            let name = rest[..behind_generics(rest)].trim();
            let part = part(&mut parts, &renamed(name, named));
            part.about = first_sentence(&about);
        } else if let Some((mut signature, is_async)) = function(line) {
            while !signature.ends_with('{') {
                signature += " ";
                signature += lines.next().expect("a function has a body").trim();
            }
            // A function of the module's stands at the beginning of its line.
            let of = if written.starts_with(' ') { &of } else { "" };
            let method = Method {
                signature: awaited(&tidy(&signature), is_async),
                about: first_sentence(&about),
            };
            if !about.is_empty() && !method.signature.contains('$') {
                part(&mut parts, of).methods.push(method);
            }
        } else if let Some((name, doc)) = row(line) {
            let method = Method {
                signature: format!("{name}(&self, operand: value, order: Ordering) -> value"),
                about: doc.to_owned(),
            };
            let part = part(&mut parts, &renamed("$name", named));
            if !part.methods.iter().any(|it| it.name() == name) {
                part.methods.push(method);
            }
        } else if let Some(signature) = taken(line).filter(|_| !about.is_empty()) {
            let about = first_sentence(&about);
            part(&mut parts, &of)
                .methods
                .push(Method { signature, about });
        }
        about.clear();
    }
    parts.retain(|part| !part.name.is_empty() || !part.methods.is_empty());
    parts.iter_mut().for_each(name_guards);
    parts
}

/// Writes what a method that waits for a lock returns: the guard of its `try_` method.
fn name_guards(part: &mut Part) {
    let guard = |name: &str| {
        let tries = part.methods.iter();
        let tries = tries.filter(|it| it.name().strip_prefix("try_") == Some(name));
        let guard = |it: &Method| {
            let (_, result) = it.signature.split_once("-> Result<")?;
            Some(result.strip_suffix(", TryLockError>")?.to_owned())
        };
        tries.filter_map(guard).next()
    };
    let guards: Vec<_> = part.methods.iter().map(|it| guard(it.name())).collect();
    for (method, guard) in part.methods.iter_mut().zip(guards) {
        if let Some(guard) = guard.filter(|_| method.signature.ends_with(FUTURE)) {
            let begin = method.signature.trim_end_matches(FUTURE);
            method.signature = awaited(&format!("{begin} -> {guard}"), true);
        }
    }
}

/// Returns the part of this name, without what it is generic over; makes it if there is none.
fn part<'a>(parts: &'a mut Vec<Part>, name: &str) -> &'a mut Part {
    let bare = |name: &str| name.split('<').next().unwrap_or_default().to_owned();
    let at = parts.iter().position(|it| bare(&it.name) == bare(name));
    let at = at.unwrap_or_else(|| {
        let name = name.to_owned();
        parts.push(Part {
            name,
            ..Part::default()
        });
        parts.len() - 1
    });
    &mut parts[at]
}

/// Returns the type of `impl<T> Mutex<T> {`; empty for the `impl` of a trait.
fn owner(line: &str, named: &[(&str, &str)]) -> String {
    let mut rest = line.trim_start_matches("impl").trim_end_matches('{').trim();
    if rest.contains(" for ") {
        return String::new();
    }
    if rest.starts_with('<') {
        rest = &rest[behind_generics(rest)..];
    }
    rest = rest.trim_start_matches("$(<$of>)? ");
    renamed(rest.trim(), named)
}

/// Returns where a name and what it is generic over end.
fn behind_generics(text: &str) -> usize {
    let (mut depth, mut before) = (0, ' ');
    for (at, c) in text.char_indices() {
        match c {
            '<' => depth += 1,
            '>' if before != '-' => depth -= 1,
            _ => {}
        }
        let is_behind = match c {
            '>' => depth == 0 && before != '-',
            _ => depth == 0 && !c.is_alphanumeric() && !"_$".contains(c),
        };
        if is_behind {
            return at + usize::from(c == '>');
        }
        before = c;
    }
    text.len()
}

fn renamed(name: &str, named: &[(&str, &str)]) -> String {
    let mut name = name.replace("$(<$of>)?", "").replace("$(<$of> )?", "");
    for (from, to) in named {
        name = name.replace(from, to);
    }
    name
}

/// Returns what comes behind `pub fn`, and whether the function is `async`.
fn function(line: &str) -> Option<(String, bool)> {
    let rest = line.strip_prefix("pub ")?;
    let rest = rest.strip_prefix("const ").unwrap_or(rest);
    let (rest, is_async) = match rest.strip_prefix("async ") {
        Some(rest) => (rest, true),
        None => (rest, false),
    };
    Some((rest.strip_prefix("fn ")?.to_owned(), is_async))
}

/// Writes `async fn` before a signature whose caller writes `.await`, also if it returns a future:
/// so a reader sees what `.await` gives.
fn awaited(signature: &str, is_async: bool) -> String {
    if is_async {
        return format!("async fn {signature}");
    }
    let output = signature.split_once(") -> impl Future<Output = ");
    let Some((begin, output)) = output.filter(|(_, output)| !output.contains(") -> ")) else {
        return signature.to_owned();
    };
    let output = output.trim_end_matches(" + Send");
    match output.strip_suffix('>').unwrap_or(output) {
        "()" => format!("async fn {begin})"),
        output => format!("async fn {begin}) -> {output}"),
    }
}

/// `fetch_add <$type>::wrapping_add, "Adds.";`
fn row(line: &str) -> Option<(&str, &str)> {
    let name = line
        .split(' ')
        .next()
        .filter(|_| line.starts_with("fetch_"))?;
    let (_, doc) = line.split_once(", \"")?;
    Some((name, doc.trim_end_matches("\";")))
}

/// What [`taken`] says of a method that waits, until its guard is known.
const FUTURE: &str = " -> impl Future";

/// `lock,` and `try_lock, MutexGuard, How::Lock, Act::Take`: the methods of tokio's locks.
fn taken(line: &str) -> Option<String> {
    let (name, rest) = line.split_once(',')?;
    let is_name = name.chars().all(|c| c.is_ascii_lowercase() || c == '_');
    if !is_name || name.is_empty() {
        return None;
    }
    match rest.trim().split_once(',') {
        None if rest.trim().is_empty() => Some(format!("{name}(&self){FUTURE}")),
        Some((guard, _)) if rest.contains("Act::") => Some(format!(
            "{name}(&self) -> Result<{}<'_, T>, TryLockError>",
            guard.trim()
        )),
        _ => None,
    }
}

/// Writes a signature in one line, without what a caller need not know.
fn tidy(signature: &str) -> String {
    let words = signature.trim_end_matches('{').split_whitespace();
    let line = words.collect::<Vec<_>>().join(" ");
    let line = line
        .replace("( ", "(")
        .replace(", )", ")")
        .replace(" )", ")");
    let line = line.replace("$type", "value");
    let line = line.replace("(mut ", "(").replace(", mut ", ", ");
    // `_time` is a name like `time` to a caller.
    let mut named = String::new();
    for (at, c) in line.char_indices() {
        let is_first = line[..at].ends_with(['(', ' ']);
        let is_name = line[at + c.len_utf8()..].starts_with(|c: char| c.is_ascii_lowercase());
        if !(c == '_' && is_first && is_name) {
            named.push(c);
        }
    }
    named
}

fn first_sentence(about: &str) -> String {
    let paragraph = about.trim().split("\n\n").next().unwrap_or_default();
    let text = paragraph
        .lines()
        .map(str::trim)
        .take_while(|line| !line.is_empty());
    let text = text.collect::<Vec<_>>().join(" ");
    let first = match text.split_once(". ") {
        Some((first, _)) => format!("{first}."),
        None => text,
    };
    without_links(&first)
}

/// Replaces links to other items by their words.
fn without_links(text: &str) -> String {
    let mut words = String::new();
    let mut rest = text;
    while let Some((before, link)) = rest.split_once('[') {
        let Some((named, after)) = link.split_once(']') else {
            break;
        };
        words += before;
        words += named;
        rest = match after.strip_prefix('(').and_then(|it| it.split_once(')')) {
            Some((_, after)) => after,
            None => after,
        };
    }
    words + rest
}

#[test]
fn what_one_awaits_is_an_async_function() {
    let source = "
pub struct Door<T>;
impl<T> Door<T> {
    /// One.
    pub fn one(&mut self, _time: Duration, it: Foo<'_, T>) -> impl Future<Output = Option<T>> {
    /// Two.
    pub async fn two(
        &self,
        mut condition: impl FnMut(&T) -> bool,
    ) -> Result<T, Gone> {
    /// Three.
    pub fn three(&self) -> impl Future<Output = ()> + Send {
    /// Four.
    pub fn four(&self, it: impl Future<Output = T>) -> T {
    /// Five.
    lock,
    /// Six.
    try_lock, MutexGuard, How::Lock, Act::Take
}
/// Seven.
pub async fn seven<T>(_patience: Duration, it: impl Future<Output = T>) -> T {
";
    let parts = read(source, &[]);
    let methods = parts.iter().flat_map(|part| &part.methods);
    let mut signatures: Vec<&str> = methods.map(|it| &it.signature[..]).collect();
    signatures.sort_unstable();
    assert_eq!(
        signatures,
        [
            "async fn lock(&self) -> MutexGuard<'_, T>",
            "async fn one(&mut self, time: Duration, it: Foo<'_, T>) -> Option<T>",
            "async fn seven<T>(patience: Duration, it: impl Future<Output = T>) -> T",
            "async fn three(&self)",
            "async fn two(&self, condition: impl FnMut(&T) -> bool) -> Result<T, Gone>",
            "four(&self, it: impl Future<Output = T>) -> T",
            "try_lock(&self) -> Result<MutexGuard<'_, T>, TryLockError>",
        ]
    );
    let names: Vec<&str> = parts
        .iter()
        .flat_map(|it| &it.methods)
        .map(Method::name)
        .collect();
    assert!(
        names.contains(&"two") && names.contains(&"lock"),
        "{names:?}"
    );
}
