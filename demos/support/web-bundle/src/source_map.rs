//! Source maps, version 3 (ECMA-426), with one mapping per line.

/// A line of a source: the source's index, and the line, counted from 0.
pub(crate) type Origin = Option<(usize, usize)>;

/// A map of a script whose lines come from these lines of `sources`.
pub(crate) fn encode(sources: &[String], lines: &[Origin]) -> String {
    let (mut before, mut mappings) = ((0, 0), Vec::new());
    for line in lines {
        mappings.push(line.map_or_else(String::new, |(source, line)| {
            let now = (source as i64, line as i64);
            let fields = [0, now.0 - before.0, now.1 - before.1, 0];
            before = now;
            fields.map(quantity).concat()
        }));
    }
    let sources: Vec<String> = sources.iter().map(|it| format!("\"{it}\"")).collect();
    format!(
        "{{\"version\":3,\"sources\":[{}],\"names\":[],\"mappings\":\"{}\"}}\n",
        sources.join(","),
        mappings.join(";")
    )
}

/// A number in base 64, the sign in the lowest bit, five bits at a time, the lowest first.
fn quantity(number: i64) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut rest = number.unsigned_abs() << 1 | u64::from(number < 0);
    let mut text = String::new();
    loop {
        let five = (rest & 31) as usize;
        rest >>= 5;
        text.push(DIGITS[five | usize::from(rest > 0) << 5].into());
        if rest == 0 {
            return text;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_encoded_as_in_the_specification() {
        let pairs = [
            (0, "A"),
            (1, "C"),
            (-1, "D"),
            (15, "e"),
            (16, "gB"),
            (-16, "hB"),
            (123, "2H"),
            (1000, "w+B"),
        ];
        for (number, text) in pairs {
            assert_eq!(quantity(number), text, "{number}");
        }
    }

    #[test]
    fn a_line_without_an_origin_has_no_mapping() {
        let sources = ["js/a.js".to_owned(), "js/b.js".to_owned()];
        let lines = [None, Some((0, 3)), Some((0, 4)), None, Some((1, 0))];
        let map = "{\"version\":3,\"sources\":[\"js/a.js\",\"js/b.js\"],\"names\":[],\"mappings\":\";AAGA;AACA;;ACJA\"}\n";
        assert_eq!(encode(&sources, &lines), map);
    }
}
