//! Errors that a program prints as objects: Node's `util.inspect`, a browser's console, Java's `Caused by:`.
//!
//! ```text
//! TransportError: xhr poll error
//!     at XHR.onError (…) {
//!   description: 400,
//!   context: XMLHttpRequest {
//!     responseText: '{"code":1,"message":"Session ID unknown"}',
//! ```
//!
//! The first line is the library's and says next to nothing; what the server answered, or why nobody did, stands in a few properties below it.

/// Properties that tell what went wrong, as they are printed at the beginning of a line.
const TELLING: [&str; 15] = [
    "description:",
    "status:",
    "statusCode:",
    "responseText:",
    "body:",
    "code:",
    "message:",
    "reason:",
    "[cause]:",
    "[errors]:",
    "[message]:",
    "[Symbol(kError)]:",
    "[Symbol(kMessage)]:",
    "Caused by:",
    "--->",
];

/// What the lines behind an error tell of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Details {
    /// The first status of HTTP among them.
    pub status: Option<u16>,
    /// What the telling properties hold, line by line.
    pub texts: Vec<String>,
}

impl Details {
    /// Reads an error that is printed as JSON in one line, perhaps cut: `{"description":400,"context":{"responseText":"…"}}`.
    #[must_use]
    pub fn of_json(text: &str) -> Self {
        let behind = |key: &str| text.split_once(key).map(|(_, rest)| rest);
        let number = |key: &str| {
            let rest = behind(key)?;
            let end = rest.bytes().take_while(u8::is_ascii_digit).count();
            rest.get(..end)?.parse().ok().filter(|status| (400..600).contains(status))
        };
        let texts = ["\"responseText\":\"", "\"message\":\""].iter().filter_map(|key| {
            let rest = behind(key)?;
            // A quotation mark inside is escaped.
            let end =
                rest.bytes().zip(rest.bytes().skip(1)).position(|(a, b)| a != b'\\' && b == b'"');
            Some(rest.get(..end.map_or(rest.len(), |end| end + 1))?.to_owned())
        });
        Self {
            status: number("\"description\":").or_else(|| number("\"status\":")),
            texts: texts.filter(|text| !text.is_empty()).collect(),
        }
    }

    /// Reads one more line.
    pub fn read(&mut self, line: &str) {
        let line = line.trim();
        let Some(key) = TELLING.iter().find(|key| line.starts_with(*key)) else {
            return;
        };
        let value = line[key.len()..].trim().trim_end_matches(',');
        // `Caused by: java.io.IOException: 400`.
        let last = value.rsplit(": ").next().unwrap_or(value);
        let number = if *key == "Caused by:" { last } else { value };
        if !matches!(*key, "code:" | "body:" | "message:")
            && let Some(status) = number.parse().ok().filter(|s| (400..600).contains(s))
        {
            self.status.get_or_insert(status);
        } else if !value.is_empty() {
            self.texts.push(value.to_owned());
        }
    }
}

/// Whether `line` goes on with an error that a line above it began.
pub fn goes_on(line: &str) -> bool {
    line.starts_with([' ', '\t', '}', ']']) && !line.trim().is_empty()
        || line.starts_with("Caused by: ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn details(text: &str) -> Details {
        let mut details = Details::default();
        text.lines().take_while(|l| goes_on(l)).for_each(|line| details.read(line));
        details
    }

    #[test]
    fn an_inspected_error_tells_what_the_server_answered() {
        let text = "    at XHR.onError (/srv/web/polling-xhr.js:48:37) {\n  description: 400,\n  context: XMLHttpRequest {\n    readyState: 4,\n    responseText: '{\"code\":1,\"message\":\"Session ID unknown\"}',\n    status: 400,\n  },\n  type: 'TransportError'\n}\nnext line\n  status: 500";
        assert_eq!(
            details(text),
            Details {
                status: Some(400),
                texts: vec!["'{\"code\":1,\"message\":\"Session ID unknown\"}'".into()],
            }
        );
    }

    #[test]
    fn an_error_in_json_tells_the_same() {
        let text = r#"{"description":400,"context":{"readyState":4,"responseText":"{\"code\":1,\"message\":\"Session ID unknown\"}","status":400}}"#;
        let texts = vec![r#"{\"code\":1,\"message\":\"Session ID unknown\"}"#.to_owned()];
        assert_eq!(Details::of_json(text), Details { status: Some(400), texts });
        let cut =
            Details::of_json(r#"{"description":0,"context":{"responseText":"Error: connect ECONN"#);
        assert_eq!(cut, Details { status: None, texts: vec!["Error: connect ECONN".into()] });
    }

    #[test]
    fn a_chain_of_java_s_ends_in_the_status() {
        let text = "\tat io.socket.engineio.client.Transport.onError(Transport.java:70)\nCaused by: java.io.IOException: 502\n\t... 8 more";
        assert_eq!(details(text), Details { status: Some(502), texts: vec![] });
    }

    #[test]
    fn a_status_of_zero_is_none() {
        assert_eq!(
            details("  description: 0,\n  code: 'ECONNREFUSED',"),
            Details { status: None, texts: vec!["0".into(), "'ECONNREFUSED'".into()] }
        );
    }
}
