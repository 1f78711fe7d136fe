//! Stack traces as V8 prints them: an error's line, and `    at function (file:line:column)` below it.
//!
//! Not the job of this file: what the error means for the connection.

use crate::event::Where;

/// Most frames that are read.
const MAX_FRAMES: usize = 64;

/// An error with its stack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stack<'a> {
    /// The class, such as `TypeError`.
    pub class: &'a str,
    /// What it says.
    pub text: &'a str,
    /// In which code it was thrown, by the frames.
    pub place: Where,
    /// The innermost packages and functions, one behind the other.
    pub origin: String,
}

/// Whether a line is a frame.
pub fn is_frame(line: &str) -> bool {
    line.starts_with([' ', '\t']) && line.trim_start().starts_with("at ") && line.contains(':')
}

/// Reads the error in `head` with its `frames`, the innermost first. Only Socket.IO's frames tell whose it is: without any there is none.
pub fn stack<'a>(head: &'a str, frames: &[String]) -> Option<Stack<'a>> {
    let (class, text) = error(head)?;
    let place = place(frames)?;
    let mut origin = String::new();
    for package in packages(frames) {
        origin.push_str(package);
        origin.push(' ');
    }
    for frame in frames.iter().take(3).filter_map(|f| f.trim_start().get(3..)) {
        origin.push_str(frame.split(" (").next().unwrap_or(frame));
        origin.push(' ');
    }
    Some(Stack { class, text, place, origin })
}

/// Most packages of one stack that are told.
const PACKAGES: usize = 4;

/// The packages that the frames stand in, the innermost first.
fn packages(frames: &[String]) -> Vec<&str> {
    let mut packages: Vec<&str> = Vec::new();
    for frame in frames.iter().take(MAX_FRAMES) {
        let Some((_, path)) = frame.rsplit_once("node_modules/") else { continue };
        let scope = if path.starts_with('@') { path.find('/').map_or(0, |at| at + 1) } else { 0 };
        let Some(name) = path.get(scope..).and_then(|rest| rest.find('/')) else { continue };
        let package = path.get(..scope + name).unwrap_or_default();
        if !packages.contains(&package) && packages.len() < PACKAGES {
            packages.push(package);
        }
    }
    packages
}

/// `Uncaught TypeError: x is undefined`, with words of the application in front or without.
pub fn error(head: &str) -> Option<(&str, &str)> {
    let Some(end) = head.find("Error").map(|at| at + "Error".len()) else { return named(head) };
    let start = head.get(..end)?.rfind(|c: char| !c.is_ascii_alphanumeric()).map_or(0, |i| i + 1);
    let rest = head.get(end..)?;
    // `TypeError [ERR_INVALID_ARG_TYPE]: …`
    let text = if rest.starts_with(" [") { rest.split_once("]: ")?.1 } else { rest };
    Some((head.get(start..end)?, text.trim_start_matches(':').trim()))
}

/// `NotAuthenticated: No auth token`: a class that is not called an error.
fn named(head: &str) -> Option<(&str, &str)> {
    let (before, text) = head.rsplit_once(": ")?;
    let class = before.rsplit([' ', '(', '[']).next()?;
    let camel = class.starts_with(|c: char| c.is_ascii_uppercase())
        && class.chars().skip(1).any(|c| c.is_ascii_uppercase())
        && class.chars().any(|c| c.is_ascii_lowercase())
        && class.chars().all(char::is_alphanumeric);
    camel.then_some((class, text))
}

/// In which code it was thrown: the outermost frames of socket.io tell what it was about to do.
fn place(frames: &[String]) -> Option<Where> {
    let frames = || frames.iter().take(MAX_FRAMES);
    let calls = |names: &[&str]| frames().any(|f| names.iter().any(|name| f.contains(name)));
    if frames().any(|f| f.contains("io-client/")) {
        return Some(Where::ClientCode);
    }
    // An application may well have a folder of that name.
    let around = [
        "node_modules/socketio-jwt",
        "node_modules/socketio-auth",
        "node_modules/passport.socketio",
        "node_modules/express-socket.io-session",
        "node_modules/@thream/socketio-jwt",
        "node_modules/@feathersjs/socketio",
        "node_modules/@feathersjs/authentication",
    ];
    let library = [
        "node_modules/socket.io/",
        "node_modules/engine.io/",
        "/socket.io/lib/",
        "/socket.io/dist/",
    ];
    if calls(&around) {
        return Some(Where::Connect);
    }
    if !calls(&library) {
        return calls(&["/socket.io/", "\\socket.io\\"]).then_some(Where::Unknown);
    }
    // An event's handler runs below the namespace as well, so its frames are asked for first.
    if calls(&[
        "Socket.emit",
        "Socket.dispatch",
        "Socket.onevent",
        "Socket._onpacket",
        "Socket.<anonymous>",
    ]) && !calls(&["Namespace.run", "Namespace._add", "Namespace.add"])
    {
        return Some(Where::Event);
    }
    Some(Where::Connect)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frames(text: &str) -> Vec<String> {
        text.lines().map(|l| format!("    at {}", l.trim())).collect()
    }

    #[test]
    fn a_middleware_and_a_handshake_are_of_the_connection_and_an_event_is_not() {
        let middleware = "authenticate (/app/auth.js:14:9)
            run (/app/node_modules/socket.io/dist/namespace.js:133:19)
            Namespace.run (/app/node_modules/socket.io/dist/namespace.js:144:9)";
        let stack = stack("TypeError: x is undefined", &frames(middleware)).unwrap();
        assert_eq!((stack.class, stack.text), ("TypeError", "x is undefined"));
        assert_eq!(stack.place, Where::Connect);
        let handshake = "Manager.authorize (/app/node_modules/socket.io/lib/manager.js:913:31)";
        assert_eq!(place(&frames(handshake)), Some(Where::Connect));
        let event = "Socket.<anonymous> (/app/chat.js:3:1)
            Socket.emit (node:events:519:28)
            Socket.dispatch (/app/node_modules/socket.io/dist/socket.js:600:9)";
        assert_eq!(place(&frames(event)), Some(Where::Event));
        assert_eq!(
            place(&frames("Layer.handle (/app/node_modules/express/lib/layer.js:95:5)")),
            None
        );
    }

    #[test]
    fn the_packages_of_a_stack_stand_before_its_functions() {
        let store = "trace (/app/node_modules/@redis/client/dist/lib/client/tracing.js:94:12)
            RedisStore.get (/app/node_modules/connect-redis/dist/connect-redis.cjs:30:36)
            session (/app/node_modules/express-session/index.js:500:11)
            /app/node_modules/socket.io/node_modules/engine.io/build/server.js:782:29";
        let stack = stack("ClientOfflineError: The client is offline", &frames(store)).unwrap();
        assert_eq!(
            stack.origin,
            "@redis/client connect-redis express-session engine.io trace RedisStore.get session "
        );
        assert_eq!(stack.place, Where::Connect);
    }

    #[test]
    fn an_error_is_found_behind_words_and_codes() {
        assert_eq!(error("socket crashed: RangeError: too deep"), Some(("RangeError", "too deep")));
        assert_eq!(
            error("TypeError [ERR_INVALID_ARG_TYPE]: The argument must be a string"),
            Some(("TypeError", "The argument must be a string"))
        );
        assert_eq!(
            error("error: NotAuthenticated: No auth token"),
            Some(("NotAuthenticated", "No auth token"))
        );
        assert_eq!(error("no such thing"), None);
    }
}
