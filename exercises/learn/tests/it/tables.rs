//! Exercises link to their steps, and steps to their exercises: lists between `<!-- exercises -->`
//! and `<!-- end -->`, written with `BLESS=1` and compared without.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

const BEGIN: &str = "<!-- exercises -->\n";
const END: &str = "<!-- end -->";

struct Exercise {
    name: String,
    /// `1. Two locks in two orders`.
    title: String,
    /// The demos that it belongs to, such as `01-deadlock`, and the words of the links.
    demos: Vec<(String, String)>,
    judged_by: &'static str,
}

#[test]
fn exercises_and_steps_link_to_each_other() {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = package.ancestors().nth(2).expect("exercises/learn");
    let exercises = exercises(root);
    let mut of_demos: BTreeMap<&str, String> = BTreeMap::new();
    let mut table = String::from("| exercise | judged by | belongs to |\n|---|---|---|\n");
    for Exercise {
        name,
        title,
        demos,
        judged_by,
    } in &exercises
    {
        assert!(
            !demos.is_empty(),
            "exercises/{name}/README.md says `Belongs to [step N](../../demos/NN-name/README.md).`"
        );
        let links: Vec<String> = demos
            .iter()
            .map(|(demo, words)| format!("[{words}](../demos/{demo}/README.md)"))
            .collect();
        table += &format!(
            "| [{title}]({name}/README.md) | {judged_by} | {} |\n",
            links.join(", ")
        );
        for (demo, _) in demos {
            let number = name[..2].trim_start_matches('0');
            let list = of_demos.entry(demo).or_default();
            let up = "../".repeat(2 + demo.matches('/').count());
            *list += &format!(
                "- [{title}]({up}exercises/{name}/README.md): `cargo run -p learn -- run {number}`\n"
            );
        }
    }
    is_fresh(&root.join("exercises/README.md"), &table);
    for (demo, list) in of_demos {
        is_fresh(&root.join(format!("demos/{demo}/README.md")), &list);
    }
}

#[test]
fn every_chapter_with_a_server_ends_with_a_link_to_the_exercises() {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = package.ancestors().nth(2).expect("exercises/learn");
    for language in ["en", "ko"] {
        for chapter in [
            "02-locks",
            "03-await",
            "04-channels",
            "05-network",
            "06-game",
        ] {
            let file = root.join(format!("slides/{language}/{chapter}.md"));
            let text = fs::read_to_string(&file).expect("a chapter");
            let last = text.rsplit("\n---\n").next().unwrap_or_default();
            assert!(
                last.contains("`cargo run -p learn`"),
                "the last slide of {} does not say how to get to the exercises",
                file.display()
            );
        }
    }
}

fn exercises(root: &Path) -> Vec<Exercise> {
    let folder = fs::read_dir(root.join("exercises")).expect("exercises");
    let names = folder
        .flatten()
        .map(|entry| entry.file_name().into_string().expect("text"));
    let mut names: Vec<String> = names
        .filter(|name| name.starts_with(|c: char| c.is_ascii_digit()))
        .collect();
    names.sort();
    let read = |name: &str, file: &str| {
        fs::read_to_string(root.join("exercises").join(name).join(file)).expect(name)
    };
    let exercise = |name: String| {
        let readme = read(&name, "README.md");
        let title = readme
            .lines()
            .next()
            .and_then(|line| line.strip_prefix("# "))
            .expect("a heading")
            .to_owned();
        let belongs = readme
            .lines()
            .find(|line| line.starts_with("Belongs to"))
            .unwrap_or_default();
        let demos = belongs.split('[').skip(1).filter_map(|link| {
            let (words, target) = link.split_once("](../../demos/")?;
            Some((
                target.split_once("/README.md")?.0.to_owned(),
                words.to_owned(),
            ))
        });
        let by_clock = read(&name, "judge.rs").contains("on_a_paused_clock");
        let by_schedules = read(&name, "judge.rs").contains("_schedule(");
        let judged_by = match (by_schedules, by_clock) {
            (true, false) => "every schedule",
            (false, _) => "a paused clock",
            (true, true) => "every schedule, and a paused clock",
        };
        Exercise {
            demos: demos.collect(),
            name,
            title,
            judged_by,
        }
    };
    names.into_iter().map(exercise).collect()
}

#[track_caller]
fn is_fresh(file: &Path, fresh: &str) {
    let text = fs::read_to_string(file).expect("a README");
    let (before, rest) = text
        .split_once(BEGIN)
        .unwrap_or_else(|| panic!("{} has no line {BEGIN}", file.display()));
    let (old, after) = rest
        .split_once(END)
        .unwrap_or_else(|| panic!("{}: {BEGIN} has no {END}", file.display()));
    if old == fresh {
        return;
    }
    assert!(
        std::env::var_os("BLESS").is_some(),
        "{} lists other exercises; if these are right, BLESS=1 cargo test -p learn --test it tables\n{fresh}",
        file.display()
    );
    fs::write(file, format!("{before}{BEGIN}{fresh}{END}{after}")).expect("a README of ours");
}
