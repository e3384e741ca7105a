use super::*;

fn table(columns: [&str; 2], rows: &[(&str, [&str; 2])]) -> Table {
    let mut table = Table::new("k", "a < b & c", columns);
    for (name, cells) in rows {
        table
            .rows
            .push((name.to_string(), cells.map(String::from).into()));
    }
    table
}

#[test]
fn twice_and_half_are_equally_far_from_one() {
    let axis = Axis::around([0.03, 2.0], 100.0, 400.0);
    assert_eq!(
        (axis.at(0.01), axis.at(1.0), axis.at(10.0)),
        (100.0, 300.0, 400.0)
    );
    assert!((axis.at(2.0) - 300.0 - (300.0 - axis.at(0.5))).abs() < 1e-9);
    let labels: Vec<_> = axis.ticks().map(|(_, label)| label).collect();
    assert_eq!(labels, ["0.01", "0.1", "1", "10"]);
}

#[test]
fn an_axis_has_a_length_whatever_was_measured() {
    for numbers in [vec![], vec![1.0], vec![0.0], vec![1.0, 1.0]] {
        let axis = Axis::around(numbers, 0.0, 1.0);
        assert!(axis.at(1.0).is_finite(), "{axis:?}");
    }
}

#[test]
fn every_number_is_a_dot_in_the_row_of_its_tool() {
    let contended = table(
        ["1", "2"],
        &[("std Mutex", ["1.0", "1.0"]), ("channel", ["0.1", "–"])],
    );
    let svg = appends(
        &contended,
        &table(["1", "16"], &[("vectors", ["0.1", "10"])]),
    );
    let large = svg.matches(r#"r="8""#).count();
    let small = svg.matches(r#"r="6.5""#).count();
    assert_eq!((large, small), (3, 2), "{svg}");
    let at_a_tenth = Axis::around([0.1, 10.0], NAMES, RIGHT).at(0.1);
    assert!(
        svg.contains(&format!(r#"<circle cx="{at_a_tenth:.1}""#)),
        "{svg}"
    );
    assert!(
        svg.contains("a &lt; b &amp; c") && !svg.contains("a < b"),
        "{svg}"
    );
}

#[test]
fn a_room_that_froze_has_no_bar_and_says_so() {
    let columns = ["answers", "p99 wait"];
    let crowd = table(columns, &[("02", ["1.0", "1.0"]), ("06", ["2.0", "0.5"])]);
    let slow = table(
        columns,
        &[("02", ["froze", "never"]), ("06", ["1.9", "0.6"])],
    );
    let svg = rooms(&crowd, &slow);
    assert_eq!(svg.matches(r#"height="14""#).count(), 3, "{svg}");
    assert_eq!(svg.matches(r#"class="bad">froze"#).count(), 1, "{svg}");
    assert!(
        svg.contains(r#"width="260.0""#),
        "the best fills the plot: {svg}"
    );
}
