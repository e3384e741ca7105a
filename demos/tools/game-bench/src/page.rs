//! The part of a page that this program writes.

const BEGIN: &str = "<!-- ratios -->";
const END: &str = "<!-- end -->";

/// The text between the marks. `None` if there are no marks.
pub fn quoted(page: &str) -> Option<&str> {
    let (_, rest) = page.split_once(BEGIN)?;
    let (inside, _) = rest.split_once(END)?;
    Some(inside.trim())
}

/// The page with `words` between the marks. `None` if there are no marks.
pub fn with_quote(page: &str, words: &str) -> Option<String> {
    let (before, rest) = page.split_once(BEGIN)?;
    let (_, after) = rest.split_once(END)?;
    Some(format!(
        "{before}{BEGIN}\n\n{}\n\n{END}{after}",
        words.trim()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_between_the_marks_is_replaced_and_the_rest_stays() {
        let page = "a\n<!-- ratios -->\nold\n<!-- end -->\nb\n";
        let fresh = with_quote(page, "new\n").expect("it has marks");
        assert_eq!(fresh, "a\n<!-- ratios -->\n\nnew\n\n<!-- end -->\nb\n");
        assert_eq!(quoted(&fresh), Some("new"));
        assert_eq!(with_quote(&fresh, "new").as_ref(), Some(&fresh));
    }

    #[test]
    fn a_page_without_marks_is_left_alone() {
        assert_eq!(quoted("<!-- ratios --> and no end"), None);
        assert_eq!(with_quote("nothing", "new"), None);
    }
}
