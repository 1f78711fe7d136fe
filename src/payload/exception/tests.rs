use proptest::prelude::*;

use super::*;

/// What the tests compare: the fault, the root, the last, and the place.
type Told<'a> = (Option<(&'a str, &'a str)>, Option<&'a str>, Option<&'a str>, Where);

fn told<'a>(read: &'a Traceback<'_>) -> Told<'a> {
    let fault = read.fault().map(|r| (r.class, r.text.as_str()));
    (fault, read.root().map(|r| r.class), read.last().map(|r| r.class), read.place)
}

const LIBRARY: &str = r#"Traceback (most recent call last):
  File "/venv/engineio/server.py", line 477, in run_handler
    return self.handlers[event](*args)
           ^^^^^^^^^^^^^^^^^^^^^^^^^^^
  File "/venv/socketio/server.py", line 541, in _handle_connect
    success = self._trigger_event(
              ^^^^^^^^^^^^^^^^^^^^
  File "/venv/flask_socketio/__init__.py", line 854, in _handle_event
    ret = handler(auth)
          ~~~~~~~^^^^^^
"#;

#[test]
fn a_crash_in_the_connect_handler_is_told() {
    let text = format!(
        "message handler error\n{LIBRARY}  File \"/app/app.py\", line 3, in handle_connect\n    x['a']\nKeyError: 'a'\n"
    );
    let read = traceback(&text).unwrap();
    assert_eq!(
        told(&read),
        (Some(("KeyError", "'a'")), Some("KeyError"), Some("KeyError"), Where::Connect)
    );
    assert_eq!(
        read.chain[0].frames.iter().map(|f| f.function).collect::<Vec<_>>(),
        ["run_handler", "_handle_connect", "_handle_event", "handle_connect"]
    );
}

#[test]
fn the_second_call_without_auth_is_a_step_and_not_the_fault() {
    let text = format!(
        "{LIBRARY}TypeError: handle_connect() takes 0 positional arguments but 1 was given\n\n\
         During handling of the above exception, another exception occurred:\n\n\
         {LIBRARY}  File \"/app/app.py\", line 3, in handle_connect\n    request.namespace.auth\n\
         AttributeError: 'str' object has no attribute 'auth'"
    );
    let read = traceback(&text).unwrap();
    let fault = Some(("AttributeError", "'str' object has no attribute 'auth'"));
    assert_eq!(told(&read), (fault, Some("TypeError"), Some("AttributeError"), Where::Connect));
}

#[test]
fn a_type_error_inside_the_handler_is_the_fault_and_not_the_missing_argument() {
    let text = format!(
        "{LIBRARY}  File \"/app/app.py\", line 3, in handle_connect\n    auth['token']\n\
         TypeError: 'NoneType' object is not subscriptable\n\n\
         During handling of the above exception, another exception occurred:\n\n\
         {LIBRARY}TypeError: handle_connect() missing 1 required positional argument: 'auth'\n"
    );
    let read = traceback(&text).unwrap();
    let fault = Some(("TypeError", "'NoneType' object is not subscriptable"));
    assert_eq!(told(&read), (fault, Some("TypeError"), Some("TypeError"), Where::Connect));
}

#[test]
fn tracebacks_come_in_many_shapes() {
    for (text, want) in [
        // A text of several lines, with a prefix before every line.
        (
            "  Traceback (most recent call last):\n    File \"a.py\", line 1, in on_message\n      x()\n  sqlalchemy.exc.OperationalError: (psycopg2) failed\n  \tIs the server running?\n\n  (Background on this error)",
            (
                Some((
                    "sqlalchemy.exc.OperationalError",
                    "(psycopg2) failed Is the server running? (Background on this error)",
                )),
                Some("sqlalchemy.exc.OperationalError"),
                Some("sqlalchemy.exc.OperationalError"),
                Where::Unknown,
            ),
        ),
        (
            "Traceback (most recent call last):\n  File \"a.py\", line 1, in f\nA: one\n\nThe above exception was the direct cause of the following exception:\n\nTraceback (most recent call last):\n  File \"a.py\", line 2, in g\nB",
            (Some(("B", "")), Some("A"), Some("B"), Where::Unknown),
        ),
        // The last line is missing.
        (
            "Traceback (most recent call last):\n  File \"a.py\", line 1, in f\n    x()",
            (None, None, None, Where::Unknown),
        ),
        // A packet that is none.
        (
            "Traceback (most recent call last):\n  File \"/venv/socketio/async_server.py\", line 708, in _handle_eio_message\n    pkt = self.packet_class(encoded_packet=data)\n  File \"/venv/socketio/packet.py\", line 43, in __init__\n  File \"/usr/lib/json/decoder.py\", line 1, in raw_decode\njson.decoder.JSONDecodeError: Expecting value: line 1",
            (
                Some(("json.decoder.JSONDecodeError", "Expecting value: line 1")),
                Some("json.decoder.JSONDecodeError"),
                Some("json.decoder.JSONDecodeError"),
                Where::Payload,
            ),
        ),
        (
            "Traceback (most recent call last):\n  File \"/venv/engineio/async_socket.py\", line 114, in handle_post_request\n    await self.receive(pkt)\n              ~~~~^^^^\nIndexError: list index out of range",
            (
                Some(("IndexError", "list index out of range")),
                Some("IndexError"),
                Some("IndexError"),
                Where::Payload,
            ),
        ),
        (
            "Traceback (most recent call last):\n  File \"/venv/socketio/server.py\", line 600, in _handle_event_internal\n  File \"a.py\", line 2, in connect\nValueError: x",
            (Some(("ValueError", "x")), Some("ValueError"), Some("ValueError"), Where::Event),
        ),
        (
            "Traceback (most recent call last):\n  File \"/venv/socketio/client.py\", line 1, in connect\nsocketio.exceptions.ConnectionError: One or more namespaces failed to connect: /",
            (
                Some((
                    "socketio.exceptions.ConnectionError",
                    "One or more namespaces failed to connect: /",
                )),
                Some("socketio.exceptions.ConnectionError"),
                Some("socketio.exceptions.ConnectionError"),
                Where::ClientCode,
            ),
        ),
        // The asyncio client as it was called until 5.10, and a traceback without the library's frames.
        (
            "Traceback (most recent call last):\n  File \"/venv/socketio/asyncio_client.py\", line 1, in connect\nValueError: x",
            (Some(("ValueError", "x")), Some("ValueError"), Some("ValueError"), Where::ClientCode),
        ),
        (
            "Traceback (most recent call last):\n  File \"feed.py\", line 1, in connect\nengineio.exceptions.ConnectionError: x",
            (
                Some(("engineio.exceptions.ConnectionError", "x")),
                Some("engineio.exceptions.ConnectionError"),
                Some("engineio.exceptions.ConnectionError"),
                Where::ClientCode,
            ),
        ),
        // Servers refuse with another class.
        (
            "Traceback (most recent call last):\n  File \"feed.py\", line 1, in connect\nsocketio.exceptions.ConnectionRefusedError: x",
            (
                Some(("socketio.exceptions.ConnectionRefusedError", "x")),
                Some("socketio.exceptions.ConnectionRefusedError"),
                Some("socketio.exceptions.ConnectionRefusedError"),
                Where::Connect,
            ),
        ),
        // IPython.
        (
            "---------------------------------------------------------------------------\nKeyError                                  Traceback (most recent call last)\nCell In[1], line 3\n      1 x\n----> 3 f()\n\nFile ~/app.py:12, in handle_connect(auth)\n     11 a\n---> 12 b\n\nKeyError: 'a'",
            (Some(("KeyError", "'a'")), Some("KeyError"), Some("KeyError"), Where::Connect),
        ),
    ] {
        let read = traceback(text).unwrap();
        assert_eq!(told(&read), want, "{text}");
    }
    assert_eq!(traceback("KeyError: 'a'"), None);
}

#[test]
fn the_next_line_of_the_log_is_no_part_of_the_text() {
    for next in [
        "QPWXkkrI67VZv37TAAE8: Sending packet OPEN data {}",
        "127.0.0.1 - - [22/Nov/2026 15:17:32] code 400",
        "[2026-11-22 15:15:17 +0000] [1] [INFO] x",
        "2026-11-22 15:15:17,000 x",
        "INFO:     x",
    ] {
        let text = format!(
            "Traceback (most recent call last):\n  File \"a.py\", line 1, in f\nA: one\ntwo\n{next}\nthree"
        );
        assert_eq!(
            traceback(&text).unwrap().fault().map(|r| r.text.as_str()),
            Some("one two"),
            "{next}"
        );
    }
}

#[test]
fn endless_recursion_is_bounded() {
    let text = format!(
        "{}RecursionError: deep",
        "Traceback (most recent call last):\n  File \"a.py\", line 1, in f\n".repeat(50_000)
    );
    let read = traceback(&text).unwrap();
    assert_eq!(read.chain.len(), 16);
}

proptest! {
    #[test]
    fn any_text_is_read_without_panic(lines in proptest::collection::vec(r#"(  )?(File "[a.]{0,3}", line 1, in [f ]{0,2}|[A-Ca-c.: é|^]{0,9}|During handling of the above exception)"#, 0..12)) {
        let _ = traceback(&format!("x Traceback (most recent call last):\n{}", lines.join("\n")));
    }
}
