//! The deck, its pictures, and the QR codes.

use super::state::AppState;
use crate::deck::{picture, region};
use axum::{
    Json,
    extract::{Path, RawQuery, State},
    http::{HeaderName, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};
use std::fs;
use web_server::join;

/// What the audience sees of a deck. The notes have a route of their own, so this cannot leak them.
pub(super) async fn slides(State(app): State<AppState>, Path(language): Path<String>) -> Response {
    let Some(deck) = app.deck.in_language(&language) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let slides: Vec<Value> = deck
        .slides
        .iter()
        .map(|it| {
            json!({
                "title": it.title, "html": it.html, "look": it.look, "steps": it.steps,
                "file": it.source.file, "extra": it.plan.is_none(),
            })
        })
        .collect();
    let deck = json!({
        "language": deck.language, "languages": app.deck.languages(), "title": deck.title, "slides": slides,
    });
    Json(deck).into_response()
}

/// The notes and the planned times. Only the presenter's listener has this route.
pub(super) async fn notes(State(app): State<AppState>, Path(language): Path<String>) -> Response {
    let Some(deck) = app.deck.in_language(&language) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let notes: Vec<Value> = deck
        .slides
        .iter()
        .map(|it| json!({"html": it.notes, "plan": it.plan}))
        .collect();
    Json(notes).into_response()
}

/// A picture that a slide shows, and no other file.
pub(super) async fn picture(
    State(app): State<AppState>,
    Path(path): Path<String>,
    RawQuery(query): RawQuery,
) -> Response {
    // Only a path that a slide has is opened: another one may lead out of the folder.
    let kind = picture::kind(&path).filter(|_| app.deck.shows(&path));
    let Some(kind) = kind else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let file = app.deck.root.join(&path);
    let fits = fs::metadata(&file).is_ok_and(|it| it.is_file() && it.len() <= picture::LARGEST);
    match fits.then(|| fs::read(&file)) {
        Some(Ok(bytes)) => {
            let view = query.as_deref().and_then(|it| it.strip_prefix("view="));
            drawing(kind, view.and_then(|it| part(&bytes, it)).unwrap_or(bytes))
        }
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

/// A region of a drawing, by the name of its `<view>`, as a drawing. `None` if there is no such
/// region.
fn part(svg: &[u8], name: &str) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(svg).ok()?;
    let view = region(text, name)?;
    let size: Vec<&str> = view.split(' ').collect();
    let [_, _, width, height] = size[..] else {
        return None;
    };
    let (_, inside) = text.split_once("<svg")?;
    // The drawing becomes a nested element with its own attributes. It needs a size there, which
    // it may not have.
    let tag = inside.split('>').next()?;
    let size = match tag.split_once("viewBox=\"0 0 ") {
        Some((_, after)) if !tag.contains(" width=") => {
            let (wide, high) = after.split_once('"')?.0.split_once(' ')?;
            format!(" width=\"{wide}\" height=\"{high}\"")
        }
        _ => String::new(),
    };
    Some(
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
            viewBox=\"{view}\"><svg{size}{inside}</svg>"
        )
        .into_bytes(),
    )
}

/// The QR code of the phones' page (`follow`) or of the game (`play`).
pub(super) async fn qr_code(State(app): State<AppState>, Path(what): Path<String>) -> Response {
    let address = match what.as_str() {
        "follow" => app.codes.follow.clone(),
        "play" => Some(app.codes.play.clone()),
        _ => None,
    };
    match address.and_then(|address| join::svg(&address)) {
        Some(code) => drawing("image/svg+xml", code.into_bytes()),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// A picture that may have styles, but no scripts.
fn drawing(kind: &'static str, bytes: Vec<u8>) -> Response {
    let headers: [(HeaderName, &str); 2] = [
        (header::CONTENT_TYPE, kind),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'unsafe-inline'; sandbox",
        ),
    ];
    (headers, bytes).into_response()
}

#[cfg(test)]
mod tests {
    use super::part;

    #[test]
    fn a_region_of_a_drawing_is_a_drawing_with_a_view_box() {
        let view = "<view data-region=\"a\" viewBox=\"1 2 3 4\"/>";
        let whole = format!("<svg xmlns=\"x\" width=\"9\">{view}<text>a</text></svg>");
        let part_of = part(whole.as_bytes(), "a").expect("a part");
        let text = String::from_utf8(part_of).expect("text");
        assert!(
            text.contains("viewBox=\"1 2 3 4\"><svg xmlns=\"x\" width=\"9\">"),
            "{text}"
        );
        assert!(text.ends_with("</svg></svg>"));
        let sizeless = format!("<svg viewBox=\"0 0 8 6\">{view}</svg>");
        let sizeless = part(sizeless.as_bytes(), "a").expect("a part");
        assert!(
            String::from_utf8_lossy(&sizeless).contains("<svg width=\"8\" height=\"6\" viewBox")
        );
        for wrong in ["", "b", "1-2-3-4", "a\""] {
            assert_eq!(part(whole.as_bytes(), wrong), None);
        }
        for odd in ["1 2 3", "1 2 3 4 5", "a b c d", ""] {
            let whole = whole.replace("1 2 3 4", odd);
            assert_eq!(part(whole.as_bytes(), "a"), None);
        }
    }
}
