//! The dashboards and the page beside them ask for nothing that siotrace does not write.

// Clippy knows tests by their attribute, not the functions that they call.
#![allow(clippy::unwrap_used)]

mod support;

use std::{collections::BTreeSet, fs, path::Path};

use serde_json::Value;
use siotrace::report::{prometheus, schema};
use support::{run, samples};

fn read(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// Names and labels of all metrics that the samples give: `siotrace_attempts`, `siotrace_attempts{outcome`.
fn metrics() -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for sample in samples() {
        let mut out = Vec::new();
        prometheus::write(&run(&sample.inputs).report, &mut out).unwrap();
        for line in String::from_utf8(out).unwrap().lines().filter(|line| !line.starts_with('#')) {
            let name = line.split(['{', ' ']).next().unwrap();
            names.insert(name.to_owned());
            let labels = line.split_once('{').and_then(|(_, rest)| rest.split_once('}'));
            for label in labels.into_iter().flat_map(|(labels, _)| labels.split("\",")) {
                names.insert(format!("{name}{{{}", label.split('=').next().unwrap()));
            }
        }
    }
    names
}

/// Every word of `text` that begins like a metric.
fn words(text: &str) -> BTreeSet<&str> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    words.filter(|word| word.starts_with("siotrace_")).collect()
}

fn panels(dashboard: &Value) -> Vec<&Value> {
    let panels: Vec<&Value> = dashboard["panels"].as_array().unwrap().iter().collect();
    assert!(panels.len() > 5);
    let ids: BTreeSet<u64> = panels.iter().map(|panel| panel["id"].as_u64().unwrap()).collect();
    assert_eq!(ids.len(), panels.len());
    panels
}

#[test]
fn every_metric_that_is_asked_for_is_written_with_its_labels() {
    let written = metrics();
    let text = read("contrib/grafana/siotrace-prometheus.json");
    for asked in words(&text).into_iter().chain(words(&read("docs/running.md"))) {
        assert!(written.contains(asked), "{asked}");
    }
    let dashboard: Value = serde_json::from_str(&text).unwrap();
    let mut shown = BTreeSet::new();
    for panel in panels(&dashboard) {
        for target in panel["targets"].as_array().unwrap() {
            let asked = target["expr"].as_str().unwrap();
            let label = asked.split_once("by (").and_then(|(_, rest)| rest.split(')').next());
            for metric in words(asked) {
                shown.insert(metric.to_owned());
                if let Some(label) = label {
                    assert!(written.contains(&format!("{metric}{{{label}")), "{metric} by {label}");
                }
            }
        }
    }
    // What is written and not shown has been thought of.
    let hidden: Vec<&String> =
        written.iter().filter(|name| !name.contains('{') && !shown.contains(*name)).collect();
    assert_eq!(
        hidden,
        [
            "siotrace_attempts_dropped",
            "siotrace_bytes",
            "siotrace_decision_seconds_count",
            "siotrace_decision_seconds_sum",
            "siotrace_lines"
        ]
    );
}

/// The schema of what stands at `path` of the document, entries of lists for lists.
fn at<'s>(root: &'s Value, path: &str) -> Option<&'s Value> {
    let resolve = |mut schema: &'s Value| {
        loop {
            let alternatives = schema["anyOf"].as_array().into_iter().flatten();
            if let Some(name) = schema["$ref"].as_str() {
                schema = &root["$defs"][name.strip_prefix("#/$defs/").unwrap()];
            } else if let Some(known) = alternatives.into_iter().find(|a| a["type"] != "null") {
                schema = known;
            } else if schema["type"] == "array" {
                schema = &schema["items"];
            } else {
                return schema;
            }
        }
    };
    let mut schema = resolve(root);
    for key in path.split('.').filter(|key| !key.is_empty()) {
        // A pattern's name stands in each of its alternatives.
        let of_alternatives = schema["oneOf"].as_array().into_iter().flatten();
        let places = std::iter::once(schema).chain(of_alternatives);
        schema = resolve(places.into_iter().find_map(|place| place["properties"].get(key))?);
    }
    Some(schema)
}

#[test]
fn every_key_that_is_asked_for_stands_in_the_report() {
    let schema: Value = serde_json::from_str(schema::REPORT).unwrap();
    let dashboard: Value =
        serde_json::from_str(&read("contrib/grafana/siotrace-json.json")).unwrap();
    for panel in panels(&dashboard) {
        for target in panel["targets"].as_array().unwrap() {
            let root = target["root_selector"].as_str().unwrap();
            for column in target["columns"].as_array().unwrap() {
                let path = format!("{root}.{}", column["selector"].as_str().unwrap());
                assert!(at(&schema, &path).is_some(), "{path}");
            }
        }
    }
    assert!(at(&schema, "causes.colour").is_none());
}
