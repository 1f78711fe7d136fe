//! What programs read keeps to the schemas: of every sample, and key by key.

// Clippy knows tests by their attribute, not the functions that they call.
#![allow(clippy::unwrap_used)]

mod support;

use jsonschema::Validator;
use serde_json::Value;
use siotrace::report::{
    compare::{Comparison, Side},
    schema,
};
use support::{run, samples};

/// The schema, with every key forbidden that it does not name: others may add keys, this version has none that it does not tell of.
fn strict(schema: &str) -> Validator {
    let mut schema: Value = serde_json::from_str(schema).unwrap();
    forbid_more(&mut schema);
    // What an alternative refers to leaves the rest to the object, too.
    let parts: Vec<String> = find(&schema, "oneOf")
        .iter()
        .filter_map(|alternative| alternative["$ref"].as_str())
        .filter_map(|name| name.strip_prefix("#/$defs/").map(str::to_owned))
        .collect();
    for part in parts {
        schema["$defs"][part].as_object_mut().unwrap().remove("unevaluatedProperties");
    }
    jsonschema::validator_for(&schema).unwrap()
}

fn forbid_more(schema: &mut Value) {
    match schema {
        Value::Object(object) => {
            for (word, of) in object.iter_mut() {
                // Each alternative names its own keys and leaves the rest to the object that it is an alternative of.
                if word == "oneOf" {
                    of.as_array_mut().into_iter().flatten().for_each(within);
                } else {
                    forbid_more(of);
                }
            }
            if object.contains_key("properties") {
                object.insert("unevaluatedProperties".to_owned(), Value::Bool(false));
            }
        }
        Value::Array(all) => all.iter_mut().for_each(forbid_more),
        _ => {}
    }
}

/// What stands in all lists of this name.
fn find<'s>(schema: &'s Value, word: &str) -> Vec<&'s Value> {
    match schema {
        Value::Object(object) => {
            let own = object.get(word).and_then(Value::as_array).into_iter().flatten();
            own.chain(object.values().flat_map(|value| find(value, word))).collect()
        }
        Value::Array(all) => all.iter().flat_map(|value| find(value, word)).collect(),
        _ => Vec::new(),
    }
}

/// The same for the keys of `schema`, but not for itself.
fn within(schema: &mut Value) {
    schema.as_object_mut().into_iter().flat_map(|object| object.values_mut()).for_each(forbid_more);
}

fn faults(of: &str, with: &Validator, text: &str) -> Vec<String> {
    let value: Value = serde_json::from_str(text).unwrap();
    with.iter_errors(&value)
        .map(|fault| format!("{of}: {}: {fault}", fault.instance_path()))
        .collect()
}

#[test]
fn every_sample_is_written_as_the_schemas_say() {
    let (report, attempt) = (strict(schema::REPORT), strict(schema::ATTEMPT));
    let mut wrong = Vec::new();
    for sample in samples() {
        let run = run(&sample.inputs);
        wrong.extend(faults(&sample.name, &report, &run.json()));
        wrong.extend(faults(&sample.name, &report, str::from_utf8(&run.mergeable()).unwrap()));
        for line in run.ndjson().lines() {
            wrong.extend(faults(&sample.name, &attempt, line));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_attempt_by_itself_and_every_shard_are_written_as_the_schemas_say() {
    let (account, shard) = (strict(schema::ACCOUNT), strict(schema::SHARD));
    let mut wrong = Vec::new();
    for sample in samples() {
        let run = run(&sample.inputs);
        wrong.extend(faults(&sample.name, &account, &run.accounts()));
        for line in run.shard().lines() {
            wrong.extend(faults(&sample.name, &shard, line));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(!shard.is_valid(&serde_json::json!({ "schema": "siotrace.shard/2" })));
    assert!(!shard.is_valid(&serde_json::json!({ "attempt": { "outcome": "lost" } })));
}

#[test]
fn every_two_samples_compared_are_written_as_the_schema_says() {
    let diff = strict(schema::DIFF);
    let mut wrong = Vec::new();
    let mut before = Side::default();
    for sample in samples() {
        let after = Side::of(&run(&sample.inputs).report, sample.name.clone());
        let mut text = Vec::new();
        Comparison::new(before, after.clone()).json(&mut text).unwrap();
        wrong.extend(faults(&sample.name, &diff, std::str::from_utf8(&text).unwrap()));
        let mut bad: Value = serde_json::from_slice(&text).unwrap();
        bad["failed"]["change"] = "better".into();
        assert!(!diff.is_valid(&bad));
        before = after;
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_key_that_is_left_out_or_of_another_kind_is_a_fault() {
    let attempt = strict(schema::ATTEMPT);
    let sample =
        samples().into_iter().find(|sample| sample.name == "flask-socketio/article").unwrap();
    let line = run(&sample.inputs).ndjson();
    let good: Value = serde_json::from_str(line.lines().next().unwrap()).unwrap();
    assert!(attempt.is_valid(&good));
    for key in good.as_object().unwrap().keys() {
        let mut bad = good.clone();
        bad.as_object_mut().unwrap().remove(key);
        assert!(!attempt.is_valid(&bad), "without {key}");
    }
    for (key, value) in [
        ("outcome", "lost".into()),
        ("cause", "no-such-cause".into()),
        ("line", 7.into()),
        ("schema", "siotrace.attempt/2".into()),
        ("started", 5.into()),
    ] {
        let mut bad = good.clone();
        bad[key] = value;
        assert!(!attempt.is_valid(&bad), "with another {key}");
    }
}
