//! What attempts show together, in sentences: what is so, with its figures, and what follows from it.

use super::{Report, words};
use crate::{
    patterns::{
        Clock, Clocks, Culprit, Deaths, Edge, Herd, Pattern, Restart, Retries, Rotation, Storm,
        Who, Window,
    },
    time::Stamp,
};

/// What is so.
pub(super) fn sentence(pattern: &Pattern, report: &Report) -> String {
    let when = |at: Stamp| words::clock(at, !on_one_day(report), false);
    match pattern {
        Pattern::FailureWindow(window) => self::window(window, &when),
        Pattern::KeyRotation(rotation) => self::rotation(rotation, &when),
        Pattern::ThunderingHerd(herd) => self::herd(herd, &when),
        Pattern::ReconnectStorm(storm) => self::storm(storm),
        Pattern::StaleTokenRetry(retries) => self::retries(retries),
        Pattern::TokenDiesConnected(deaths) => self::deaths(deaths),
        Pattern::OneBehindMost(culprit) => self::culprit(culprit),
    }
}

/// What follows from it.
pub(super) fn advice(pattern: &Pattern) -> &'static str {
    match pattern {
        Pattern::FailureWindow(_) => {
            "Something changed at that moment, not in the clients: look for a deploy, a configuration, a certificate or a backend."
        }
        Pattern::KeyRotation(rotation) if rotation.accepted_since == 0 => {
            "The server checks with another key than the issuer signs with: compare the two, and whether all workers have read the new one."
        }
        Pattern::KeyRotation(_) => {
            "The key was changed. Accept the old key beside the new one (kid) until the last token signed with it has run out, or have clients fetch a new token after \
             this refusal."
        }
        Pattern::ThunderingHerd(_) => {
            "Spread the return: larger `reconnectionDelayMax` and `randomizationFactor` at the clients, workers restarted one after the other, and room for that many \
             handshakes at once."
        }
        Pattern::ReconnectStorm(_) => {
            "No library tries that often by itself: look for connect() in `connect_error` or `disconnect`, and limit handshakes per client."
        }
        Pattern::StaleTokenRetry(_) => {
            "Fetch a new token after a refusal, and stop when there is none: a dead token does not come back to life."
        }
        Pattern::TokenDiesConnected(_) => {
            "Give `auth` as a function, so that a reconnect reads the token of now, and renew it before it runs out while the connection stands."
        }
        Pattern::OneBehindMost(_) => {
            "The others are well: look at this one's version, configuration and credentials before the server's."
        }
    }
}

fn window(window: &Window, when: &dyn Fn(Stamp) -> String) -> String {
    let Window { cause, failed, attempts, begins, ends } = window;
    let times = if failed == attempts {
        format!("all {attempts} attempts failed with {cause}")
    } else {
        format!("{failed} of {attempts} attempts failed with {cause}")
    };
    match (begins, ends) {
        (Some(begin), Some(end)) => format!(
            "From {} to {} {times}; none of the {} before{} and none of the {} behind{}.",
            when(begin.at),
            when(end.at),
            words::several(begin.without, "attempt"),
            restarted(begin),
            end.without,
            restarted(end),
        ),
        (Some(begin), None) => format!(
            "From {} on {times}, none of the {} before{}.",
            when(begin.at),
            words::several(begin.without, "attempt"),
            restarted(begin)
        ),
        (None, Some(end)) => format!(
            "Until {} {times}, none of the {} behind{}.",
            when(end.at),
            words::several(end.without, "attempt"),
            restarted(end)
        ),
        (None, None) => format!("{times}."),
    }
}

fn restarted(edge: &Edge) -> String {
    edge.restart.map_or_else(String::new, |restart| format!(" ({})", process(restart)))
}

fn process(restart: Restart) -> String {
    let what = if restart.lost { "was lost" } else { "came up" };
    match restart.seconds_before {
        0 => format!("a server process {what} in that second"),
        before @ 1.. => format!("a server process {what} {} earlier", words::duration(before)),
        behind => format!("a server process {what} {} later", words::duration(behind)),
    }
}

fn rotation(rotation: &Rotation, when: &dyn Fn(Stamp) -> String) -> String {
    let Rotation { cause, refused, accepted_before, accepted_since, .. } = rotation;
    let until = words::clock(rotation.issued_until, true, false);
    let from = when(rotation.refused_from);
    match rotation.issued_from {
        Some(issued) => format!(
            "Tokens issued up to {until} UTC are refused from {from} on ({cause}, {}), where {accepted_before} had been let in before; tokens issued since {} UTC \
             are let in ({accepted_since}).",
            words::several(*refused, "attempt"),
            words::clock(issued, true, false),
        ),
        None => format!(
            "From {from} on no token is let in any more ({cause}, {}); before, {accepted_before} were.",
            words::several(*refused, "attempt"),
        ),
    }
}

fn herd(herd: &Herd, when: &dyn Fn(Stamp) -> String) -> String {
    let why = herd.cause.map(|cause| format!(", most with {cause}")).unwrap_or_default();
    let restart = herd.restart.map(|r| format!("; {}", process(r))).unwrap_or_default();
    format!(
        "About {} clients came within {} s from {} on, {} times as many attempts as usual: {} of {} failed{why}{restart}.",
        herd.clients,
        herd.seconds,
        when(herd.at),
        herd.times_usual,
        herd.failed,
        herd.attempts
    )
}

fn storm(storm: &Storm) -> String {
    let others = match storm.clients - 1 {
        0 => String::new(),
        1 => "; 1 other client does the same".to_owned(),
        more => format!("; {more} other clients do the same"),
    };
    format!(
        "{} tried up to {} times a minute ({}, {} failed){others}.",
        words::capital(&name(&storm.who)),
        storm.most_per_minute,
        words::several(storm.attempts, "attempt"),
        storm.failed
    )
}

fn retries(retries: &Retries) -> String {
    let from = retries
        .clients
        .map(|t| format!(", from {t} address{}", if t.count == 1 { "" } else { "es" }))
        .unwrap_or_default();
    let every = match retries.every_s {
        Some(seconds @ 1..) => format!(", every {} on average", words::duration(seconds)),
        Some(_) => ", several times a second".to_owned(),
        None => String::new(),
    };
    let (token, most) = (retries.token, retries.most);
    let times =
        format!("{} more time{}", retries.retries, if retries.retries == 1 { "" } else { "s" });
    if retries.tokens == 1 {
        format!("‹jwt#{token}› was presented {times} after its first refusal{from}{every}.")
    } else {
        format!(
            "{} tokens were presented {times} after their first refusal{from}; the busiest, ‹jwt#{token}›, {}{every}.",
            retries.tokens,
            words::several(most, "time"),
        )
    }
}

fn deaths(deaths: &Deaths) -> String {
    let mut parts = Vec::new();
    if deaths.came_back > 0 {
        parts.push(format!(
            "{} of {} refused as expired had been let in before: they ran out meanwhile, and the reconnect sent them again",
            deaths.came_back,
            words::several(deaths.expired, "token"),
        ));
    }
    if deaths.ended > 0 {
        parts.push(format!(
            "the server ended {} because the token had run out",
            words::several(deaths.ended, "connection")
        ));
    }
    format!("{}.", words::capital(&parts.join("; ")))
}

fn culprit(culprit: &Culprit) -> String {
    let why = culprit.cause.map(|cause| format!(", most with {cause}")).unwrap_or_default();
    format!(
        "{} is behind {} of {} failures{why}, with {} of {}.",
        words::capital(&name(&culprit.who)),
        culprit.failed,
        culprit.of_failed,
        culprit.attempts,
        words::several(culprit.of_attempts, "attempt"),
    )
}

fn name(who: &Who) -> String {
    match (&who.user, &who.client) {
        (Some(user), Some(client)) => format!("user {user} at {client}"),
        (Some(user), None) => format!("user {user}"),
        (None, Some(client)) if who.alone => format!("the client at {client}"),
        (None, Some(client)) => format!("address {client}, one client or several,"),
        (None, None) => "a client".to_owned(),
    }
}

/// Whether a clock is worth telling a person of: it explains something, or something failed and has to be looked for in both logs.
pub(super) fn is_told(clock: &Clock, report: &Report) -> bool {
    match clock.pair {
        Clocks::IssuerServer | Clocks::ServerIssuer => clock.explains > 0,
        Clocks::Sources(..) => report.totals.failed > 0,
    }
}

/// The names of the two, the one that is ahead first.
pub(super) fn pair(clock: &Clock, report: &Report) -> [String; 2] {
    match clock.pair {
        Clocks::IssuerServer => ["token-issuer".to_owned(), "server".to_owned()],
        Clocks::ServerIssuer => ["server".to_owned(), "token-issuer".to_owned()],
        Clocks::Sources(a, b) => {
            [a, b].map(|source| report.input_name(usize::from(source.0)).unwrap_or("?").to_owned())
        }
    }
}

/// By how much two clocks differ.
pub(super) fn clock(clock: &Clock, report: &Report) -> String {
    let by = words::duration(clock.seconds);
    match clock.pair {
        Clocks::IssuerServer => {
            let shown = if clock.samples == 1 {
                "1 token was presented before it was issued".to_owned()
            } else {
                let least = if clock.least == clock.seconds {
                    by.clone()
                } else {
                    format!("{} to {by}", words::duration(clock.least))
                };
                format!("{} tokens were presented {least} before they were issued", clock.samples)
            };
            // A few may have been made for later, or by somebody else.
            let far = if clock.samples < 3 { ", as far as so few show" } else { "" };
            format!(
                "The clock of who issues tokens is about {by} ahead of the server's{far}: {shown}."
            )
        }
        Clocks::ServerIssuer => format!(
            "The clock of who issues tokens is probably about {by} behind the server's: {} tokens were that old when they first came, and had run out; none was younger.",
            clock.samples
        ),
        Clocks::Sources(..) => {
            let [ahead, behind] = pair(clock, report);
            format!(
                "The clock of {ahead} is about {by} ahead of that of {behind}, as {} show{}.",
                words::several(clock.samples, "attempt"),
                if clock.samples == 1 { "s" } else { "" }
            )
        }
    }
}

/// What to do about a clock.
pub(super) fn clock_advice(clock: &Clock) -> String {
    /// More than that is no leeway but a hole.
    const MOST_LEEWAY: i64 = 120;
    /// Zones are multiples of this.
    const ZONE: i64 = 1800;
    let s = clock.seconds;
    let off_zone = (s + ZONE / 2).rem_euclid(ZONE) - ZONE / 2;
    let is_zone = s >= ZONE && off_zone.abs() <= 60;
    match clock.pair {
        Clocks::IssuerServer if is_zone => {
            "That is a time zone: where tokens are made, local time is written as UTC.".to_owned()
        }
        Clocks::ServerIssuer if is_zone => {
            "That is a time zone: where tokens are made, UTC is taken for local time, as Python's `datetime.utcnow().timestamp()` does.".to_owned()
        }
        Clocks::IssuerServer if s <= MOST_LEEWAY => {
            let leeway = [5, 10, 30, 60, 120].into_iter().find(|l| *l > s).unwrap_or(MOST_LEEWAY);
            format!("Run NTP on both machines, and give the check a leeway of {leeway} s.")
        }
        Clocks::IssuerServer | Clocks::ServerIssuer => {
            "Run NTP on both machines; no leeway should bridge that much.".to_owned()
        }
        Clocks::Sources(..) => {
            "Read the times of their lines with that in mind; siotrace has put their lines together by ids.".to_owned()
        }
    }
}

fn on_one_day(report: &Report) -> bool {
    report.summary.span().is_some_and(|(first, last)| words::same_day(first, last))
}
