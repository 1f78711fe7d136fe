//! java.util.logging prints a record in two lines: `Nov 22, 2026 2:45:32 PM com.example.Chat connect`, and below it `INFO: M`.

use super::{Peeled, words::is_logger};

/// The class, when a line is the upper one: a time, a class and a method, and nothing else.
#[must_use]
pub fn class<'p>(upper: &'p Peeled<'_>) -> Option<&'p str> {
    upper.stamp?;
    if upper.level.is_some() || upper.message.len() > 200 {
        return None;
    }
    let (class, method) = upper.message.split_once(' ').unwrap_or((&upper.message, ""));
    let is_method = method.bytes().all(|b| b.is_ascii_alphanumeric() || b"_$<>".contains(&b));
    // Without a capital it is the name of something that happened, as structured logs have them: `auth.denied`.
    let is_class = is_logger(class)
        && class
            .rsplit_once('.')
            .is_some_and(|(_, name)| name.starts_with(|c: char| c.is_ascii_uppercase()));
    (is_class && is_method).then_some(class)
}

/// Whether `lower` can stand below such a line, whose time and class are its own too.
#[must_use]
pub fn may_be_lower(lower: &Peeled<'_>) -> bool {
    lower.level.is_some() && (lower.stamp.is_none() || lower.logger.is_none())
}

#[cfg(test)]
mod tests {
    use crate::envelope::Peeler;

    #[test]
    fn only_a_time_with_a_class_and_a_method_is_an_upper_line() {
        let peeler = Peeler::with_year(2026);
        for (line, class) in [
            (
                "Nov 22, 2026 2:45:32 PM com.example.chat.ChatServer onConnect",
                Some("com.example.chat.ChatServer"),
            ),
            (
                "Nov 22, 2026 2:45:32 PM com.corundumstudio.socketio.SocketIOServer lambda$start$0",
                Some("com.corundumstudio.socketio.SocketIOServer"),
            ),
            ("Nov 22, 2026 2:45:32 PM somebody said com.example.Chat", None),
            ("com.example.chat.ChatServer onConnect", None),
            ("2026-11-22 14:45:32 INFO com.example.chat.ChatServer", None),
            ("Nov 22, 2026 2:45:32 PM chat.auth.denied", None),
        ] {
            assert_eq!(super::class(&peeler.peel(line)), class, "{line}");
        }
    }
}
