use super::*;
use crate::fixture::Fixture;
use crate::proofs;

const FILE: &str = "demos/01-a/mutants.toml";

/// Returns the mutant "m", which `proof::a` must find, with this below it.
fn mutant(below: &str) -> String {
    format!("[[mutant]]\nname = \"m\"\ndies = [\"proof::a\"]\n{below}")
}

/// Returns the mutants of a step with two proofs, and the complaints.
fn ask(toml: &str) -> Result<(Vec<Mutant>, Vec<Complaint>), Complaint> {
    let fixture = Fixture::new(&[
        (FILE, toml),
        (
            "demos/01-a/src/room.rs",
            "static room: u8 = 1;\nstatic seat: u8 = 2;\nstatic room: u8 = 3;\n",
        ),
        (
            "demos/01-a/src/proof.rs",
            "#[test]\nfn a() {\n}\n\n#[test]\nfn b() {\n}\n",
        ),
    ]);
    let (tree, step) = (fixture.tree(), Step::named("01-a").expect("a step"));
    let proofs = proofs::of(&tree, &step).expect("two proofs");
    let mutants = Mutants::of(&tree, &step)?;
    let mut complaints = mutants.broken(&tree, &step, &proofs);
    complaints.extend(mutants.untested(&proofs));
    Ok((mutants.mutants, complaints))
}

/// Returns the first complaint, which may be that the file cannot be parsed.
fn first(toml: &str) -> Complaint {
    match ask(toml) {
        Ok((_, complaints)) => complaints
            .into_iter()
            .next()
            .unwrap_or("no complaint".to_string()),
        Err(complaint) => complaint,
    }
}

/// Returns the files of "m" after its edits, in the step of [`ask`].
fn applied(below: &str) -> Vec<(String, String)> {
    let fixture = Fixture::new(&[
        ("demos/01-a/src/room.rs", "the room, the seat = 2\n"),
        ("demos/01-a/src/proof.rs", "fn a() {}\n"),
    ]);
    let mutants = Mutants::parse(&mutant(below)).expect("a mutant");
    let step = Step::named("01-a").expect("a step");
    mutants.mutants[0]
        .apply(&fixture.tree(), &step)
        .expect("its edits apply")
}

#[test]
fn mutants_with_one_edit_and_with_several_are_parsed() {
    let one = ask(&mutant("find = \"seat\"\nreplace = \"sofa\"")).expect("a mutant");
    let [m] = &one.0[..] else {
        panic!("{:?}", one.0)
    };
    assert_eq!((m.name.as_str(), m.hangs, m.seconds), ("m", false, 60));
    assert_eq!(m.dies, ["proof::a"]);
    assert_eq!(
        applied("find = \"seat\"\nreplace = \"sofa\""),
        [(
            "demos/01-a/src/room.rs".into(),
            "the room, the sofa = 2\n".into()
        )]
    );

    let several = "\
hangs = true
seconds = 5
[[mutant.edit]]
find = \"seat = 2\"
replace = \"sofa = 2\"
[[mutant.edit]]
find = \"sofa\"
replace = \"bed\"
[[mutant.edit]]
file = \"src/proof.rs\"
find = \"fn a\"
replace = \"fn c\"
";
    assert_eq!(
        applied(several),
        [
            (
                "demos/01-a/src/room.rs".into(),
                "the room, the bed = 2\n".into()
            ),
            ("demos/01-a/src/proof.rs".into(), "fn c() {}\n".into()),
        ],
        "a later edit sees the text of an earlier one"
    );
    let (mutants, _) = ask(&mutant(several)).expect("a mutant");
    assert_eq!((mutants[0].hangs, mutants[0].seconds), (true, 5));
}

#[test]
fn line_breaks_next_to_the_quotes_are_layout() {
    assert_eq!(
        applied("find = \"\"\"\nroom\n\"\"\"\nreplace = \"\"\"\nhall\n\"\"\""),
        [(
            "demos/01-a/src/room.rs".into(),
            "the hall, the seat = 2\n".into()
        )]
    );
}

#[test]
fn a_find_must_occur_exactly_once() {
    let twice = first(&mutant("find = \"static room\"\nreplace = \"x\""));
    let said =
        "the mutant \"m\" finds \"static room\" 2 times in src/room.rs, but it must occur once";
    assert_eq!(twice, format!("{FILE}: {said}"));
    let never = first(&mutant("find = \"static hall\"\nreplace = \"x\""));
    assert!(
        never.contains("finds \"static hall\" 0 times in src/room.rs"),
        "{never}"
    );
    let nothing = first(&mutant("find = \"\"\nreplace = \"x\""));
    assert!(nothing.contains("finds \"\" 0 times"), "{nothing}");
    let gone = first(&mutant(
        "file = \"src/hall.rs\"\nfind = \"a\"\nreplace = \"b\"",
    ));
    assert!(
        gone.contains("demos/01-a/src/hall.rs cannot be read"),
        "{gone}"
    );
}

#[test]
fn an_error_in_mutants_toml_is_one_sentence_with_its_line() {
    let tell = |toml: &str, said: &str| {
        let complaint = first(toml);
        assert!(complaint.contains(said), "{complaint}");
        assert!(!complaint.contains('\n'), "one sentence: {complaint}");
        complaint
    };
    let both = "needs `find` and `replace`, or [[mutant.edit]] with both";
    let half = tell(&mutant("find = \"seat\""), both);
    assert_eq!(half, format!("{FILE}:1: the mutant \"m\" {both}"));
    tell(&mutant(""), both);
    tell(
        &mutant("find = \"a\"\nreplace = \"b\"\n[[mutant.edit]]\nfind = \"a\"\nreplace = \"b\""),
        both,
    );

    let kills = mutant("find = \"seat\"\nreplace = \"sofa\"\nkills = 1");
    tell(&kills, &format!("{FILE}:6: unknown field `kills`"));
    let below =
        "[[mutant]]\nname = \"m\"\n[[mutant.edit]]\nfind = \"a\"\nreplace = \"b\"\ndies = []";
    let below = tell(below, &format!("{FILE}:6: unknown field `dies`"));
    assert!(
        below.ends_with("write the mutant's own keys above its first [[mutant.edit]]"),
        "{below}"
    );
    tell(
        &mutant("find = \"seat\"\nreplace = \"seat\""),
        "the mutant \"m\" replaces \"seat\" with the same text",
    );
    tell(
        "[[mutant]]\nname = \"m\"\nfind = \"seat\"\nreplace = \"sofa\"\ndies = []",
        "the mutant \"m\" names no proof under `dies`",
    );
    tell("[[mutant]]\nname = m\n", &format!("{FILE}:2: "));
}

#[test]
fn a_proof_without_a_mutant_and_an_unknown_proof_are_found() {
    let toml = mutant("find = \"seat\"\nreplace = \"sofa\"")
        .replace("[\"proof::a\"]", "[\"proof::a\", \"proof::c\"]");
    let (_, complaints) = ask(&toml).expect("a mutant");
    assert_eq!(complaints.len(), 2, "{complaints:?}");
    let no_proof = "there is no test proof::c, which \"m\" names";
    assert_eq!(complaints[0], format!("{FILE}: {no_proof}"));
    let idle = "no mutant names proof::b, and a proof that passes may prove nothing";
    assert!(complaints[1].contains(idle), "{complaints:?}");

    let (mutants, complaints) = ask("").expect("no mutants, two proofs");
    assert!(mutants.is_empty());
    assert_eq!(complaints.len(), 2, "{complaints:?}");
}

#[test]
fn two_mutants_with_one_name_are_found() {
    let m = mutant("find = \"seat\"\nreplace = \"sofa\"\n");
    let said = first(&format!("{m}{m}"));
    assert_eq!(said, format!("{FILE}: two mutants have the name \"m\""));
}

#[test]
fn an_excuse_needs_a_reason_and_must_be_needed() {
    let needed = mutant(
        "find = \"seat\"\nreplace = \"sofa\"\n\
         [[excused]]\ntest = \"proof::b\"\nwhy = \"it is about the model\"\n",
    );
    assert_eq!(first(&needed), "no complaint");
    let silent = first(&needed.replace("it is about the model", " "));
    assert!(silent.contains("is excused without a reason"), "{silent}");
    let excuse = |test: &str| {
        first(&format!(
            "{needed}[[excused]]\ntest = \"{test}\"\nwhy = \"so\"\n"
        ))
    };
    let idle = excuse("proof::a");
    assert!(idle.contains("but a mutant names it"), "{idle}");
    let foreign = excuse("proof::z");
    assert!(foreign.contains("but there is no such proof"), "{foreign}");
}

#[test]
fn a_mutant_that_leaves_no_rust_is_found() {
    let complaint = first(&mutant("find = \"seat: u8\"\nreplace = \"\""));
    let begin =
        format!("{FILE}: the mutant \"m\" leaves no Rust in line 2 of demos/01-a/src/room.rs");
    assert!(complaint.starts_with(&begin), "{complaint}");
}
