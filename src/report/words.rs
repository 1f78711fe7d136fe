//! Numbers, times and names as people read them.

use chrono::DateTime;

use crate::{
    facts::{Layer, Outcome, Step},
    payload::redact::redact,
    time::{Stamp, Zone},
    verdict::{Confidence, LostSid},
};

pub(super) use crate::time::duration;

/// Longest name that is shown to a person, in characters. What a client calls itself may be as long as a request.
const LONGEST_NAME: usize = 80;

/// Longest sentence of a log within one of ours.
const LONGEST_SAID: usize = 400;

/// A name that the log gives (user, namespace, address), masked.
pub(super) fn name(text: &str) -> String {
    cut(&redact(text), LONGEST_NAME)
}

/// What the log says, masked.
pub(super) fn said(text: &str) -> String {
    cut(&redact(text), LONGEST_SAID)
}

fn cut(text: &str, longest: usize) -> String {
    match text.char_indices().nth(longest) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// RFC 3339 with `Z`, for programs. A clock whose zone is not known is written as if it were UTC; the attempt record says so
/// in its detail.
pub(super) fn timestamp(stamp: Stamp) -> String {
    stamp.settled(0).to_rfc3339()
}

/// `2026-11-22 14:52:22`, without the date when `day` is false or the log shows none, with milliseconds when `exact`.
pub(super) fn clock(stamp: Stamp, day: bool, exact: bool) -> String {
    let Some(at) = DateTime::from_timestamp_micros(stamp.micros) else { return "?".to_owned() };
    let format = match (day && !stamp.is_time_of_day(), exact && stamp.fraction) {
        (true, true) => "%Y-%m-%d %H:%M:%S%.3f",
        (true, false) => "%Y-%m-%d %H:%M:%S",
        (false, true) => "%H:%M:%S%.3f",
        (false, false) => "%H:%M:%S",
    };
    at.format(format).to_string()
}

/// Why a session id was not known, and what follows from that.
pub(super) fn lost_sid(lost: LostSid) -> String {
    match lost {
        LostSid::Processes => "Several server processes were running: the request has reached another one than the handshake. Keep each client \
            on one process (affinity in the proxy, whose cookie the client sends back), or run one."
            .into(),
        LostSid::Restart => "A server process came up or was lost less than two minutes before, and the ids that it had given out with it. After a \
            deployment that ends by itself; when processes get killed, look for what kills them."
            .into(),
        LostSid::Silence { seconds } => format!(
            "Nothing had been heard of this session for {}: the server had given it up when the client came back, as after a suspend or a change of \
            network. The client has only to connect anew.",
            duration(seconds)
        ),
        LostSid::GivenOutHere => "The log shows the session before, and no restart since: another process serves the same address, or the proxy's \
            affinity cookie was not sent back with this request."
            .into(),
        LostSid::NeverSeen => "Where the id came from is not in these logs: another process gave it out, or it is older than they are. Fetch the logs of \
            all processes of that address."
            .into(),
    }
}

/// Whether two moments lie on one day.
pub(super) fn same_day(a: Stamp, b: Stamp) -> bool {
    const DAY: i64 = 86_400 * crate::time::SECOND;
    a.micros.div_euclid(DAY) == b.micros.div_euclid(DAY)
}

/// `2026-11-22 14:02:11–14:09:50 UTC`.
pub(super) fn span(first: Stamp, last: Stamp) -> String {
    let zone = if first.zone == Zone::Known && last.zone == Zone::Known { " UTC" } else { "" };
    if first == last {
        return format!("{}{zone}", clock(first, true, false));
    }
    let day = !same_day(first, last);
    let dash = if day { " – " } else { "–" };
    format!("{}{dash}{}{zone}", clock(first, true, false), clock(last, day, false))
}

/// Microseconds between two lines of one attempt: `86 ms`, `2.5 s`, `3 min 2 s`.
pub(super) fn lapse(micros: i64) -> String {
    match micros / 1000 {
        ..1 => "at once".to_owned(),
        ms @ 1..1000 => format!("{ms} ms later"),
        ms @ 1000..60_000 => format!("{}.{} s later", ms / 1000, ms % 1000 / 100),
        ms => format!("{} later", duration(ms / 1000)),
    }
}

/// `+86 ms`, and with a minus what lies before.
pub(super) fn gap(micros: i64) -> String {
    let sign = if micros < 0 { '-' } else { '+' };
    match micros.unsigned_abs() / 1000 {
        ms @ ..1000 => format!("{sign}{ms} ms"),
        ms @ 1000..60_000 => format!("{sign}{}.{} s", ms / 1000, ms % 1000 / 100),
        ms => format!("{sign}{}", duration(i64::try_from(ms / 1000).unwrap_or(i64::MAX))),
    }
}

/// `1 attempt`, `2 attempts`.
pub(super) fn several(count: u64, one: &str) -> String {
    format!("{count} {one}{}", if count == 1 { "" } else { "s" })
}

/// `17 %`, and never 0 or 100 for what is neither.
#[allow(clippy::cast_possible_truncation)] // 0 to 100
pub(super) fn percent(share: f64) -> String {
    let whole = (share * 100.0).round() as i64;
    match whole {
        0 if share > 0.0 => "<1 %".to_owned(),
        100 if share < 1.0 => ">99 %".to_owned(),
        n => format!("{n} %"),
    }
}

/// What became of an attempt, as the end of a sentence about it.
pub(super) fn ending(outcome: Outcome, layer: Layer) -> &'static str {
    match (outcome, layer) {
        (Outcome::Accepted, _) => "it was let in",
        (Outcome::Undecided, _) => "the log never says how it ended",
        (Outcome::Abandoned, Layer::None | Layer::Client) => "the client left before it was let in",
        (Outcome::Abandoned, _) => "the client gave up after a refusal",
        (Outcome::Rejected, Layer::None) => "it was refused",
        (Outcome::Rejected, Layer::Client) => "it ended on the client's side",
        (Outcome::Rejected, Layer::Edge) => {
            "something in front of the server refused it (firewall, CDN, login proxy)"
        }
        (Outcome::Rejected, Layer::Proxy) => "the proxy refused it",
        (Outcome::Rejected, Layer::Engine) => "the Engine.IO server refused the request",
        (Outcome::Rejected, Layer::Namespace) => "the Socket.IO server refused the namespace",
        (Outcome::Rejected, Layer::Handler) => "the connect handler refused it",
        (Outcome::Rejected, Layer::Application) => {
            "it was connected, and the application refused its first event"
        }
    }
}

/// A step of the funnel.
pub(super) fn step(step: Step) -> &'static str {
    match step {
        Step::Handshake => "got a handshake",
        Step::Connect => "asked for a namespace",
        Step::Credentials => "showed a credential",
        Step::Decided => "were decided on",
        Step::Accepted => "were let in",
        Step::Stayed => "were seen a minute later",
    }
}

/// With a capital at its beginning.
pub(super) fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// How sure a verdict is, as a sentence.
pub(super) fn surety(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::Stated => "stated (a line says so)",
        Confidence::Derived => "derived (computed from what the lines show)",
        Confidence::Inferred => {
            "inferred (from what is missing, or from lines that stand together)"
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_names_are_cut_after_they_are_masked() {
        assert_eq!(name("alice"), "alice");
        assert_eq!(name(&"é".repeat(81)), format!("{}…", "é".repeat(80)));
        let secret = format!("password={}", "x".repeat(200));
        assert_eq!(name(&secret), "password=‹secret›");
    }

    #[test]
    fn durations_have_two_units_at_most() {
        for (seconds, want) in [
            (0, "less than 1 s"),
            (59, "59 s"),
            (3140, "52 min 20 s"),
            (3600, "1 h"),
            (90_061, "1 d 1 h"),
            (86_405, "1 d"),
            (-5, "5 s"),
            (i64::MIN, "106751991167300 d 15 h"),
        ] {
            assert_eq!(duration(seconds), want);
        }
    }

    #[test]
    fn a_share_is_not_rounded_to_none_or_all() {
        for (share, want) in
            [(0.0, "0 %"), (0.001, "<1 %"), (0.166, "17 %"), (0.999, ">99 %"), (1.0, "100 %")]
        {
            assert_eq!(percent(share), want);
        }
    }

    #[test]
    fn a_span_names_the_day_once_when_there_is_one() {
        let at = |text: &str| Stamp::from_user(text).unwrap();
        for (first, last, want) in [
            ("2026-11-22T14:02:11Z", "2026-11-22T14:09:50Z", "2026-11-22 14:02:11–14:09:50 UTC"),
            (
                "2026-11-22 14:02:11",
                "2026-11-23 14:09:50",
                "2026-11-22 14:02:11 – 2026-11-23 14:09:50",
            ),
            ("2026-11-22 14:02:11", "2026-11-22 14:02:11", "2026-11-22 14:02:11"),
        ] {
            assert_eq!(span(at(first), at(last)), want);
        }
        assert_eq!(clock(Stamp::exact(i64::MAX, true), true, true), "?");
    }

    #[test]
    fn a_clock_without_a_zone_is_written_as_utc_for_programs() {
        assert_eq!(timestamp(Stamp::local(0, true)), "1970-01-01T00:00:00.000Z");
    }
}
