//! Takes nested objects apart: an error becomes the sentence it stands for, any other object its members under dotted names (`req.url`).
//!
//! Loggers serialize errors as `{"type":…,"message":…,"stack":…,"code":…}` (pino, bunyan, winston, ECS). What a person would have
//! printed is class and message, so that is what the field says; the stack names files and functions, whose words mean nothing.

use std::sync::LazyLock;

use memchr::memmem::Finder;

use super::{Cow, Member, Value};

/// A field's name and value.
pub(super) type Field<'a> = (Cow<'a, str>, Cow<'a, str>);

/// How deep objects are taken apart; what is deeper stays text.
const DEPTH: usize = 4;

/// How many fields a line may have; the rest stays unread.
const MOST: usize = 96;

/// What of an object is an error's own; the rest of its members are fields.
const MESSAGE: [&str; 2] = ["message", "msg"];
const CLASS: [&str; 3] = ["name", "type", "kind"];
const STACK: [&str; 4] = ["stack", "stack_trace", "stacktrace", "stackTrace"];

/// The groups of dotted members that are one error: ECS, OpenTelemetry.
const GROUPS: [&str; 3] = ["error", "exception", "err"];

/// The fields that `members` stand for.
pub(super) fn fields<'a>(members: Vec<Member<'a>>) -> Vec<Field<'a>> {
    let mut fields = Vec::with_capacity(members.len());
    let mut dotted: Vec<Member<'a>> = Vec::new();
    for (key, value) in members {
        let grouped = key.split_once('.').is_some_and(|(group, _)| GROUPS.contains(&group));
        if grouped {
            dotted.push((key, value));
        } else {
            add(key, value, DEPTH, &mut fields);
        }
    }
    for group in GROUPS {
        let of_group = |key: &str| key.split_once('.').is_some_and(|(head, _)| head == group);
        let parts: Vec<Member<'a>> = dotted
            .iter()
            .filter(|(key, _)| of_group(key))
            .filter_map(|(key, value)| {
                Some((Cow::Owned(key.split_once('.')?.1.to_owned()), *value))
            })
            .collect();
        match sentence(&parts) {
            Some(said) if !parts.is_empty() => {
                fields.push((Cow::Borrowed(group), said));
                dotted.retain(|(key, _)| {
                    !of_group(key) || !is_own(key.split_once('.').map_or("", |(_, name)| name))
                });
            }
            _ => {}
        }
    }
    fields.extend(dotted.into_iter().map(|(key, value)| (key, value.text())));
    fields
}

/// The sentence that an error stands for: `TokenExpiredError: jwt expired (token_expired)`; `None` when it is no error.
pub(super) fn sentence<'a>(members: &[Member<'a>]) -> Option<Cow<'a, str>> {
    let text = |names: &[&str]| {
        names.iter().find_map(|name| {
            members
                .iter()
                .find(|(key, _)| key == name)
                .and_then(|(_, value)| value.string())
                .filter(|text| !text.is_empty())
        })
    };
    let stack = text(&STACK);
    let first = stack.as_deref().and_then(|stack| stack.lines().next()).unwrap_or_default();
    let code = text(&["code"]);
    let class = text(&CLASS).filter(|class| class != "Error");
    let Some(message) = text(&MESSAGE) else {
        // Only a stack was kept: its first line is class and message.
        return (!first.is_empty()).then(|| Cow::Owned(first.to_owned()));
    };
    if class.is_none() && code.is_none() && stack.is_none() {
        return None;
    }
    let mut said = match class {
        Some(class) if !message.starts_with(&*class) => format!("{class}: {message}"),
        None if first.ends_with(&*message) && !first.starts_with("Error: ") => first.to_owned(),
        _ => message.into_owned(),
    };
    if let Some(code) = code {
        said.push_str(" (");
        said.push_str(&code);
        said.push(')');
    }
    Some(Cow::Owned(said))
}

/// The first line of a stack that stands beside the message, where the message does not say the same.
pub(super) fn of_stack<'a>(members: &mut Vec<Member<'a>>, message: &str) -> Option<Field<'a>> {
    let at = members.iter().position(|(key, _)| STACK.contains(&&**key))?;
    let stack = members.get(at)?.1.string()?;
    members.remove(at);
    let first = stack.lines().next()?.trim_end();
    let text = first.split_once(": ").map_or(first, |(_, text)| text);
    // The class is news even where the text is known.
    let known = message.contains(first) || first == format!("Error: {message}");
    (!known && !text.is_empty()).then(|| (Cow::Borrowed("error"), Cow::Owned(first.to_owned())))
}

/// The stack of an error, by itself or as part of an object, where its frames name Socket.IO.
pub(super) fn frames<'a>(members: &[Member<'a>]) -> Option<Cow<'a, str>> {
    static NAME: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new("socket.io"));
    let names_it = |value: &Value<'a>| NAME.find(value.raw().as_bytes()).is_some();
    let is_stack = |key: &str| STACK.contains(&key.rsplit('.').next().unwrap_or(key));
    members.iter().filter(|(_, value)| names_it(value)).find_map(|(key, value)| {
        if is_stack(key) {
            return value.string();
        }
        let inside = value.members()?;
        inside.iter().find(|(key, _)| is_stack(key))?.1.string()
    })
}

fn is_own(name: &str) -> bool {
    MESSAGE.contains(&name) || CLASS.contains(&name) || STACK.contains(&name)
}

/// Adds what `value` says under `key`.
fn add<'a>(key: Cow<'a, str>, value: Value<'a>, depth: usize, fields: &mut Vec<Field<'a>>) {
    if fields.len() >= MOST {
        return;
    }
    let inside = if depth == 0 { None } else { value.members() };
    let Some(inside) = inside else {
        fields.push((key, value.text()));
        return;
    };
    let said = sentence(&inside);
    let is_error = said.is_some();
    if let Some(said) = said {
        fields.push((key.clone(), said));
    }
    for (name, value) in inside {
        if !(is_error && is_own(&name)) {
            add(Cow::Owned(format!("{key}.{name}")), value, depth - 1, fields);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{super::scan, *};

    fn shown(object: &str) -> String {
        let fields = fields(scan::object(object).unwrap());
        fields.iter().map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>().join(";")
    }

    #[test]
    fn an_error_is_the_sentence_it_stands_for() {
        for (object, want) in [
            (
                r#"{"err":{"type":"TokenExpiredError","message":"jwt expired","stack":"TokenExpiredError: jwt expired\n    at verify","expiredAt":"x"}}"#,
                "err=TokenExpiredError: jwt expired;err.expiredAt=x",
            ),
            (
                r#"{"err":{"name":"Error","message":"no session","code":"E_SESSION"}}"#,
                "err=no session (E_SESSION);err.code=E_SESSION",
            ),
            (
                r#"{"error":{"message":"jwt malformed","stack":"JsonWebTokenError: jwt malformed\n    at x"}}"#,
                "error=JsonWebTokenError: jwt malformed",
            ),
            (
                r#"{"error.message":"jwt expired","error.type":"TokenExpiredError","error.code":"E1"}"#,
                "error=TokenExpiredError: jwt expired (E1);error.code=E1",
            ),
            (
                r#"{"exception.type":"ValueError","exception.message":"no","user.name":"alice"}"#,
                "user.name=alice;exception=ValueError: no",
            ),
            (r#"{"err":{"stack":"Error: jwt expired\n    at x"}}"#, "err=Error: jwt expired"),
        ] {
            assert_eq!(shown(object), want, "{object}");
        }
    }

    #[test]
    fn other_objects_give_their_members() {
        assert_eq!(
            shown(
                r#"{"req":{"url":"/socket.io/","headers":{"host":"a.example.com"}},"n":1,"l":[1, 2]}"#
            ),
            "req.url=/socket.io/;req.headers.host=a.example.com;n=1;l=[1,2]"
        );
        // A message alone makes no error: it may be what somebody wrote in a chat.
        assert_eq!(shown(r#"{"data":{"message":"hi"}}"#), "data.message=hi");
    }

    #[test]
    fn what_is_very_deep_or_wide_is_bounded() {
        let deep = format!("{}1{}", r#"{"a":"#.repeat(30), "}".repeat(30));
        assert!(shown(&deep).starts_with("a.a.a.a.a={"));
        let wide: Vec<String> = (0..500).map(|n| format!("\"k{n}\":{{\"v\":{n}}}")).collect();
        assert_eq!(fields(scan::object(&format!("{{{}}}", wide.join(","))).unwrap()).len(), MOST);
    }
}
