//! The web pages and their files. They are part of the program, so no folder can be missing.

use axum::{
    extract::Path,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};

/// Files of `web/` by their paths.
macro_rules! files {
    ($($path:literal)*) => {
        &[$(($path, include_str!(concat!("../../web/", $path)))),*]
    };
}

/// All files. A test compares this list with the folder.
const FILES: &[(&str, &str)] = files! {
    "css/base.css" "css/door.css" "css/hall.css" "css/phone.css" "css/podium.css" "css/watch.css" "css/xray.css"
    "icon.svg"
    "js/arena.js" "js/backoff.js" "js/board.js" "js/bytes.js" "js/close_codes.js" "js/english.js" "js/status.js" "js/floor.js" "js/hall.js" "js/home.js"
    "js/announcer.js" "js/storage.js" "js/korean.js" "js/connection.js" "js/watcher.js" "js/sprites.js" "js/map.js" "js/mirror.js" "js/motion.js"
    "js/page.js" "js/phone.js" "js/podium.js" "js/pops.js" "js/porch.js" "js/scene.js" "js/seat.js" "js/servers.js" "js/swipe.js" "js/turns.js" "js/watch.js"
    "js/wire.js" "js/words.js" "js/xray.js"
};

pub(super) async fn phone() -> Response {
    page(include_str!("../../web/index.html"))
}

pub(super) async fn hall() -> Response {
    page(include_str!("../../web/hall.html"))
}

pub(super) async fn watch() -> Response {
    page(include_str!("../../web/watch.html"))
}

/// An empty page, whose content security policy names the current servers.
pub(super) async fn porch() -> Response {
    page(include_str!("../../web/porch.html"))
}

/// The x-ray page itself is public; the numbers that it asks for are not.
pub(super) async fn xray() -> Response {
    page(include_str!("../../web/xray.html"))
}

fn page(text: &'static str) -> Response {
    ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], text).into_response()
}

/// `GET /web/{path}`. A browser revalidates its copy each time: on a stage a stale script is worse
/// than a request.
pub(super) async fn file(Path(path): Path<String>, asked: HeaderMap) -> Response {
    let Some((_, text)) = FILES.iter().find(|(name, _)| *name == path) else {
        return (StatusCode::NOT_FOUND, "there is no such file\n").into_response();
    };
    let tag = format!("\"{:016x}\"", rush::fnv::fnv1a(text.as_bytes()));
    let cached = [
        (header::ETAG, tag.clone()),
        (header::CACHE_CONTROL, "no-cache".to_owned()),
    ];
    if asked
        .get(header::IF_NONE_MATCH)
        .is_some_and(|it| it.as_bytes() == tag.as_bytes())
    {
        return (StatusCode::NOT_MODIFIED, cached).into_response();
    }
    ([(header::CONTENT_TYPE, kind(&path))], cached, *text).into_response()
}

fn kind(path: &str) -> &'static str {
    match path.rsplit('.').next() {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{collections::BTreeSet, fs, path};

    #[test]
    fn every_file_of_the_folder_is_in_the_program() {
        let root = path::Path::new(env!("CARGO_MANIFEST_DIR")).join("web");
        let mut found = BTreeSet::new();
        for folder in ["", "css", "js"] {
            for entry in fs::read_dir(root.join(folder)).expect("it is there") {
                let path = entry.expect("it can be read").path();
                let name = path
                    .strip_prefix(&root)
                    .expect("inside")
                    .to_string_lossy()
                    .replace('\\', "/");
                if [".css", ".js", ".svg"]
                    .iter()
                    .any(|end| name.ends_with(end))
                {
                    found.insert(name);
                }
            }
        }
        let embedded: BTreeSet<String> = FILES.iter().map(|(name, _)| (*name).to_owned()).collect();
        assert_eq!(found, embedded);
    }
}
