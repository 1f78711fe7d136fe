//! The members of a token's or a session's JSON, with other values of the same shape.
//!
//! The text is changed in place: order, spaces and doubled members stay as they are. Times stay, and so does what says for whom and what the
//! token is (`iss`, `aud`, `scope`, `type` …): it names no person, and verdicts rest on it.

use super::shape::{Choice, Shaper};

/// Members whose strings name services, kinds and rights.
const PLAIN: [&str; 14] = [
    "iss",
    "aud",
    "azp",
    "typ",
    "type",
    "token_type",
    "token_use",
    "scope",
    "scp",
    "role",
    "roles",
    "alg",
    "kid",
    "cty",
];

/// Members that are times, or lengths of time.
const TIMES: [&str; 9] = [
    "exp",
    "iat",
    "nbf",
    "auth_time",
    "updated_at",
    "expires",
    "expires_in",
    "originalMaxAge",
    "max_age",
];

/// Writes `json` with other values to `out`.
pub(super) fn write(json: &str, shaper: &mut Shaper, choice: Choice<'_>, out: &mut Vec<u8>) {
    let bytes = json.as_bytes();
    // Whether each open bracket is an object's, and the member that is being read.
    let mut open: Vec<bool> = Vec::new();
    let mut key = "";
    let mut is_value = true;
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'"' => {
                let end = closing(bytes, at + 1);
                let text = json.get(at + 1..end).unwrap_or_default();
                out.push(b'"');
                if !is_value {
                    key = text;
                }
                if is_value && !stays(key, text) {
                    shaper.write(text, false, choice, out);
                } else {
                    out.extend_from_slice(text.as_bytes());
                }
                at = end;
                if bytes.get(at) == Some(&b'"') {
                    out.push(b'"');
                    at += 1;
                }
                continue;
            }
            b'0'..=b'9' => {
                let run = bytes[at..].iter().take_while(|b| b.is_ascii_digit()).count();
                let text = json.get(at..at + run).unwrap_or_default();
                if stays(key, text) || is_time(text) {
                    out.extend_from_slice(text.as_bytes());
                } else {
                    shaper.write(text, false, choice, out);
                }
                at += run;
                continue;
            }
            b'{' => {
                open.push(true);
                is_value = false;
            }
            b'[' => {
                open.push(false);
                is_value = true;
            }
            b'}' | b']' => {
                open.pop();
                is_value = true;
            }
            b':' => is_value = true,
            b',' => is_value = open.last() != Some(&true),
            _ => {}
        }
        out.push(byte);
        at += 1;
    }
}

/// Where the string ends that began before `from`.
fn closing(bytes: &[u8], from: usize) -> usize {
    let mut at = from;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => return at,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    bytes.len()
}

/// Whether a value names nobody.
fn stays(key: &str, text: &str) -> bool {
    let word = matches!(text, "" | "None" | "null" | "undefined" | "anonymous" | "guest");
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    word || PLAIN.contains(&key) || digits && TIMES.contains(&key)
}

/// Whether a number is a moment of these decades, in seconds or milliseconds.
fn is_time(number: &str) -> bool {
    matches!(number.len(), 10 | 13) && matches!(number.as_bytes(), [b'1' | b'2', ..])
}

#[cfg(test)]
mod tests {
    use super::{super::key::Key, *};

    #[test]
    fn names_are_changed_and_times_are_not() {
        let json = r#"{"iss":"https://id.example.test","sub":"alice","uid": 4711,"aud":["web"],"iat":1795360625,"exp":1795361530.5,"a":{"email":"al\"ice@example.com","ok":true,"n":null,"l":["bob",7]}}"#;
        let key = Key::new(b"k");
        let mut out = Vec::new();
        write(json, &mut Shaper::default(), Choice::Permuted(&key), &mut out);
        let out = String::from_utf8(out).unwrap();
        assert_eq!(out.len(), json.len());
        for stays in [
            r#"{"iss":"https://id.example.test","sub":""#,
            r#""aud":["web"],"iat":1795360625,"exp":1795361530.5,"a":{"email":"#,
            r#","ok":true,"n":null,"l":[""#,
        ] {
            assert!(out.contains(stays), "{out}");
        }
        for goes in ["alice", "4711", "al\\\"ice", "bob", ",7]"] {
            assert!(!out.contains(goes), "{goes}: {out}");
        }
        assert!(serde_json::from_str::<serde_json::Value>(&out).is_ok(), "{out}");
    }
}
