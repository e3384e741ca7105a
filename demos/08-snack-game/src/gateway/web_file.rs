//! A file of the pages as an answer: compressed if the client accepts it, and not at all if the
//! client has it.

use axum::{
    http::{HeaderMap, HeaderName, StatusCode, header},
    response::{IntoResponse, Response},
};
use rush::fnv::fnv1a;

/// A file that the build has put into the program.
pub(super) struct File {
    /// The path below `/web/`; of a page, its name.
    pub(super) name: &'static str,
    /// The content type.
    pub(super) kind: &'static str,
    /// Changes with the content.
    pub(super) tag: &'static str,
    pub(super) text: &'static [u8],
    /// The same in gzip's format.
    pub(super) gzip: &'static [u8],
}

/// How long a browser may keep its copy.
#[derive(Clone, Copy)]
pub(super) enum Keep<'a> {
    /// The name changes with the content, so for ever.
    Forever,
    /// It must ask each time. The copy is of no use if this text is another one by then.
    Revalidate(&'a [u8]),
}

impl File {
    /// The answer to a request with these headers.
    pub(super) fn answer(&self, asked: &HeaderMap, keep: Keep<'_>) -> Response {
        let compressed = accepts_gzip(asked);
        let with = match keep {
            Keep::Forever => 0,
            Keep::Revalidate(with) => fnv1a(with),
        };
        let form = if compressed { "gzip" } else { "plain" };
        let tag = format!("\"{}-{with:016x}-{form}\"", self.tag);
        let cache = match keep {
            Keep::Forever => "public, max-age=31536000, immutable",
            Keep::Revalidate(_) => "no-cache",
        };
        let matches = has(asked, &tag);
        let cached = [
            (header::ETAG, tag),
            (header::CACHE_CONTROL, cache.to_owned()),
            (header::VARY, "accept-encoding".to_owned()),
        ];
        if matches {
            return (StatusCode::NOT_MODIFIED, cached).into_response();
        }
        let kind = [(header::CONTENT_TYPE, self.kind)];
        if compressed {
            let encoding = [(header::CONTENT_ENCODING, "gzip")];
            return (kind, encoding, cached, self.gzip).into_response();
        }
        (kind, cached, self.text).into_response()
    }
}

/// Whether the client has this version (RFC 9110, 13.1.2). A proxy that compresses marks a tag as
/// weak.
fn has(asked: &HeaderMap, tag: &str) -> bool {
    let has = |it: &str| it == "*" || it.strip_prefix("W/").unwrap_or(it) == tag;
    items(asked, &header::IF_NONE_MATCH).any(has)
}

/// Whether the client prefers gzip to the plain text (RFC 9110, 12.5.3).
fn accepts_gzip(asked: &HeaderMap) -> bool {
    let weight = |coding: &str| {
        items(asked, &header::ACCEPT_ENCODING).find_map(|item| {
            let (name, parameters) = item.split_once(';').unwrap_or((item, ""));
            if !name.trim().eq_ignore_ascii_case(coding) {
                return None;
            }
            let weight = parameters.trim().strip_prefix(['q', 'Q']);
            let weight = weight.and_then(|it| it.trim_start().strip_prefix('='));
            Some(weight.map_or(1.0, |it| it.trim().parse().unwrap_or(0.0)))
        })
    };
    let gzip: f32 = weight("gzip").or_else(|| weight("*")).unwrap_or(0.0);
    gzip > 0.0 && gzip >= weight("identity").unwrap_or(0.0)
}

/// The items of a list that may take several header lines.
fn items<'a>(asked: &'a HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'a str> {
    let lines = asked.get_all(name).into_iter();
    let lines = lines.filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(',').map(str::trim))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: File = File {
        name: "a-0123456789abcdef.js",
        kind: "text/javascript; charset=utf-8",
        tag: "0123456789abcdef",
        text: b"const a = 1;",
        gzip: b"gzip",
    };

    fn asked(lines: &[(HeaderName, &'static str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(name, value.parse().expect("a header"));
        }
        headers
    }

    fn value(answer: &Response, name: HeaderName) -> &str {
        let value = answer.headers().get(name);
        value.map_or("", |it| it.to_str().expect("text"))
    }

    #[test]
    fn a_client_gets_gzip_only_if_it_prefers_it() {
        let accept = header::ACCEPT_ENCODING;
        for (said, gzip) in [
            (&["gzip, deflate, br"][..], true),
            (&["br", "GZIP"], true),
            (&["gzip;q=0.001"], true),
            (&["gzip ; q=1.0"], true),
            (&["*"], true),
            (&["gzip;q=0.5, identity;q=0.4"], true),
            (&[], false),
            (&[""], false),
            (&["identity"], false),
            (&["br, deflate"], false),
            (&["gzip;q=0"], false),
            (&["gzip;q=0, *"], false),
            (&["*;q=0"], false),
            (&["gzip;q=0.5, identity"], false),
            (&["gzip;q=x"], false),
        ] {
            let lines: Vec<_> = said.iter().map(|it| (accept.clone(), *it)).collect();
            assert_eq!(accepts_gzip(&asked(&lines)), gzip, "{said:?}");
            let answer = FILE.answer(&asked(&lines), Keep::Forever);
            let encoding = value(&answer, header::CONTENT_ENCODING);
            assert_eq!(encoding, if gzip { "gzip" } else { "" }, "{said:?}");
            assert_eq!(value(&answer, header::VARY), "accept-encoding");
        }
    }

    #[test]
    fn a_client_that_has_this_version_in_this_form_gets_no_copy() {
        let (plain, again) = (asked(&[]), |tag: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::IF_NONE_MATCH, tag.parse().expect("a header"));
            FILE.answer(&headers, Keep::Revalidate(b"policy")).status()
        });
        let first = FILE.answer(&plain, Keep::Revalidate(b"policy"));
        let tag = value(&first, header::ETAG).to_owned();
        assert_eq!(value(&first, header::CACHE_CONTROL), "no-cache");
        let fresh = StatusCode::NOT_MODIFIED;
        for has in [&tag, &format!("W/{tag}"), &format!("\"b\", {tag}"), "*"] {
            assert_eq!(again(has), fresh, "{has}");
        }
        let gzip = asked(&[(header::ACCEPT_ENCODING, "gzip")]);
        let gzip = FILE.answer(&gzip, Keep::Revalidate(b"policy"));
        let other = FILE.answer(&plain, Keep::Revalidate(b"another policy"));
        for answer in [&gzip, &other] {
            let tag = value(answer, header::ETAG);
            assert_eq!(again(tag), StatusCode::OK, "{tag}");
        }
        assert_eq!(again("\"b\""), StatusCode::OK);
    }
}
