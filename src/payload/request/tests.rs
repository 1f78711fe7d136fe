use proptest::prelude::*;

use super::*;
use crate::event::Form;

#[test]
fn the_first_generation_has_transport_and_session_in_the_path() {
    let request =
        HttpRequest::from_target(Some("GET"), "/socket.io/1/xhr-polling/3I8l0XIM4-Jvn8cmRnXl?t=1")
            .unwrap();
    assert_eq!(request.sid, Some(EngineSid::new("3I8l0XIM4-Jvn8cmRnXl")));
    assert_eq!(request.transport.as_deref(), Some("xhr-polling"));
    let handshake = HttpRequest::from_target(Some("GET"), "/socket.io/1/?t=1370098110937").unwrap();
    assert!(handshake.is_handshake());
}

#[test]
fn a_target_says_what_is_asked_for() {
    let request = HttpRequest::from_target(
        Some("GET"),
        "/socket.io/?transport=polling&EIO=4&t=1795360464.120196&sid=G50WHFrdgSQTPiVDAAAA&token=abc",
    )
    .unwrap();
    assert_eq!(request.method.as_deref(), Some("GET"));
    assert_eq!(
        (&*request.path, request.eio, request.transport.as_deref()),
        ("/socket.io/", Some(4), Some("polling"))
    );
    assert_eq!(request.sid, Some(EngineSid::new("G50WHFrdgSQTPiVDAAAA")));
    assert_eq!((request.clock, request.unique), (Some(1_795_360_464_120_196), true));
    let offer = request.offer.unwrap();
    assert_eq!((offer.form, offer.key.as_deref()), (Form::Opaque, Some("token")));
}

#[test]
fn only_python_clients_show_their_clock() {
    for (t, want) in [
        ("1795360676.681871", Some(1_795_360_676_681_871)),
        ("1795360676.6861928", Some(1_795_360_676_686_192)),
        ("1795360676.5", Some(1_795_360_676_500_000)),
        ("y7ra134g", None),
        ("Q83j-eM", None),
        ("1795360676681-0", None),
        ("1795360676", None),
        ("", None),
    ] {
        assert_eq!(HttpRequest::from_target(None, &format!("/?t={t}")).unwrap().clock, want, "{t}");
    }
}

#[test]
fn an_absolute_url_has_the_key_of_its_relative_form() {
    let key = |target| HttpRequest::from_target(None, target).unwrap().url_key;
    assert_eq!(key("http://app.example.test:80/socket.io/?EIO=4"), key("/socket.io/?EIO=4"));
    assert_ne!(key("/socket.io/?EIO=4"), key("/socket.io/?EIO=3"));
    // FNV-1a of one byte: the digest must not change between builds.
    assert_eq!(key("/"), (0xcbf2_9ce4_8422_2325_u64 ^ 0x2f).wrapping_mul(0x0100_0000_01b3));
}

#[test]
fn an_endpoint_is_known_by_its_path_or_its_parameters() {
    for (target, want) in [
        ("/socket.io/", true),
        ("/socket.io", true),
        ("/api/socket.io/?EIO=4", true),
        ("/ws/?EIO=4&transport=websocket", true),
        ("/socket.io/socket.io.js", false),
        ("/socket.io/socket.io.js.map", false),
        ("/login", false),
        ("/?transport=bus", false),
        ("/socket.io/1/xhr-polling/ab12", true),
        ("/socket.io-demo/logo.png", false),
        ("/static/socket.io/dist/client.esm.js", false),
    ] {
        assert_eq!(HttpRequest::from_target(None, target).unwrap().is_socketio(), want, "{target}");
    }
}

#[test]
fn request_lines_come_in_many_shapes() {
    for (line, method, path, transport, websocket) in [
        ("GET /socket.io/?EIO=4 HTTP/1.1", Some("GET"), "/socket.io/", None, false),
        ("GET /socket.io/ 1.1", Some("GET"), "/socket.io/", None, false),
        (
            "POST /socket.io/?EIO=4&transport=polling",
            Some("POST"),
            "/socket.io/",
            Some("polling"),
            false,
        ),
        (
            "WebSocket /socket.io/?transport=websocket",
            Some("GET"),
            "/socket.io/",
            Some("websocket"),
            false,
        ),
        ("WSCONNECTING /socket.io/", Some("GET"), "/socket.io/", Some("websocket"), false),
        ("WSCONNECT /socket.io/", Some("GET"), "/socket.io/", Some("websocket"), true),
        ("None /socket.io/?EIO=4 HTTP/0.9", None, "/socket.io/", None, false),
        (
            "\x1b[31m\x1b[1mGET /socket.io/?EIO=9 HTTP/1.1\x1b[0m",
            Some("GET"),
            "/socket.io/",
            None,
            false,
        ),
        ("[31m[1mGET /x HTTP/1.1[0m", Some("GET"), "/x", None, false),
        ("#033[33mGET /x\x1b[0m", Some("GET"), "/x", None, false),
        ("GET https://app.example.test/x HTTP/2.0", Some("GET"), "/x", None, false),
    ] {
        let have = request_line(line).unwrap_or_else(|| panic!("{line}"));
        assert_eq!(
            (have.method.as_deref(), &*have.path, have.transport.as_deref(), have.websocket),
            (method, path, transport, websocket),
            "{line}"
        );
    }
    for line in
        ["", "-", "GET", "GET  ", "hello world", "\\x16\\x03\\x01 /", "GET socket.io HTTP/1.1"]
    {
        assert_eq!(request_line(line), None, "{line}");
    }
}

proptest! {
    #[test]
    fn any_text_is_read_without_panic(text in r"(GET |None |\x1b\[3m)?[/a-z?=&%+.:0-9é\[\x1b ]{0,60}") {
        let _ = request_line(&text);
        let _ = HttpRequest::from_target(None, &text);
    }
}
