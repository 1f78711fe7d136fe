//! `Cookie` headers, and what the usual session cookies say of themselves.

use nom::{
    IResult, Parser,
    bytes::complete::{take_till, take_till1},
    character::complete::{char, multispace0},
    multi::separated_list0,
    sequence::{delimited, separated_pair},
};

use super::literal::Value;
use crate::secret::Secret;

/// The cookies of one request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CookieHeader {
    /// Name and value, in order.
    pub pairs: Vec<(Box<str>, Secret)>,
}

impl CookieHeader {
    /// Reads the value of a `Cookie` header: `a=b; c=d`.
    pub fn from_header(text: &str) -> Self {
        let pairs = header(text.trim()).map(|(_, pairs)| pairs).unwrap_or_default();
        Self {
            pairs: pairs
                .into_iter()
                .map(|(name, value)| (name.into(), Secret::new(unquoted(value))))
                .collect(),
        }
    }

    /// Reads cookies as an application prints them: `{'session': '…'}`, `ImmutableMultiDict([('session', '…')])`, or the
    /// header's text.
    pub fn from_value(value: &Value<'_>) -> Self {
        if let Some(text) = value.as_str() {
            return Self::from_header(text);
        }
        let pairs = value
            .entries()
            .into_iter()
            .filter_map(|(name, value)| Some((name.into(), Secret::new(value.as_str()?))))
            .collect();
        Self { pairs }
    }

    /// Whether no cookie came.
    pub fn is_empty(&self) -> bool {
        self.pairs.is_empty()
    }

    /// The value under `name`.
    pub fn get(&self, name: &str) -> Option<&Secret> {
        self.pairs.iter().find_map(|(n, value)| (&**n == name).then_some(value))
    }

    /// The cookie that carries the web session, by its name: `session` (Flask), `connect.sid` (Express), `sessionid`
    /// (Django) and whatever has `sess` in it. Engine.IO's own `io` cookie is none.
    pub fn session_cookie(&self) -> Option<(&str, &Secret)> {
        let best = self
            .pairs
            .iter()
            .filter_map(|pair| Some((rank(&pair.0)?, pair)))
            .min_by_key(|(rank, _)| *rank);
        best.map(|(_, (name, value))| (&**name, value))
    }

    /// Flask-Login's long-lived cookie, which restores a session and is none itself.
    pub fn remember_token(&self) -> Option<&Secret> {
        self.get("remember_token")
    }
}

/// How surely a cookie of this name carries the web session, the surest first; `None` for one that does not.
fn rank(name: &str) -> Option<u8> {
    let name = name.to_ascii_lowercase();
    match name.as_str() {
        "session" | "connect.sid" | "sessionid" => Some(0),
        _ if name.contains("sess") => Some(1),
        "sid" | "sails.sid" | "koa.sid" => Some(2),
        _ => None,
    }
}

/// Whether a cookie of this name carries a web session, or restores one.
pub fn is_of_session(name: &str) -> bool {
    rank(name).is_some() || name == "remember_token"
}

fn header(input: &str) -> IResult<&str, Vec<(&str, &str)>> {
    let name = take_till1(|c: char| matches!(c, '=' | ';') || c.is_whitespace());
    let value = take_till(|c: char| c == ';');
    separated_list0(
        delimited(multispace0, char(';'), multispace0),
        separated_pair(name, char('='), value),
    )
    .parse(input)
}

fn unquoted(value: &str) -> &str {
    let value = value.trim();
    value.strip_prefix('"').and_then(|v| v.strip_suffix('"')).unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::payload::literal;

    fn plain(cookies: &CookieHeader) -> Vec<(&str, &str)> {
        cookies.pairs.iter().map(|(name, value)| (&**name, value.expose())).collect()
    }

    #[test]
    fn a_header_is_read_in_order() {
        for (text, want) in [
            (
                "session=.eJw9.aw.sig; theme=dark",
                vec![("session", ".eJw9.aw.sig"), ("theme", "dark")],
            ),
            ("a=1;b=\"2 3\" ;  c=x==", vec![("a", "1"), ("b", "2 3"), ("c", "x==")]),
            ("a=", vec![("a", "")]),
            ("", vec![]),
            ("None", vec![]),
        ] {
            assert_eq!(plain(&CookieHeader::from_header(text)), want, "{text}");
        }
    }

    #[test]
    fn printed_dicts_are_cookies_too() {
        for text in [
            "{'session': 'x', 'a': 'b'}",
            "ImmutableMultiDict([('session', 'x'), ('a', 'b')])",
            "'session=x; a=b'",
        ] {
            let (value, _) = literal::value(text).unwrap();
            assert_eq!(
                plain(&CookieHeader::from_value(&value)),
                [("session", "x"), ("a", "b")],
                "{text}"
            );
        }
        assert!(CookieHeader::from_value(&Value::Null).is_empty());
    }

    #[test]
    fn the_session_cookie_goes_by_its_name() {
        for (text, want) in [
            ("theme=dark; session=x", Some("session")),
            ("my_session_v2=y; sessionid=x", Some("sessionid")),
            ("connect.sid=s%3Ax", Some("connect.sid")),
            ("JSESSIONID=x", Some("JSESSIONID")),
            ("remember_token=7|ab; io=85rwddXf5qzlW0vzAAAA", None),
        ] {
            assert_eq!(
                CookieHeader::from_header(text).session_cookie().map(|(name, _)| name),
                want,
                "{text}"
            );
        }
        assert!(CookieHeader::from_header("remember_token=7|ab").remember_token().is_some());
    }
}
