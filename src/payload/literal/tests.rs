use proptest::prelude::*;

use super::*;

fn text(text: &str) -> Value<'_> {
    Value::Text(Cow::Borrowed(text))
}

fn map<'a>(pairs: Vec<(&'a str, Value<'a>)>) -> Value<'a> {
    Value::Map(pairs.into_iter().map(|(k, v)| (Cow::Borrowed(k), v)).collect())
}

#[test]
fn python_json_and_node_print_the_same_value_differently() {
    for (line, want) in [
        ("None", Value::Null),
        ("{}", map(vec![])),
        ("{'token': None}", map(vec![("token", Value::Null)])),
        (r#"{"token":null}"#, map(vec![("token", Value::Null)])),
        ("{ token: undefined }", map(vec![("token", Value::Undefined)])),
        ("[Object: null prototype] { token: 'x' }", map(vec![("token", text("x"))])),
        (
            "Socket {\n  id: 'x',\n  ok: true }",
            map(vec![("id", text("x")), ("ok", Value::Bool(true))]),
        ),
        ("{token=abc, x=null}", map(vec![("token", text("abc")), ("x", Value::Null)])),
        ("{token=}", map(vec![("token", text(""))])),
        (
            "{'a': [1, -2.5, 0x1f], 'b': ('c',)}",
            map(vec![
                (
                    "a",
                    Value::List(vec![
                        Value::Number("1"),
                        Value::Number("-2.5"),
                        Value::Number("0x1f"),
                    ]),
                ),
                ("b", Value::List(vec![text("c")])),
            ]),
        ),
        ("{'a', 'b'}", Value::List(vec![text("a"), text("b")])),
        (
            "ImmutableMultiDict([('a', 'b')])",
            Value::Call {
                name: "ImmutableMultiDict",
                args: vec![Value::List(vec![Value::List(vec![text("a"), text("b")])])],
            },
        ),
        (
            "User(id=7)",
            Value::Call { name: "User", args: vec![map(vec![("id", Value::Number("7"))])] },
        ),
        ("<User at 0x7f00>", Value::Opaque("<User at 0x7f00>")),
        (
            "{'u': <User <x> at 1>, 'n': [Function: f]}",
            map(vec![
                ("u", Value::Opaque("<User <x> at 1>")),
                ("n", Value::Opaque("[Function: f]")),
            ]),
        ),
        (
            "{ expiredAt: 2026-11-22T14:45:00.000Z }",
            map(vec![("expiredAt", Value::Opaque("2026-11-22T14:45:00.000Z"))]),
        ),
        ("{token:abc}", map(vec![("token", Value::Opaque("abc"))])),
        ("Map(1) { 'a' => 'b' }", map(vec![("a", text("b"))])),
        ("b'\\x41\\n'", text("A\n")),
        (r#""a\u00e4\ud83d\ude00\'\q""#, text("aä😀'q")),
        (r"'\xzz\ud800'", text("\\xzz\u{fffd}")),
    ] {
        let read = read(line).unwrap();
        assert_eq!((read.value, read.rest, read.truncated), (want, "", false), "{line}");
    }
}

#[test]
fn what_follows_a_value_is_left() {
    for (line, rest) in [
        ("{'a': 1}. SID: x", ". SID: x"),
        ("None. SID: x", ". SID: x"),
        ("True. x", ". x"),
        ("7. x", ". x"),
        ("[1], {}", ", {}"),
        ("'a' b", " b"),
    ] {
        let (_, left) = value(line).unwrap();
        assert_eq!(left, rest, "{line}");
    }
}

#[test]
fn text_that_was_cut_yields_what_stood_before_the_cut() {
    for (line, want) in [
        ("{'token': 'eyJhb", map(vec![("token", text("eyJhb"))])),
        ("{'token': ", map(vec![])),
        ("{'tok", map(vec![])),
        (
            "{'a': 1, 'b': {'c': 2",
            map(vec![("a", Value::Number("1")), ("b", map(vec![("c", Value::Number("2"))]))]),
        ),
        ("['a', 'b", Value::List(vec![text("a"), text("b")])),
        ("<User at", Value::Opaque("<User at")),
        (
            "F([('a', 'b",
            Value::Call {
                name: "F",
                args: vec![Value::List(vec![Value::List(vec![text("a"), text("b")])])],
            },
        ),
    ] {
        let read = read(line).unwrap();
        assert_eq!((read.value, read.truncated), (want, true), "{line}");
    }
}

#[test]
fn sentences_are_no_values() {
    for line in ["", "hello world", "token expired", "?", "}", "- x"] {
        assert_eq!(value(line), None, "{line}");
    }
}

#[test]
fn nesting_beyond_the_bound_stays_text() {
    let deep = "[".repeat(100_000);
    let read = read(&deep).unwrap();
    assert!(read.truncated);
}

#[test]
fn entries_are_found_in_dicts_and_in_lists_of_pairs() {
    for line in [
        "{'a': 'b'}",
        "ImmutableMultiDict([('a', 'b')])",
        "[(b'a', b'b')]",
        "OrderedDict({'a': 'b'})",
        "F(a='b')",
    ] {
        let (value, _) = value(line).unwrap();
        assert_eq!(value.get("a").and_then(Value::as_str), Some("b"), "{line}");
        assert!(!value.is_empty());
    }
    for line in ["{}", "[]", "''", "' '", "None", "undefined", "ImmutableMultiDict([])"] {
        assert!(value(line).unwrap().0.is_empty(), "{line}");
    }
}

#[test]
fn long_hostile_text_is_read_in_linear_time() {
    for part in
        ["{", "[{", "'\\", "a(", "<", "{a", "[{'a':", "(a=", "[Object", "{'a'", "[<", "{{}", "({"]
    {
        let start = std::time::Instant::now();
        let _ = read(&part.repeat(200_000));
        assert!(start.elapsed().as_secs() < 2, "{part}");
        let _ = read(&format!("[{}", part.repeat(200_000)));
        assert!(start.elapsed().as_secs() < 4, "{part}");
    }
}

proptest! {
    #[test]
    fn any_text_is_read_without_panic(line in r#"[\[\]{}()<>'"`\\,:=>a-cuxU0-9bäTN\n .-]{0,80}"#) {
        let _ = read(&line);
    }

    #[test]
    fn json_is_read_as_serde_reads_its_strings(s in ".{0,40}") {
        let json = serde_json::to_string(&s).unwrap();
        prop_assert_eq!(value(&json).unwrap().0, Value::Text(Cow::Owned(s)));
    }
}
