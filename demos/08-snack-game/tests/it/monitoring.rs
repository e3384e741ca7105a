//! The files for operators in `deploy/prometheus` and `deploy/grafana`.

use crate::{
    common::{Client, Folder, Game, Samples, wait_until},
    metrics::promtool,
};
use serde_json::{Value, json};
use std::{collections::BTreeSet, fs, path::Path};

const RULES: &str = include_str!("../../deploy/prometheus/snack-rush.rules.yml");
const RULE_TESTS: &str = include_str!("../../deploy/prometheus/snack-rush.test.yml");
const DASHBOARD: &str = include_str!("../../deploy/grafana/snack-rush.json");
const README: &str = include_str!("../../README.md");

/// The words of a text that are names of our metrics, or of those of a process.
fn metrics_in(text: &str) -> BTreeSet<&str> {
    let words = text.split(|it: char| !it.is_ascii_alphanumeric() && it != '_');
    let ours = |word: &&str| word.starts_with("snack_rush_") || word.starts_with("process_");
    words
        .filter(ours)
        .filter(|word| !word.ends_with('_'))
        .collect()
}

/// All panels of the dashboard.
fn panels(dashboard: &Value) -> &Vec<Value> {
    dashboard["panels"].as_array().expect("panels")
}

/// All expressions of the dashboard, with its variables replaced.
fn expressions(dashboard: &Value) -> Vec<String> {
    let annotations = dashboard["annotations"]["list"].as_array().expect("a list");
    let targets = panels(dashboard)
        .iter()
        .filter_map(|it| it["targets"].as_array());
    let all = targets.flatten().chain(annotations);
    let expressions = all.filter_map(|it| it["expr"].as_str());
    let replaced = expressions.map(|it| {
        let it = it.replace("$job", "snack-rush").replace("$instance", ".*");
        it.replace("$__rate_interval", "1m")
    });
    replaced.collect()
}

#[test]
fn every_metric_in_rules_dashboard_and_readme_exists() {
    let game = Game::start();
    let mut ann = Client::join(game.address, "hall", "ann");
    Client::join(game.address, "hall", "bob").disconnect();
    ann.receive_ticks(15);
    let mut now = Samples::of(game.address);
    // What is counted by its cause appears when it is counted first.
    wait_until("the end of bob's connection is counted", || {
        now = Samples::of(game.address);
        let mut names = now.0.keys();
        names.any(|it| it.starts_with("snack_rush_ends_total{"))
    });
    let names: BTreeSet<&str> = now.0.keys().filter_map(|it| it.split('{').next()).collect();
    let known = |name: &str| names.contains(name) || names.contains(&*format!("{name}_count"));
    for (file, text) in [
        ("rules", RULES),
        ("their tests", RULE_TESTS),
        ("dashboard", DASHBOARD),
        ("README", README),
    ] {
        let named = metrics_in(text);
        assert!(named.len() >= 3, "{file}: {named:?}");
        let unknown: Vec<_> = named.iter().filter(|name| !known(name)).collect();
        assert!(
            unknown.is_empty(),
            "{file} names {unknown:?}, which {now:?} has not"
        );
    }
    // A value of a label that is misspelt would never be found either.
    for text in [RULES, DASHBOARD] {
        let causes = text.replace("\\\"", "\"");
        for cause in causes.split("after=\"").skip(1) {
            let (cause, _) = cause.split_once('"').expect("its end");
            now.get(&format!("snack_rush_restarts_total{{after=\"{cause}\"}}"));
        }
    }
}

#[test]
fn promtool_accepts_the_configuration_and_the_alerts_fire() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy/prometheus");
    let file = |name: &str| {
        folder
            .join(name)
            .to_str()
            .expect("a path in Unicode")
            .to_owned()
    };
    // This machine has no file with a token at the place that the configuration names.
    let config = ["check", "config", "--syntax-only", &file("prometheus.yml")];
    promtool(&config, "");
    for args in [
        ["check", "rules", &*file("snack-rush.rules.yml")],
        ["test", "rules", &*file("snack-rush.test.yml")],
    ] {
        promtool(&args, "");
    }
    // Each alert has a test in which it fires, and is quiet in the test without a fault.
    for alert in RULES.lines().filter_map(|it| it.split_once("- alert: ")) {
        let fires = format!("alertname=\"{}\"", alert.1);
        let shown = format!("alertname: {}\n", alert.1);
        assert!(
            RULE_TESTS.contains(&fires) || RULE_TESTS.contains(&shown),
            "{}",
            alert.1
        );
    }
    let dashboard: Value = serde_json::from_str(DASHBOARD).expect("JSON");
    let rules: Vec<_> = expressions(&dashboard)
        .into_iter()
        .map(|expr| json!({ "record": "a:b", "expr": expr }))
        .collect();
    assert!(rules.len() > 30, "{}", rules.len());
    let scratch = Folder::with_token();
    let path = scratch.path().join("dashboard.yml");
    let all = json!({ "groups": [{ "name": "dashboard", "rules": rules }] });
    fs::write(&path, all.to_string()).expect("a file"); // JSON is YAML.
    let path = path.to_str().expect("a path in Unicode");
    promtool(&["check", "rules", "--lint=none", path], "");
}

/// What Grafana would complain about, or draw wrongly, in silence.
#[test]
fn the_dashboard_is_one_that_grafana_imports() {
    let dashboard: Value = serde_json::from_str(DASHBOARD).expect("JSON");
    assert_eq!(dashboard["uid"], "snack-rush");
    assert!(dashboard["id"].is_null(), "an id belongs to one Grafana");
    assert!(dashboard["schemaVersion"].as_u64() >= Some(39));
    let variables = dashboard["templating"]["list"].as_array().expect("a list");
    let variables: Vec<_> = variables
        .iter()
        .filter_map(|it| it["name"].as_str())
        .collect();
    assert_eq!(variables, ["datasource", "job", "instance"]);
    let (mut ids, mut cells) = (BTreeSet::new(), BTreeSet::new());
    for panel in panels(&dashboard) {
        let title = panel["title"].as_str().expect("a title");
        assert!(
            ids.insert(panel["id"].as_u64().expect("a number")),
            "{title}"
        );
        let [x, y, w, h] = ["x", "y", "w", "h"].map(|it| {
            let number = panel["gridPos"][it].as_u64();
            number.unwrap_or_else(|| panic!("{title}: {it}"))
        });
        assert!(x + w <= 24, "{title} is too wide");
        for cell in (x..x + w).flat_map(|x| (y..y + h).map(move |y| (x, y))) {
            assert!(
                cells.insert(cell),
                "{title} covers another panel at {cell:?}"
            );
        }
        let kind = panel["type"].as_str().expect("a type");
        if kind == "row" {
            continue;
        }
        assert!(
            ["stat", "timeseries", "heatmap", "table"].contains(&kind),
            "{title}: {kind}"
        );
        assert_eq!(panel["datasource"]["uid"], "${datasource}", "{title}");
        let unit = &panel["fieldConfig"]["defaults"]["unit"];
        assert!(unit.is_string(), "{title} has no unit");
        let targets = panel["targets"].as_array().expect("targets");
        let refs: BTreeSet<_> = targets.iter().map(|it| it["refId"].to_string()).collect();
        assert_eq!(refs.len(), targets.len(), "{title}: a refId appears twice");
        for target in targets {
            let expr = target["expr"].as_str().expect("an expression");
            assert!(
                expr.contains("job=\"$job\""),
                "{title}: {expr} reads every job"
            );
            assert_eq!(target["datasource"]["uid"], "${datasource}", "{title}");
        }
    }
}
