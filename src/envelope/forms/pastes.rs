//! What pasting puts around lines.

use super::{Form, paste};

pub(super) const PASTES: &[Form] = &[
    paste("quoted in a mail or an issue", "> {}"),
    paste("quoted in a mail or an issue", ">> {}"),
    paste("found by grep", "12:{}"),
    paste("found by grep", "server.log:12:{}"),
    paste("found by grep", "logs/server.log-{}"),
    paste("found by grep", "/var/log/web/app.log.1:7:{}"),
    paste("numbered lines", "     7\t{}"),
    paste("in a list", "- {}"),
    paste("in a list", "* {}"),
    paste("in a list", "• {}"),
    paste("in a list", "3. {}"),
    paste("with something left out", "... {}"),
    paste("with something left out", "[...] {}"),
    paste("in HTML", "<pre>{}"),
    paste("in HTML", "<li>{}</li>"),
    paste("in Markdown", "```log {}"),
    paste("from a chat", "[10:12, 22/11/2026] alice: {}"),
    paste("from a chat", "[10:12 AM] Alice B: {}"),
];
