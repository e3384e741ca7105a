use super::*;
use crate::fixture::Fixture;
use crate::proofs;

const FILE: &str = "demos/01-a/mutants.toml";

/// The mutant "m", which is to die of `proof::a`, with this below it.
fn mutant(below: &str) -> String {
    format!("[[mutant]]\nname = \"m\"\ndies = [\"proof::a\"]\n{below}")
}

/// The mutants of a step with two proofs, and what there is to complain of.
fn ask(toml: &str) -> Result<(Vec<Mutant>, Vec<Complaint>), Complaint> {
    let fixture = Fixture::new(&[
        (FILE, toml),
        (
            "demos/01-a/src/room.rs",
            "let room = 1;\nlet seat = 2;\nlet room = 3;\n",
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

/// What is complained of first, be it that the file cannot even be read.
fn first(toml: &str) -> Complaint {
    match ask(toml) {
        Ok((_, complaints)) => complaints
            .into_iter()
            .next()
            .unwrap_or("nothing to complain".to_string()),
        Err(complaint) => complaint,
    }
}

/// The files of "m" after its edits, in the step of [`ask`].
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
fn a_mutant_of_one_edit_and_one_of_several_are_read() {
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
        "a later edit finds what an earlier one wrote"
    );
    let (mutants, _) = ask(&mutant(several)).expect("a mutant");
    assert_eq!((mutants[0].hangs, mutants[0].seconds), (true, 5));
}

#[test]
fn the_line_breaks_beside_the_quotes_are_layout() {
    assert_eq!(
        applied("find = \"\"\"\nroom\n\"\"\"\nreplace = \"\"\"\nhall\n\"\"\""),
        [(
            "demos/01-a/src/room.rs".into(),
            "the hall, the seat = 2\n".into()
        )]
    );
}

#[test]
fn a_find_must_be_there_exactly_once() {
    let twice = first(&mutant("find = \"let room\"\nreplace = \"x\""));
    let said = "the mutant \"m\" finds \"let room\" 2 times in src/room.rs, it must be there once";
    assert_eq!(twice, format!("{FILE}: {said}"));
    let never = first(&mutant("find = \"let hall\"\nreplace = \"x\""));
    assert!(
        never.contains("finds \"let hall\" 0 times in src/room.rs"),
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
fn a_misspelt_mutants_toml_is_told_in_a_sentence_with_its_line() {
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
        below.ends_with("what is the mutant's stands above its first [[mutant.edit]]"),
        "{below}"
    );
    tell(
        &mutant("find = \"seat\"\nreplace = \"seat\""),
        "the mutant \"m\" replaces \"seat\" by itself",
    );
    tell(
        "[[mutant]]\nname = \"m\"\nfind = \"seat\"\nreplace = \"sofa\"\ndies = []",
        "the mutant \"m\" names no proof under `dies`",
    );
    tell("[[mutant]]\nname = m\n", &format!("{FILE}:2: "));
}

#[test]
fn a_proof_that_no_mutant_names_and_a_name_that_is_no_proof_are_told() {
    let toml = mutant("find = \"seat\"\nreplace = \"sofa\"")
        .replace("[\"proof::a\"]", "[\"proof::a\", \"proof::c\"]");
    let (_, complaints) = ask(&toml).expect("a mutant");
    assert_eq!(complaints.len(), 2, "{complaints:?}");
    let no_proof = "there is no proof proof::c, of which \"m\" is to die";
    assert_eq!(complaints[0], format!("{FILE}: {no_proof}"));
    let idle = "no mutant dies of proof::b, and a green proof can be empty";
    assert!(complaints[1].contains(idle), "{complaints:?}");

    let (mutants, complaints) = ask("").expect("no mutants, two proofs");
    assert!(mutants.is_empty());
    assert_eq!(complaints.len(), 2, "{complaints:?}");
}

#[test]
fn two_mutants_of_one_name_are_told() {
    let m = mutant("find = \"seat\"\nreplace = \"sofa\"\n");
    let said = first(&format!("{m}{m}"));
    assert_eq!(said, format!("{FILE}: two mutants are called \"m\""));
}

#[test]
fn an_excuse_has_a_reason_and_is_needed() {
    let needed = mutant(
        "find = \"seat\"\nreplace = \"sofa\"\n\
         [[excused]]\ntest = \"proof::b\"\nwhy = \"it is about the model\"\n",
    );
    assert_eq!(first(&needed), "nothing to complain");
    let silent = first(&needed.replace("it is about the model", " "));
    assert!(silent.contains("is excused without a reason"), "{silent}");
    let excuse = |test: &str| {
        first(&format!(
            "{needed}[[excused]]\ntest = \"{test}\"\nwhy = \"so\"\n"
        ))
    };
    let idle = excuse("proof::a");
    assert!(idle.contains("but a mutant dies of it"), "{idle}");
    let foreign = excuse("proof::z");
    assert!(foreign.contains("but there is no such proof"), "{foreign}");
}
