//! Parameters and headers as Java prints them: a map of lists (`{EIO=[4], token=[abc], Host=[chat.example.com]}`), or Netty's headers
//! (`DefaultHttpHeaders[Host: chat.example.com, Origin: https://example.com]`).

use super::{literal::Value, offer, request::HttpRequest};
use crate::event::{Offer, Place};

/// Longest key that is believed to be one.
const LONGEST_KEY: usize = 64;

/// Names with the first value of each, in the order printed. Text that was cut gives what stood before the cut.
pub fn entries(text: &str) -> Vec<(&str, &str)> {
    let mut entries = Vec::new();
    let mut rest = text.trim_start().strip_prefix('{').unwrap_or_default();
    while let Some((key, after)) = rest.split_once("=[") {
        if key.len() > LONGEST_KEY {
            break;
        }
        // A value may hold brackets; its own is followed by the next key or the end.
        let end = after.match_indices(']').map(|(at, _)| at).find(|at| {
            after.get(at + 1..).is_some_and(|t| t.is_empty() || t.starts_with([',', '}']))
        });
        let (value, next) = after.split_at(end.unwrap_or(after.len()));
        entries.push((key, value.split(", ").next().unwrap_or(value)));
        rest = next.trim_start_matches([']', ',', ' ']);
    }
    entries
}

/// Headers with their values, as Netty prints its own: `‹class›[‹name›: ‹value›, …]`. A value may hold a comma, so the next header begins behind one where a name
/// and a colon follow.
fn netty(text: &str) -> Option<Vec<(&str, &str)>> {
    let (class, rest) = text.split_once('[')?;
    let is_name = |name: &str| {
        !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    if !is_name(class) {
        return None;
    }
    let mut rest = rest.strip_suffix(']').unwrap_or(rest);
    let mut headers = Vec::new();
    while let Some((name, after)) = rest.split_once(": ").filter(|(name, _)| is_name(name)) {
        let next = after
            .match_indices(", ")
            .map(|(at, _)| at)
            .find(|at| after[at + 2..].split_once(": ").is_some_and(|(name, _)| is_name(name)));
        let (value, next) = next.map_or((after, ""), |at| (&after[..at], &after[at + 2..]));
        headers.push((name, value));
        rest = next;
    }
    Some(headers)
}

/// The handshake request that had these parameters and these headers.
pub fn handshake(query: &str, headers: Option<&str>) -> Option<HttpRequest> {
    let pairs: Vec<String> =
        entries(query).into_iter().map(|(k, v)| format!("{}={}", escape(k), escape(v))).collect();
    let mut request = HttpRequest::from_target(None, &format!("/socket.io/?{}", pairs.join("&")))?;
    let Some(headers) = headers else { return Some(request) };
    let headers = netty(headers).unwrap_or_else(|| entries(headers));
    // No client sends a host and nothing else: such a list was cut by whoever pasted it.
    let whole = headers.len() > 1;
    let map = headers.into_iter().map(|(name, value)| (name.into(), Value::Text(value.into())));
    let map = Value::Map(map.collect());
    let shown = offer::from_headers(&map);
    if request.offer.is_none() {
        request.offer = shown.offers.into_iter().next().map(Box::new);
    }
    // All of both was printed, so nothing else came.
    if request.offer.is_none() && whole && shown.headers_shown && shown.cookies.is_empty() {
        request.offer = Some(Box::new(Offer::absent(Place::Query)));
    }
    Some(request)
}

/// What a URL needs written otherwise.
fn escape(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut out, c| {
        match c {
            '%' => out.push_str("%25"),
            '&' => out.push_str("%26"),
            '#' => out.push_str("%23"),
            '+' => out.push_str("%2B"),
            '=' => out.push_str("%3D"),
            c if c.is_whitespace() => out.push_str("%20"),
            c => out.push(c),
        }
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::Form;

    #[test]
    fn a_map_of_lists_gives_the_first_value_of_each_key() {
        assert_eq!(
            entries("{EIO=[4], accept=[a/b, c/d], ip=[[::1]:80], cut=[abc"),
            [("EIO", "4"), ("accept", "a/b"), ("ip", "[::1]:80"), ("cut", "abc")]
        );
        assert!(entries("nothing").is_empty());
    }

    #[test]
    fn headers_of_netty_are_read_with_commas_in_their_values() {
        assert_eq!(
            netty(
                "DefaultHttpHeaders[Host: a.example, Accept: a/b, c/d, X-Empty: , Cookie: s=1; t=2]"
            ),
            Some(vec![
                ("Host", "a.example"),
                ("Accept", "a/b, c/d"),
                ("X-Empty", ""),
                ("Cookie", "s=1; t=2")
            ])
        );
        assert_eq!(netty("DefaultHttpHeaders[]"), Some(Vec::new()));
        assert_eq!(netty("[Host=chat.example.com]"), None);
        assert_eq!(netty("{Host=[chat.example.com]}"), None);
    }

    #[test]
    fn credentials_are_found_in_both_and_their_absence_only_where_both_are_shown() {
        let form = |query: &str, headers: Option<&str>| {
            handshake(query, headers).unwrap().offer.map(|o| (o.place, o.form))
        };
        assert_eq!(form("{EIO=[4], token=[undefined]}", None), Some((Place::Query, Form::Empty)));
        assert_eq!(
            form("{EIO=[4]}", Some("{Host=[a], Authorization=[Bearer x.y]}")),
            Some((Place::Header, Form::Opaque))
        );
        assert_eq!(
            form("{EIO=[4]}", Some("{Host=[a], Accept=[*/*]}")),
            Some((Place::Query, Form::Absent))
        );
        assert_eq!(form("{EIO=[4]}", Some("DefaultHttpHeaders[Host: a]")), None);
        assert_eq!(form("{EIO=[4]}", Some("{Host=[a], Cookie=[session=abc]}")), None);
        assert_eq!(form("{EIO=[4]}", None), None);
    }
}
