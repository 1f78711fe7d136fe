//! How the loggers of the JVM, Rust and Go write a line, and structured logs of no particular language.

use super::{
    Clock::{Day, Local, Utc},
    Form, logger,
};
use crate::envelope::Level::{Critical, Debug, Error, Info, Trace, Warning};

pub(super) const OTHERS: &[Form] = &[
    logger(
        "Logback, Spring Boot",
        Utc,
        Some(Info),
        Some("c.c.socketio.SocketIOServer"),
        "2026-11-22T14:45:34.123Z  INFO 1 --- [nioEventLoop-3-1] c.c.socketio.SocketIOServer : {}",
    ),
    logger(
        "Logback, Spring Boot",
        Local,
        Some(Info),
        Some("c.c.socketio.SocketIOServer"),
        "2026-11-22 14:45:34.123  INFO 1 --- [           main] c.c.socketio.SocketIOServer              : {}",
    ),
    logger(
        "Logback, Spring Boot",
        Day,
        Some(Info),
        Some("c.c.s.SocketIOServer"),
        "14:45:34.123 [main] INFO  c.c.s.SocketIOServer - {}",
    ),
    logger(
        "tracing-subscriber (Rust)",
        Utc,
        Some(Debug),
        Some("socketioxide::client"),
        "2026-11-22T14:45:34.673123Z DEBUG socketioxide::client: {}",
    ),
    logger(
        "tracing-subscriber (Rust)",
        Utc,
        Some(Warning),
        Some("chat_server"),
        "2026-11-22T14:45:34.673123Z  WARN chat_server: {}",
    ),
    logger(
        "tracing-subscriber (Rust)",
        Utc,
        Some(Debug),
        Some("socketioxide::ns"),
        "2026-11-22T14:45:34.673123Z DEBUG on_connect{sid=abc reason=x}: socketioxide::ns: {}",
    ),
    logger(
        "tracing-subscriber (Rust)",
        Utc,
        Some(Debug),
        Some("engineioxide::transport::ws"),
        "2026-11-22T14:45:34.673123Z DEBUG init_websocket{protocol=V4 sid=Some(abc)}:upgrade: engineioxide::transport::ws: {}",
    ),
    logger(
        "tracing-subscriber (Rust)",
        Utc,
        Some(Debug),
        Some("engineioxide::transport::ws"),
        "2026-11-22T14:45:34.673123Z DEBUG init_websocket:upgrade: engineioxide::transport::ws: {}",
    ),
    logger(
        "tracing-subscriber (Rust)",
        Utc,
        Some(Warning),
        Some("chat_server"),
        "\u{1b}[2m2026-11-22T14:45:34.673123Z\u{1b}[0m \u{1b}[33m WARN\u{1b}[0m \u{1b}[2mchat_server\u{1b}[0m\u{1b}[2m:\u{1b}[0m {}",
    ),
    logger(
        "env_logger (Rust)",
        Utc,
        Some(Info),
        Some("chat_server"),
        "[2026-11-22T14:45:34Z INFO  chat_server] {}",
    ),
    logger("log (Go)", Local, None, None, "2026/11/22 14:45:34 {}"),
    logger(
        "slog (Go)",
        Utc,
        Some(Info),
        None,
        r#"time=2026-11-22T14:45:34.000Z level=INFO msg="{}" sid=abc"#,
    ),
    logger(
        "logrus (Go)",
        Utc,
        Some(Warning),
        None,
        r#"time="2026-11-22T14:45:34Z" level=warning msg="{}""#,
    ),
    logger(
        "tracing-subscriber (Rust), JSON",
        Utc,
        Some(Trace),
        Some("socketioxide::ns"),
        r#"{"timestamp":"2026-11-22T14:45:34.673123Z","level":"TRACE","fields":{"message":"{}","sid":"abc"},"target":"socketioxide::ns"}"#,
    ),
    logger(
        "Google Cloud, jsonPayload",
        Utc,
        Some(Critical),
        None,
        r#"{"jsonPayload":{"message":"{}"},"timestamp":"2026-11-22T14:45:34Z","severity":"CRITICAL"}"#,
    ),
    logger(
        "ECS, Filebeat",
        Utc,
        Some(Error),
        None,
        r#"{"@timestamp":"2026-11-22T14:45:34Z","log.level":"error","message":"{}"}"#,
    ),
    logger(
        "ECS, Filebeat",
        Utc,
        Some(Error),
        Some("seedapp"),
        r#"{"@timestamp":"2026-11-22T14:45:34Z","log":{"level":"error","logger":"seedapp"},"message":"{}"}"#,
    ),
];
