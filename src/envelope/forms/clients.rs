//! What only clients write: consoles of browsers, the logs of phones.

use super::{
    Clock::{Local, Silent, Utc},
    Form, Role, logger,
};
use crate::envelope::Level::{Debug, Error, Info, Warning};

const fn client(form: Form) -> Form {
    Form { role: Role::Client, ..form }
}

pub(super) const CLIENTS: &[Form] = &[
    client(logger("a browser's console", Silent, None, None, "app.js:8 {}")),
    client(logger("a browser's console", Silent, None, None, "(index):1  {}")),
    client(logger("a browser's console", Silent, None, None, "Cart.vue:44 {}")),
    client(logger("a browser's console", Silent, None, None, "+layout.svelte:91 {}")),
    client(logger("a browser's console", Silent, None, None, "app.js?v=3:8:15 {}")),
    client(logger("a browser's console", Silent, None, None, "VM52:3 {}")),
    Form {
        // What the page printed stands in quotes as it is.
        escapes: false,
        ..client(logger(
            "Chromium's log",
            Local,
            Some(Info),
            None,
            "[23102:23102:1122/144534.231000:INFO:CONSOLE(8)] \"{}\", source: https://app.example.com/app.js (8)",
        ))
    },
    client(logger(
        "Chromium's log",
        Local,
        Some(Error),
        None,
        "[23102:23102:1122/144534.231000:ERROR:net/socket.cc:405] {}",
    )),
    client(logger(
        "Android's logcat",
        Local,
        Some(Debug),
        Some("Chat"),
        "11-22 14:45:34.231  1234  5678 D Chat    : {}",
    )),
    client(logger(
        "Android's logcat",
        Local,
        Some(Warning),
        Some("Chat"),
        "11-22 14:45:34.231 W/Chat    ( 1234): {}",
    )),
    client(logger("Android's logcat", Silent, Some(Error), Some("Chat"), "E/Chat    ( 1234): {}")),
    client(logger(
        "Android Studio",
        Local,
        Some(Info),
        Some("Chat"),
        "2026-11-22 14:45:34.231  1234-5678  Chat                    com.example.chat                     I  {}",
    )),
    client(logger(
        "Android Studio",
        Local,
        Some(Debug),
        Some("Chat"),
        "2026-11-22 14:45:34.231 1234-5678/com.example.chat D/Chat: {}",
    )),
    client(logger(
        "NSLog",
        Utc,
        None,
        None,
        "2026-11-22 14:45:34.231000+0000 Chat[64576:1081389] {}",
    )),
    client(logger(
        "`log show`, `log stream`",
        Local,
        None,
        None,
        "2026-11-22 14:45:34.231 Df Chat[64576:1a2b3c] [com.example.chat:net] {}",
    )),
    client(logger(
        "`log show`, `log stream`",
        Utc,
        None,
        None,
        "2026-11-22 14:45:34.231000+0000 0x1a2b     Default     0x0                  64576  0    Chat: (Socket) [com.example.chat:net] {}",
    )),
];
