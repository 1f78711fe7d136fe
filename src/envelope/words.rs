//! Tells what one word in a log line's head may be: a logger's name, a thread, a place in the code.
//!
//! A wrong yes eats a word of the message, so each question says no where it can't be sure.

/// Loggers of one word that are libraries' or frameworks' own.
const KNOWN: [&str; 26] = [
    "root",
    "app",
    "main",
    "server",
    "client",
    "werkzeug",
    "engineio",
    "socketio",
    "uvicorn",
    "gunicorn",
    "hypercorn",
    "daphne",
    "django",
    "flask",
    "asyncio",
    "eventlet",
    "gevent",
    "celery",
    "geventwebsocket",
    "aiohttp",
    "urllib3",
    "websocket",
    "websockets",
    "kombu",
    "__main__",
    "__mp_main__",
];

/// Whether a byte may stand in the first word of a wrapper.
pub(super) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-' | b'@')
}

/// Whether every character may stand in a logger's name.
pub(super) fn is_name(word: &str) -> bool {
    if word.len() > 96 {
        return false;
    }
    let mut lettered = false;
    for byte in word.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' => lettered = true,
            b'0'..=b'9' | b'_' | b'.' | b'-' | b':' | b'/' | b'$' | b'<' | b'>' => {}
            _ => return false,
        }
    }
    lettered
}

/// Whether a word is surely a logger: dotted (`engineio.server`, `c.c.s.SocketIOServer`, `socketioxide::client`) or known.
///
/// An exception's name is dotted too (`jwt.exceptions.ExpiredSignatureError`), and no logger.
pub(super) fn is_logger(word: &str) -> bool {
    if !word.as_bytes().first().is_some_and(|b| b.is_ascii_alphabetic() || *b == b'_')
        || word.len() > 96
    {
        return false;
    }
    let dotted = word.contains('.') || word.contains("::");
    if !dotted {
        return KNOWN.contains(&word);
    }
    if !word
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-' | b':' | b'$'))
    {
        return false;
    }
    // Only Rust's double colons may be in a name: `events.py:12` is a place.
    let single =
        word.contains(':') && word.split("::").any(|part| part.is_empty() || part.contains(':'));
    // Hosts and files are dotted too, and so are the names of the protocols.
    let other = word.rsplit('.').next().is_some_and(|end| {
        [
            "io",
            "com",
            "org",
            "net",
            "test",
            "example",
            "local",
            "localhost",
            "py",
            "js",
            "ts",
            "json",
            "html",
            "log",
            "sock",
        ]
        .contains(&end)
    });
    let other = other || word.starts_with("socket.io") || word.starts_with("engine.io");
    !single && !other && !word.ends_with(['.', '-']) && !word.contains("..") && !is_exception(word)
}

/// Whether a word is an identifier in small letters, as modules are named.
pub(super) fn is_module(word: &str) -> bool {
    // Clients print an event's name in front of what it brings.
    let event = word.ends_with("_error")
        || matches!(word, "connect" | "connected" | "disconnect" | "disconnected" | "unauthorized");
    !event
        && (1..=64).contains(&word.len())
        && word.as_bytes().first().is_some_and(|b| b.is_ascii_lowercase() || *b == b'_')
        && word.bytes().all(|b| {
            b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'_' | b'.' | b'-')
        })
}

/// Whether a word names a class of exceptions: `KeyError`, `jwt.exceptions.ExpiredSignatureError`.
pub(super) fn is_exception(word: &str) -> bool {
    let name = word.rsplit('.').next().unwrap_or_default();
    name.as_bytes().first().is_some_and(u8::is_ascii_uppercase)
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
        && [
            "Error",
            "Exception",
            "Warning",
            "Exit",
            "Interrupt",
            "Iteration",
            "Timeout",
            "Refused",
            "NotFound",
        ]
        .iter()
        .any(|end| name.ends_with(end))
}

/// Whether a word names a thread, a process or a worker.
pub(super) fn is_thread(word: &str) -> bool {
    // By the first byte: this is asked of most words in a head.
    let starts: &[&str] = match word.as_bytes().first() {
        Some(b'M') => return matches!(word, "MainThread" | "MainProcess" | "MainLoop"),
        Some(b'T') => &["Thread-", "Thread[", "ThreadPool", "Task-"],
        Some(b'm') if word == "main" => return true,
        Some(b'm') => &["multiThreadIoEventLoop"],
        Some(b'D') => &["Dummy-"],
        Some(b'G') => &["Greenlet", "GreenThread"],
        Some(b'F') => &["ForkPoolWorker"],
        Some(b'S') => &["SpawnPoolWorker"],
        Some(b'P') => &["Process-"],
        Some(b'A') => &["AnyIO", "AsyncIO"],
        Some(b'a') if word.len() != 36 => &["asyncio_"],
        Some(b'n') => &["nioEventLoop"],
        Some(b'e') if word.len() != 36 => &["epollEventLoop"],
        Some(b'h') => &["http-nio"],
        Some(b'p') => &["pool-"],
        _ => return is_uuid(word),
    };
    starts.iter().any(|start| word.starts_with(start))
}

/// Whether a word is a process or thread number.
pub(super) fn is_number(word: &str) -> bool {
    (1..=20).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_digit())
}

/// Whether a word is `module:function:12`, `file.py:12` or `logger:file.py:12`; a host with its port is none.
pub(super) fn is_place(word: &str) -> bool {
    if !word.as_bytes().last().is_some_and(u8::is_ascii_digit) {
        return false;
    }
    let Some((place, line)) = word.rsplit_once(':') else { return false };
    // `function::12` stands for a function, not for a path of Rust's.
    let place = place.strip_suffix(':').unwrap_or(place);
    if line.len() > 6 || !is_number(line) || !is_name(place) {
        return false;
    }
    let file = [".py", ".js", ".ts", ".mjs", ".go", ".rs", ".java", ".kt"]
        .iter()
        .any(|end| place.ends_with(end));
    let identifier =
        |part: &str| part.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_' || c == '<');
    // An address has two colons, too.
    let address = place.bytes().all(|b| b.is_ascii_hexdigit() || b == b':');
    file || word.contains("::") && !address && identifier(place)
        || place
            .split_once(':')
            .is_some_and(|(module, function)| identifier(module) && identifier(function))
}

/// Whether a word is a UUID: what Lambda prints to tell its invocations apart.
pub(crate) fn is_uuid(word: &str) -> bool {
    word.len() == 36
        && word.bytes().enumerate().all(|(at, b)| {
            if matches!(at, 8 | 13 | 18 | 23) { b == b'-' } else { b.is_ascii_hexdigit() }
        })
}

/// Who writes, in a log that many clients share: `c01` in `c01.engineio`, `client-2` in `client-2.socketio`.
pub(super) fn actor(logger: &str) -> Option<&str> {
    const LIBRARIES: [&str; 17] = [
        "urllib3",
        "h2",
        "h11",
        "http2",
        "boto3",
        "s3transfer",
        "oauth2",
        "oauth2client",
        "psycopg2",
        "jinja2",
        "httplib2",
        "web3",
        "log4j",
        "i18n",
        "py4j",
        "botocore3",
        "socketioxide2",
    ];
    let dot = memchr::memchr(b'.', logger.as_bytes())?;
    let (first, rest) = (logger.get(..dot)?, logger.get(dot + 1..)?);
    let digits = first.bytes().any(|b| b.is_ascii_digit());
    // Nearly every logger is turned away here.
    if first.is_empty() || rest.is_empty() || !(digits || rest.ends_with("io")) {
        return None;
    }
    let number = first.strip_prefix(['v', 'V']).unwrap_or(first);
    let version = number.bytes().all(|b| b.is_ascii_digit());
    let numbered = digits && !version && !LIBRARIES.contains(&first);
    let last = rest.rsplit('.').next().unwrap_or_default();
    let library = matches!(last, "engineio" | "socketio") && !version;
    (numbered || library).then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_actor_is_a_numbered_first_segment_or_stands_before_the_library() {
        for (logger, want) in [
            ("c01.engineio", Some("c01")),
            ("client-2.socketio", Some("client-2")),
            ("bot7.app", Some("bot7")),
            ("alice.socketio", Some("alice")),
            ("engineio.server", None),
            ("socketio.client", None),
            ("v1.api", None),
            ("2.socketio", None),
            ("urllib3.connectionpool", None),
            ("app", None),
            (".x1", None),
        ] {
            assert_eq!(actor(logger), want, "{logger}");
        }
    }

    #[test]
    fn exceptions_are_no_loggers() {
        assert!(is_logger("engineio.server"));
        assert!(is_logger("socketioxide::client"));
        for word in [
            "jwt.exceptions.ExpiredSignatureError",
            "SocketIO",
            "KeyError",
            "https",
            "example.",
            "1.2.3",
            "socket.io",
            "chat.example.com",
            "events.py:12",
        ] {
            assert!(!is_logger(word), "{word}");
        }
    }
}
