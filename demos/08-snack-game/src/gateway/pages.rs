//! The web pages and their files. They are part of the program, so no folder can be missing.

use super::{
    Gateway,
    room_query::RoomQuery,
    web_file::{File, Keep},
    xray,
};
use axum::{
    Extension,
    extract::{Path, Query, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

/// The pages. Each loads one script and one stylesheet.
const PAGES: &[File] = include!(concat!(env!("OUT_DIR"), "/pages.rs"));

/// What the pages load: the hash of the content is in the name.
const HASHED: &[File] = include!(concat!(env!("OUT_DIR"), "/hashed.rs"));

/// The files of `web/` as they are there, and the maps to them, for the browser's debugger.
const SOURCES: &[File] = include!(concat!(env!("OUT_DIR"), "/sources.rs"));

/// The content security policy of the answer to a request.
///
/// A browser that keeps its copy of a page keeps the policy of the copy, too, so the tag of a page
/// depends on both.
#[derive(Clone)]
pub(super) struct Policy(pub(super) HeaderValue);

/// The player's page. It says whether there is a free seat, so that no player presses in vain.
pub(super) async fn phone(
    State(gateway): State<Gateway>,
    Query(query): Query<RoomQuery>,
    policy: Extension<Policy>,
    asked: HeaderMap,
) -> Response {
    let room = query.room().unwrap_or_default(); // The page says that this is no room.
    let name = match is_full(&gateway, room).await {
        true => "full.html",
        false => "index.html",
    };
    page(name, policy, &asked)
}

/// Whether no seat is free: in the server, or in the room that the player wishes.
async fn is_full(gateway: &Gateway, room: Option<String>) -> bool {
    let Some(room) = room else {
        return gateway.state.admission.free() == 0;
    };
    let rooms = xray::list(gateway).await;
    let room = rooms.iter().find(|it| *it.stats.name == *room);
    gateway.state.admission.free() == 0 || room.is_some_and(|it| it.stats.free() == 0)
}

pub(super) async fn hall(policy: Extension<Policy>, asked: HeaderMap) -> Response {
    page("hall.html", policy, &asked)
}

pub(super) async fn watch(policy: Extension<Policy>, asked: HeaderMap) -> Response {
    page("watch.html", policy, &asked)
}

/// The x-ray page itself is public; the numbers that it asks for are not.
pub(super) async fn xray(policy: Extension<Policy>, asked: HeaderMap) -> Response {
    page("xray.html", policy, &asked)
}

/// An empty page, whose content security policy names the current servers. No browser keeps it.
pub(super) async fn porch() -> Response {
    let kind = [(header::CONTENT_TYPE, "text/html; charset=utf-8")];
    (kind, include_str!("../../web/porch.html")).into_response()
}

fn page(name: &str, Extension(Policy(policy)): Extension<Policy>, asked: &HeaderMap) -> Response {
    match find(PAGES, name) {
        Some(page) => page.answer(asked, Keep::Revalidate(policy.as_bytes())),
        None => StatusCode::NOT_FOUND.into_response(), // A test asks for each page.
    }
}

/// `GET /web/{path}`.
pub(super) async fn file(Path(path): Path<String>, asked: HeaderMap) -> Response {
    if let Some(file) = find(HASHED, &path) {
        return file.answer(&asked, Keep::Forever);
    }
    // While servers of two versions share an address, the page may be from the other one.
    let same_name = |file: &&File| without_hash(file.name) == without_hash(&path);
    match find(SOURCES, &path).or_else(|| HASHED.iter().find(same_name)) {
        Some(file) => file.answer(&asked, Keep::Revalidate(b"")),
        None => (StatusCode::NOT_FOUND, "there is no such file\n").into_response(),
    }
}

fn find(files: &'static [File], name: &str) -> Option<&'static File> {
    files.iter().find(|file| file.name == name)
}

/// Splits `phone-0123456789abcdef.js` into `phone` and `js`. `None` if no hash is in the name.
fn without_hash(name: &str) -> Option<(&str, &str)> {
    let (stem, ending) = name.rsplit_once('.')?;
    let (stem, hash) = stem.rsplit_once('-')?;
    let is_hash = hash.len() == 16 && hash.bytes().all(|b| b.is_ascii_hexdigit());
    is_hash.then_some((stem, ending))
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
        let names = SOURCES.iter().map(|file| file.name.to_owned());
        let embedded: BTreeSet<String> = names.filter(|name| !name.ends_with(".map")).collect();
        assert_eq!(found, embedded);
    }

    #[test]
    fn every_page_loads_files_that_are_in_the_program() {
        let pages = ["index", "full", "hall", "watch", "xray"].map(|it| format!("{it}.html"));
        for name in pages {
            let text = find(PAGES, &name).expect("a page").text;
            let text = str::from_utf8(text).expect("text");
            let files = text.split("\"web/").skip(1);
            let files = files.map(|it| it.split_once('"').expect("an end").0);
            let files: Vec<_> = files.collect();
            assert_eq!(files.len(), 2, "{name}: style, script: {files:?}");
            assert!(
                files.iter().all(|it| find(HASHED, it).is_some()),
                "{files:?}"
            );
        }
    }

    #[tokio::test]
    async fn a_file_of_another_version_is_answered_and_not_kept() {
        let now = HASHED
            .iter()
            .find(|it| it.name.starts_with("phone-") && it.name.ends_with(".js"));
        let now = now.expect("the phone's script").name.to_owned();
        let other = "phone-0123456789abcdef.js".to_owned();
        let cache = async |name| {
            let answer = file(Path(name), HeaderMap::new()).await;
            let cache = answer.headers().get(header::CACHE_CONTROL).cloned();
            (answer.status(), cache.expect("a header"))
        };
        let for_ever = HeaderValue::from_static("public, max-age=31536000, immutable");
        assert_eq!(cache(now).await, (StatusCode::OK, for_ever));
        let no_cache = (StatusCode::OK, HeaderValue::from_static("no-cache"));
        assert_eq!(cache(other).await, no_cache);
        assert_eq!(cache("js/phone.js".to_owned()).await, no_cache);
        for missing in [
            "phone-1.js",
            "phone.js",
            "nothing-0123456789abcdef.js",
            "",
            "index.html",
        ] {
            let answer = file(Path(missing.to_owned()), HeaderMap::new()).await;
            assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{missing}");
        }
    }
}
