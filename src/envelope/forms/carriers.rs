//! What only carries lines: containers, orchestrators, journals, shippers, platforms.

use super::{
    Clock::{Day, Local, Silent, Utc},
    Form, carrier, escaping,
};

pub(super) const CARRIERS: &[Form] = &[
    escaping(
        "Docker, json-file",
        Utc,
        r#"{"log":"{}\n","stream":"stderr","time":"2026-11-22T14:45:35.123456789Z"}"#,
    ),
    escaping(
        "journald, JSON",
        Utc,
        r#"{"__REALTIME_TIMESTAMP":"1795358735000000","MESSAGE":"{}","PRIORITY":"6","_PID":"12"}"#,
    ),
    escaping(
        "Fluent Bit, Fluentd",
        Utc,
        r#"{"date":1795358735.123456,"log":"{}","stream":"stderr","kubernetes":{"pod_name":"web"}}"#,
    ),
    carrier("`docker logs -t`, CloudWatch", Utc, "2026-11-22T14:45:35.123456789Z {}"),
    carrier("GitHub Actions", Utc, "2026-11-22T14:45:35.1234567Z {}"),
    carrier("Kubernetes container log (CRI)", Utc, "2026-11-22T14:45:35.123456789Z stderr F {}"),
    carrier(
        "Kubernetes container log (CRI)",
        Utc,
        "2026-11-22T14:45:35.123456789+00:00 stdout F {}",
    ),
    carrier("docker compose", Silent, "web-1  | {}"),
    carrier("docker compose", Silent, "project_web_1  | {}"),
    carrier("docker compose", Utc, "web-1  | 2026-11-22T14:45:35.123456789Z {}"),
    carrier("pm2", Silent, "0|api  | {}"),
    carrier("pm2", Local, "0|api  | 2026-11-22T14:45:35: {}"),
    carrier("foreman, honcho", Day, "14:45:35 web.1  | {}"),
    carrier("`kubectl logs --prefix`", Silent, "[pod/web-7d9c6bd5b6-x2x7p/web] {}"),
    carrier(
        "`kubectl logs --prefix`",
        Utc,
        "[pod/web-7d9c6bd5b6-x2x7p/web] 2026-11-22T14:45:35.123456789Z {}",
    ),
    carrier("stern", Silent, "web-7d9c6bd5b6-x2x7p web {}"),
    carrier("stern", Silent, "shop web-7d9c6bd5b6-x2x7p web {}"),
    carrier("syslog file, journald", Local, "Nov 22 14:45:35 app1 seedapp[21730]: {}"),
    carrier("syslog file, journald", Local, "Nov 22 14:45:35.123456 app1 seedapp[21730]: {}"),
    carrier("syslog file, journald", Local, "Nov  2 14:45:35 app1 seedapp: {}"),
    carrier("syslog file, journald", Utc, "2026-11-22T14:45:35+0000 app1 seedapp[21730]: {}"),
    carrier(
        "syslog file, journald",
        Utc,
        "2026-11-22T14:45:35.123456+00:00 app1 seedapp[21730]: {}",
    ),
    carrier("syslog RFC 3164", Local, "<134>Nov 22 14:45:35 app1 seedapp[21730]: {}"),
    carrier(
        "syslog RFC 5424",
        Utc,
        r#"<165>1 2026-11-22T14:45:35.003Z app1 seedapp 21730 ID47 [x@1 a="b\"]" c="d"][y] {}"#,
    ),
    carrier(
        "syslog RFC 5424",
        Utc,
        "<165>1 2026-11-22T14:45:35.003Z app1 seedapp 21730 - - \u{feff}{}",
    ),
    carrier("Heroku, drain", Utc, "83 <40>1 2026-11-22T14:45:35+00:00 host app web.1 - {}"),
    carrier("Heroku", Utc, "2026-11-22T14:45:35.123456+00:00 app[web.1]: {}"),
];
