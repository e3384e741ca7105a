//! A failure as text, as JSON, and as a picture.

use lanes::net::phone;
use lanes::sync::{Arc, Mutex};
use lanes::{Bounds, Failure, explore, thread};
use serde_json::{Value, json};

/// Ann and bob, with these names, take two locks in two orders, after `chatter` lines to a phone.
fn failure(names: [&'static str; 2], locks: [&'static str; 2], chatter: usize) -> Failure {
    let verdict = explore("a grab meets a leave", Bounds::exhaustive(), move || {
        let shared = Arc::new(locks.map(|name| Mutex::new(name, 0)));
        for (me, name) in names.into_iter().enumerate() {
            let locks = shared.clone();
            let (mut socket, phone) = phone(name, chatter);
            thread::spawn(name, move || {
                (0..chatter)
                    .for_each(|line| socket.tell(&format!("#{line} <{name}> & the others joined")));
                let _first = locks[me].lock();
                let _second = locks[1 - me].lock();
                drop(phone);
            });
        }
    });
    verdict.deadlocks().clone()
}

/// Whether every start tag has its end tag.
fn is_balanced(svg: &str) -> bool {
    let mut open = vec![];
    for tag in svg.split('<').skip(1) {
        let tag = tag.split('>').next().unwrap_or_default();
        let name = tag
            .trim_start_matches('/')
            .split_whitespace()
            .next()
            .unwrap_or_default()
            .trim_end_matches('/');
        match tag {
            tag if tag.starts_with('/') => {
                if open.pop() != Some(name) {
                    return false;
                }
            }
            tag if tag.ends_with('/') => {}
            _ => open.push(name),
        }
    }
    open.is_empty()
}

#[test]
fn a_picture_is_one_file_with_everything_in_it() {
    let failure = failure(["ann", "bob"], ["room", "player bob"], 1);
    let svg = failure.to_svg();
    assert!(
        svg.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\"") && svg.ends_with("</svg>\n")
    );
    assert!(is_balanced(&svg), "{svg}");
    for words in [
        "ann",
        "bob",
        "WAITS for room",
        "WAITS for player bob",
        "The cycle: ann → bob → ann.",
        "picture.rs<",
    ] {
        assert!(svg.contains(words), "“{words}” is missing: {svg}");
    }
    assert!(
        svg.contains("&lt;ann&gt;") && !svg.contains("<ann>"),
        "words in lines are escaped: {svg}"
    );
    for foreign in ["href", "url(", "<script", "<style", "@import", " id="] {
        assert!(!svg.contains(foreign), "{foreign}: {svg}");
    }
    assert!(
        svg.contains("<rect x=\"0.5\" y=\"0.5\""),
        "it has its own ground: {svg}"
    );
}

#[test]
fn a_drawing_is_at_most_a_hundred_columns_wide() {
    let long = "a lock with a very long name indeed";
    for (names, locks) in [
        (["ann", "bob"], ["room", "player bob"]),
        (
            [
                "a person with a long name",
                "a-person-with-a-long-name-in-one-word-that-does-not-end",
            ],
            [long, "b"],
        ),
        (
            ["안나와 친구들이 모두 함께 앉아 있는 자리", "밥"],
            ["방", "밥의 자리"],
        ),
    ] {
        let text = failure(names, locks, 3).to_string();
        for line in text.lines() {
            let wide = line
                .chars()
                .filter(|c| ('\u{ac00}'..='\u{d7a3}').contains(c))
                .count();
            assert!(line.chars().count() + wide <= 100, "{line}\n{text}");
        }
        assert!(text.contains("WAITS"), "{text}");
    }
}

#[test]
fn korean_names_stand_in_columns() {
    let text = failure(["안나", "밥"], ["방", "밥의 자리"], 0).to_string();
    let expected = "
   안나                  밥                in demos/support/lanes/tests/it/picture.rs
 1 takes 방                                18 let _first = locks[me].lock();
 2                       takes 밥의 자리   18 let _first = locks[me].lock();
 3 WAITS for 밥의 자리                     19 let _second = locks[1 - me].lock();
 4                       WAITS for 방      19 let _second = locks[1 - me].lock();
";
    assert!(text.contains(expected), "{text}");
}

#[test]
fn a_failure_is_json_that_others_can_read() {
    let failure = failure(["ann", "bob"], ["room", "player bob"], 1);
    let json: Value = serde_json::from_str(&failure.to_json()).unwrap();
    assert_eq!(json["version"], 1);
    assert_eq!(json["name"], "a grab meets a leave");
    assert_eq!(json["verdict"], "deadlock");
    assert_eq!(json["preemptions"], Value::Null);
    assert_eq!(json["schedule"], failure.schedule());
    assert_eq!(
        json["lanes"],
        json!([{"name": "ann", "thread": null}, {"name": "bob", "thread": null}])
    );
    assert_eq!(json["cycle"], json!(["ann", "bob"]));
    let steps = json["steps"].as_array().unwrap();
    let last = json!({
        "row": steps.len(),
        "lane": 1,
        "text": "waits for room",
        "object": "room",
        "said": null,
        "at": {
            "file": "demos/support/lanes/tests/it/picture.rs",
            "line": 19,
            "source": "let _second = locks[1 - me].lock();",
        },
        "mark": "stuck",
    });
    assert_eq!(steps.last(), Some(&last));
    assert_eq!(
        steps
            .iter()
            .find(|step| step["said"] != Value::Null)
            .unwrap()["said"],
        "#0 <ann> & the others joined"
    );
    let blocked = &json["blocked"][1];
    assert_eq!(blocked["lane"], "bob");
    assert_eq!(blocked["holds"], json!(["player bob"]));
    assert_eq!(blocked["waits_for"], "room");
    assert_eq!(blocked["on"], json!(["ann"]));
    assert_eq!(blocked["row"], steps.len());
    assert!(
        blocked["text"]
            .as_str()
            .unwrap()
            .starts_with("bob holds `player bob` and waits for `room`, held by ann (row ")
    );
    assert_eq!(json.get("path"), None, "the way is only in saved files");
}

#[test]
fn a_panic_is_json_with_its_message() {
    let verdict = explore("an assertion", Bounds::preemptions(2), || {
        assert_eq!(1, 2, "one is two")
    });
    let json: Value = serde_json::from_str(&verdict.violates("one is two").to_json()).unwrap();
    assert_eq!(
        (&json["verdict"], &json["preemptions"]),
        (&json!("panic"), &json!(2))
    );
    assert!(json["message"].as_str().unwrap().contains("one is two"));
    assert_eq!(json["steps"][0]["mark"], "fails");
}
