//! What wrappers tell besides the message: fields, writer, actor, shape.

use super::*;

#[test]
fn structured_values_become_fields() {
    let fields = |line: &'static str| {
        peeler()
            .peel(line)
            .fields
            .into_iter()
            .map(|(key, value)| format!("{key}={value}"))
            .collect::<Vec<_>>()
            .join(";")
    };
    assert_eq!(
        fields(
            "{\"level\":30,\"time\":1795358734011,\"msg\":\"x\",\"sid\":\"a\\\"b\",\"err\": {\"type\": \"E\", \"n\": [1, 2]}}"
        ),
        "sid=a\"b;err.type=E;err.n=[1,2]"
    );
    assert_eq!(
        fields("ts=2026-11-22T14:45:34Z level=warn msg=\"x\" sid=abc err=\"a b\""),
        "sid=abc;err=a b"
    );
    assert_eq!(
        fields(
            "2026-11-22 14:45:34 [info     ] handler left                   auth={'token': 'a b'} sid=abc who='it\\'s'"
        ),
        "auth={'token': 'a b'};sid=abc;who=it's"
    );
    assert_eq!(
        fields("2026-11-22T14:45:34Z DEBUG on_connect{sid=abc}: socketioxide::ns: x y=1"),
        "sid=abc"
    );
}

#[test]
fn the_writer_is_process_and_thread_and_not_the_stream() {
    let writer = |line: &str| peeler().peel(line).writer;
    assert_eq!(
        writer("2026-11-22T14:45:34Z stdout F x"),
        writer("2026-11-22T14:45:34Z stderr F x")
    );
    assert_eq!(writer("INFO:app:x"), 0);
    let one = writer("[2026-11-22 14:45:34 +0000] [8908] [INFO] x");
    assert_eq!(one, writer("[2026-11-22 14:45:35 +0000] [8908] [ERROR] y"));
    assert_ne!(one, writer("[2026-11-22 14:45:34 +0000] [8909] [INFO] x"));
    assert_ne!(writer("web-1  | x"), writer("web-2  | x"));
    assert_ne!(
        writer("{\"pid\":1,\"level\":30,\"msg\":\"x\"}"),
        writer("{\"pid\":2,\"level\":30,\"msg\":\"x\"}")
    );
    assert_ne!(
        writer("2026-11-22 14:45:34,231 INFO (Thread-1) engineio.server: x"),
        writer("2026-11-22 14:45:34,231 INFO (Thread-2) engineio.server: x")
    );
}

#[test]
fn the_actor_comes_from_the_logger() {
    let line = "2026-11-22T15:14:56.376Z c01.engineio INFO Attempting polling connection";
    let peeled = peeler().peel(line);
    assert_eq!((peeled.actor.as_deref(), peeled.writer), (Some("c01"), 0));
    assert_eq!(peeler().peel("INFO:engineio.server:x").actor, None);
}

#[test]
fn two_handlers_have_two_shapes_and_one_handler_has_one() {
    let shape = |line: &str| peeler().peel(line).shape;
    let flask = shape("[2026-11-22 14:45:34,231] DEBUG in events: x");
    assert_eq!(flask, shape("[2026-11-22 14:45:35,001] WARNING in admin: y"));
    assert_ne!(flask, shape("2026-11-22 14:45:34,231 - events - DEBUG - x"));
    assert_ne!(flask, shape("x"));
}
