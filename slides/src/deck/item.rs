//! Finds an item of a Rust file by its path: `Room::grab`, `ToRoom`, `LINES_BEHIND`.

use proc_macro2::{Ident, Span};
use syn::{ImplItem, Item, TraitItem, Type, spanned::Spanned};

/// The lines of the item at `path`, without the comments and attributes above it. `None` if there
/// is no such item.
pub(super) fn find<'a>(source: &'a str, path: &str) -> Option<Vec<&'a str>> {
    let file = syn::parse_file(source).ok()?;
    let found = match path.split_once("::") {
        Some((owner, name)) => member(&file.items, owner, name),
        None => file
            .items
            .iter()
            .find_map(|item| named(declared(item)?, path)),
    };
    let lines = found.map(|(name, whole)| {
        let begin = source[..name.byte_range().start].rfind('\n');
        let begin = begin.map_or(0, |at| at + 1);
        source[begin..whole.byte_range().end].lines().collect()
    });
    // The text of every file that a thread parses is kept, unless its spans are given up.
    proc_macro2::extra::invalidate_current_thread_spans();
    lines
}

/// The name and the whole of a declaration.
type Declared<'a> = (&'a Ident, Span);

fn named((ident, whole): Declared<'_>, name: &str) -> Option<(Span, Span)> {
    (ident == name).then(|| (ident.span(), whole))
}

fn declared(item: &Item) -> Option<Declared<'_>> {
    let ident = match item {
        Item::Const(it) => &it.ident,
        Item::Enum(it) => &it.ident,
        Item::Fn(it) => &it.sig.ident,
        Item::Mod(it) => &it.ident,
        Item::Static(it) => &it.ident,
        Item::Struct(it) => &it.ident,
        Item::Trait(it) => &it.ident,
        Item::Type(it) => &it.ident,
        _ => return None,
    };
    Some((ident, item.span()))
}

/// Finds a member of a type in its `impl` blocks, or of a trait, in this module or in one of its
/// modules.
fn member(items: &[Item], owner: &str, name: &str) -> Option<(Span, Span)> {
    items.iter().find_map(|item| match item {
        Item::Impl(it) if is_type(&it.self_ty, owner) => it.items.iter().find_map(|item| {
            let ident = match item {
                ImplItem::Const(it) => &it.ident,
                ImplItem::Fn(it) => &it.sig.ident,
                ImplItem::Type(it) => &it.ident,
                _ => return None,
            };
            named((ident, item.span()), name)
        }),
        Item::Trait(it) if it.ident == owner => it.items.iter().find_map(|item| {
            let ident = match item {
                TraitItem::Const(it) => &it.ident,
                TraitItem::Fn(it) => &it.sig.ident,
                TraitItem::Type(it) => &it.ident,
                _ => return None,
            };
            named((ident, item.span()), name)
        }),
        Item::Mod(it) => member(&it.content.as_ref()?.1, owner, name),
        _ => None,
    })
}

/// Whether a type is `name`, with any path before it and any arguments.
fn is_type(of: &Type, name: &str) -> bool {
    match of {
        Type::Path(path) => path.path.segments.last().is_some_and(|it| it.ident == name),
        Type::Reference(it) => is_type(&it.elem, name),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = r#"
//! fn grab() { not here }
/// A doc.
pub const LINES: [u8; 2] = [1, 2];
pub struct Seat(u64);
impl<T> Room<T> {
    /// Doc.
    #[must_use]
    pub async fn grab(
        &self,
    ) -> u32 {
        let brace = '{';
        if true { "}" };
        0
    }
}
impl fmt::Display for Seat {
    fn fmt(&self) { } // trailing
}
fn grab() { 1 }
mod inner { fn hidden() {} }
"#;

    fn found(path: &str) -> Option<String> {
        find(SOURCE, path).map(|lines| lines.join("\n"))
    }

    #[test]
    fn an_item_is_found_by_its_path_with_its_whole_body() {
        assert_eq!(
            found("LINES").as_deref(),
            Some("pub const LINES: [u8; 2] = [1, 2];")
        );
        assert_eq!(found("Seat").as_deref(), Some("pub struct Seat(u64);"));
        assert_eq!(found("grab").as_deref(), Some("fn grab() { 1 }"));
        assert_eq!(found("Seat::fmt").as_deref(), Some("    fn fmt(&self) { }"));
        let grab = found("Room::grab").expect("a method");
        assert!(
            grab.starts_with("    pub async fn grab(\n") && grab.ends_with("        0\n    }"),
            "{grab}"
        );
    }

    #[test]
    fn a_path_without_an_item_finds_nothing() {
        for path in [
            "gone",
            "Room::fmt",
            "hidden",
            "brace",
            "u8",
            "Room::LINES",
            "::",
            "",
        ] {
            assert_eq!(found(path), None, "{path}");
        }
    }
}
