//! How Node's loggers write a line.

use super::{
    Clock::{Day, Local, Silent, Utc},
    Form, logger,
};
use crate::envelope::Level::{Debug, Error, Info, Warning};

pub(super) const NODE: &[Form] = &[
    logger("winston, simple", Silent, Some(Info), None, "info: {}"),
    logger("winston, cli", Silent, Some(Info), None, "info:    {}"),
    logger("winston, cli", Silent, Some(Info), None, "\u{1b}[32minfo\u{1b}[39m:    {}"),
    logger("a time of day and a level", Day, Some(Info), None, "[14:45:34] INFO {}"),
    logger("pino-pretty", Day, Some(Info), None, "[14:45:34.860] INFO (8879): {}"),
    logger("winston, printf", Utc, Some(Warning), None, "2026-11-22T14:45:34.172Z [warn]: {}"),
    logger("winston, printf", Utc, Some(Info), None, "2026-11-22T14:45:34.172Z info: {}"),
    logger(
        "winston, printf",
        Utc,
        Some(Info),
        Some("chat"),
        "2026-11-22T14:45:34.172Z [chat] info: {}",
    ),
    logger("log4js", Local, Some(Error), Some("app"), "[2026-11-22T14:45:34.268] [ERROR] app - {}"),
    logger(
        "NestJS",
        Local,
        Some(Warning),
        Some("EventsGateway"),
        "[Nest] 8840  - 11/22/2026, 2:45:34 PM    WARN [EventsGateway] {}",
    ),
    logger(
        "NestJS",
        Local,
        Some(Info),
        Some("EventsGateway"),
        "[Nest] 8840  - 11/22/2026, 2:45:34 PM     LOG [EventsGateway] {} +12ms",
    ),
    logger(
        "NestJS",
        Local,
        Some(Warning),
        Some("EventsGateway"),
        "[chat-api] 8840  - 22/11/2026, 14:45:34    WARN [EventsGateway] {}",
    ),
    logger(
        "nest-winston",
        Local,
        Some(Warning),
        Some("EventsGateway"),
        "[Nest] Warn\t11/22/2026, 2:45:34 PM [EventsGateway] {} - {}",
    ),
    logger(
        "nest-winston",
        Local,
        Some(Info),
        Some("EventsGateway"),
        "[chat] 8840 11/22/2026, 2:45:34 PM     LOG [EventsGateway] {} - {} +2ms",
    ),
    logger(
        "pino",
        Utc,
        Some(Info),
        None,
        r#"{"level":30,"time":1795358734011,"pid":8798,"hostname":"vm","msg":"{}"}"#,
    ),
    logger(
        "winston, JSON",
        Utc,
        Some(Info),
        None,
        r#"{"level":"info","message":"{}","timestamp":"2026-11-22T14:45:34.168Z"}"#,
    ),
    logger(
        "bunyan",
        Utc,
        Some(Warning),
        Some("chat"),
        r#"{"name":"chat","pid":8798,"level":40,"msg":"{}","time":"2026-11-22T14:45:34.197Z","v":0}"#,
    ),
    logger(
        "NestJS, JSON",
        Utc,
        Some(Info),
        Some("Ctx"),
        r#"{"level":"log","pid":8819,"timestamp":1795358734794,"message":"{}","context":"Ctx"}"#,
    ),
    logger("socket.io 0.9", Silent, Some(Info), None, "   info  - {}"),
    logger("socket.io 0.9", Silent, Some(Debug), None, "   debug - {}"),
];
