//! Logs made up for measuring: the same bytes every time, and no file to fetch first.
//!
//! A connection is a short run of lines as python-engineio, a Flask handler and nginx write them. [`sparse`] strews a few such runs over an ordinary
//! web service's log, [`dense`] holds little else, [`json`] wraps the dense one as a structured logger does.

use std::fmt::Write as _;

/// A small generator of numbers (xorshift): the same sequence on every machine, and no dependency.
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.roll() % limit
    }

    fn of<'a>(&mut self, words: &[&'a str]) -> &'a str {
        let count = u64::try_from(words.len()).unwrap_or(1);
        words[usize::try_from(self.below(count)).unwrap_or(0)]
    }

    /// An id of twenty characters, as python-engineio gives them out.
    fn id(&mut self) -> String {
        const LETTERS: &[u8; 64] =
            b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        (0..20).map(|_| char::from(LETTERS[usize::try_from(self.below(64)).unwrap_or(0)])).collect()
    }
}

/// A line before it gets its time: who writes it, and what.
struct Line {
    logger: &'static str,
    level: &'static str,
    text: String,
}

/// A log being written.
struct Log {
    dice: Dice,
    /// Milliseconds since midnight.
    now: u64,
    text: String,
}

impl Log {
    fn new(seed: u64) -> Self {
        Self { dice: Dice(seed), now: 0, text: String::new() }
    }

    /// The time of the next line.
    fn tick(&mut self) -> String {
        self.now += 1 + self.dice.below(4);
        let (seconds, millis) = (self.now / 1000, self.now % 1000);
        format!(
            "2026-11-22 {:02}:{:02}:{:02},{millis:03}",
            seconds / 3600 % 24,
            seconds / 60 % 60,
            seconds % 60
        )
    }

    fn app(&mut self, line: &Line) {
        let time = self.tick();
        let Line { logger, level, text } = line;
        // To a string, writing cannot fail.
        let _ = writeln!(self.text, "{time} - {logger} - {level} - {text}");
    }

    fn json(&mut self, line: &Line) {
        let time = self.tick().replace(' ', "T").replace(',', ".");
        let Line { logger, level, text } = line;
        let text = text.replace('\\', "\\\\").replace('"', "\\\"");
        let _ = writeln!(
            self.text,
            r#"{{"asctime": "{time}Z", "levelname": "{level}", "name": "{logger}", "message": "{text}"}}"#
        );
    }

    /// A request for something else.
    fn web(&mut self) {
        let time = self.tick();
        let clock = &time[11..19];
        let (host, item) = (self.dice.below(250), self.dice.below(90_000));
        let path = self.dice.of(&[
            "/api/v1/posts",
            "/static/js/app",
            "/images/u",
            "/search",
            "/api/v1/rooms",
        ]);
        let status = self.dice.of(&["200", "200", "200", "304", "404"]);
        let agent = "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0";
        let _ = writeln!(
            self.text,
            r#"203.0.113.{host} - - [22/Nov/2026:{clock} +0000] "GET {path}/{item} HTTP/1.1" {status} {item} "https://app.example.com/" "{agent}""#
        );
    }
}

/// The lines of one connection: let in, refused with an expired token, or refused with nothing in its hands.
fn connection(dice: &mut Dice) -> Vec<Line> {
    let (engine, socket) = (dice.id(), dice.id());
    let ids = format!("SID: {socket}, EIO_SID: {engine}");
    let lib = |text: String| Line { logger: "engineio.server", level: "INFO", text };
    let app = |level, text: String| Line { logger: "app", level, text };
    let mut lines = vec![
        lib(format!(
            "{engine}: Sending packet OPEN data {{'sid': '{engine}', 'upgrades': ['websocket'], 'pingTimeout': 20000, 'pingInterval': 25000}}"
        )),
        lib(format!("{engine}: Received packet MESSAGE data 0{{}}")),
        app("DEBUG", format!("SocketIO: Entering 'handle_connect'. {ids}")),
    ];
    match dice.below(10) {
        0..=4 => lines.extend([
            app("INFO", format!("SocketIO: JWT Auth - Successfully authenticated user {}. {ids}", dice.below(900))),
            lib(format!("{engine}: Sending packet MESSAGE data 0{{\"sid\":\"{socket}\"}}")),
            lib(format!("{engine}: Received packet MESSAGE data 2[\"join\",\"room{}\"]", dice.below(40))),
            lib(format!("{engine}: Sending packet PING data None")),
            lib(format!("{engine}: Received packet PONG data ")),
        ]),
        5..=7 => lines.extend([
            app(
                "WARNING",
                format!("SocketIO: JWT Auth - Token expired. {ids}. Error: ExpiredSignatureError - Signature has expired"),
            ),
            lib(format!("{engine}: Sending packet MESSAGE data 4{{\"message\":\"Signature has expired\"}}")),
        ]),
        _ => lines.extend([
            app("DEBUG", format!("SocketIO: handle_connect - Auth kwarg received: None. {ids}")),
            app("DEBUG", format!("SocketIO: No JWT found in auth_kwarg or HTTP headers, attempting session authentication. {ids}")),
            app("DEBUG", format!("SocketIO: Session Auth - Session contents: {{}}. {ids}")),
            lib(format!("{engine}: Sending packet MESSAGE data 4{{\"message\":\"Connection rejected by server\"}}")),
        ]),
    }
    lines
}

/// A web service's log of about `size` bytes: one line in fifty is about Socket.IO.
pub(super) fn sparse(size: usize) -> Vec<u8> {
    let mut log = Log::new(0x5EED_0001);
    while log.text.len() < size {
        for line in connection(&mut log.dice) {
            log.app(&line);
            for _ in 0..49 {
                log.web();
            }
        }
    }
    log.text.into_bytes()
}

/// A log of about `size` bytes that holds next to nothing but connections.
pub(super) fn dense(size: usize) -> Vec<u8> {
    let mut log = Log::new(0x5EED_0002);
    while log.text.len() < size {
        for line in connection(&mut log.dice) {
            log.app(&line);
        }
        log.web();
    }
    log.text.into_bytes()
}

/// The same as one JSON object a line.
pub(super) fn json(size: usize) -> Vec<u8> {
    let mut log = Log::new(0x5EED_0003);
    while log.text.len() < size {
        for line in connection(&mut log.dice) {
            log.json(&line);
        }
    }
    log.text.into_bytes()
}

/// One line in each wrapping, with the name of the wrapping.
pub(super) const WRAPPED: [(&str, &str); 10] = [
    ("bare", "Xk2mQ9pLr7TzWb5cAAAA: Received packet MESSAGE data 0{}"),
    (
        "logging",
        "2026-11-22 14:45:32,101 - engineio.server - INFO - Xk2mQ9pLr7TzWb5cAAAA: Received packet MESSAGE data 0{}",
    ),
    (
        "flask",
        "[2026-11-22 14:45:32,101] INFO in server: Xk2mQ9pLr7TzWb5cAAAA: Received packet MESSAGE data 0{}",
    ),
    ("basic-config", "INFO:engineio.server:Xk2mQ9pLr7TzWb5cAAAA: Received packet MESSAGE data 0{}"),
    (
        "docker",
        r#"{"log":"INFO:engineio.server:Xk2mQ9pLr7TzWb5cAAAA: Received packet MESSAGE data 0{}\n","stream":"stderr","time":"2026-11-22T14:45:32.101234567Z"}"#,
    ),
    (
        "cri",
        "2026-11-22T14:45:32.101234567Z stderr F INFO:engineio.server:Xk2mQ9pLr7TzWb5cAAAA: Received packet MESSAGE data 0{}",
    ),
    (
        "compose",
        "web-1  | INFO:engineio.server:Xk2mQ9pLr7TzWb5cAAAA: Received packet MESSAGE data 0{}",
    ),
    (
        "syslog",
        "Nov 22 14:45:32 web1 app[811]: Xk2mQ9pLr7TzWb5cAAAA: Received packet MESSAGE data 0{}",
    ),
    (
        "json",
        r#"{"asctime": "2026-11-22T14:45:32.101Z", "levelname": "INFO", "name": "engineio.server", "message": "Xk2mQ9pLr7TzWb5cAAAA: Received packet MESSAGE data 0{}"}"#,
    ),
    (
        "logfmt",
        r#"time=2026-11-22T14:45:32.101Z level=info logger=engineio.server msg="Xk2mQ9pLr7TzWb5cAAAA: Received packet MESSAGE data 0{}""#,
    ),
];

/// One message of each sort that grammars tell apart, with the name of the sort.
pub(super) const MESSAGES: [(&str, &str); 7] = [
    ("packet", "Xk2mQ9pLr7TzWb5cAAAA: Received packet MESSAGE data 0{}"),
    (
        "refusal",
        "SocketIO: JWT Auth - Token expired. SID: Xk2mQ9pLr7TzWb5cAAAB, EIO_SID: N/A. Error: ExpiredSignatureError - Signature has expired",
    ),
    (
        "request",
        r#"203.0.113.7 - - [22/Nov/2026:14:45:38 +0000] "GET /socket.io/?EIO=4&transport=polling&sid=Xk2mQ9pLr7TzWb5cAAAA HTTP/1.1" 200 21 "-" "curl/7.88.1""#,
    ),
    ("heartbeat", "Xk2mQ9pLr7TzWb5cAAAA: Sending packet PING data None"),
    ("free", "[socket] Xk2mQ9pLr7TzWb5cAAAB auth failed: jwt expired"),
    ("unknown", "the socket.io cache was warmed"),
    ("foreign", "cron: 12 jobs were run in 340 ms"),
];
