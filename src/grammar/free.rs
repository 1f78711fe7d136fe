//! Free wording: what an application says in words of its own about a connection.
//!
//! A sentence that means a refusal counts only where the line also shows that it is about Socket.IO: an id, a socket word, a logger
//! of that name. `jwt expired` in a line about an API call is none of our business. What else may be said of a connection (that it asks, is let in,
//! ends) is in words so common that only a line with an id is read for them.

mod sentence;

pub(super) use sentence::sentence;

use self::sentence::with_codes;
use super::{
    file::AboutFile,
    gist::{Gist, Gists},
    names::{Names, holds},
    phrase::Phrases,
};
use crate::{
    envelope::{Level, Peeled},
    event::{ClosedBy, Event, Failure, Fault, Handshake, Ids, Kind, Reason, Said, Speaker, Stack},
    ids::{EngineSid, SocketSid},
    payload::{
        literal::{self, Value},
        offer,
    },
};

/// What `peeled` tells in free words of a connection, if it does.
pub(super) fn event(
    peeled: &Peeled<'_>,
    ids: Ids,
    phrases: &Phrases,
    gists: &Gists,
) -> Option<Event> {
    let names = phrases.names();
    // Asked first, for it is the cheaper question, and the answer for other people's lines is no.
    let by_itself = about_socketio(&ids, peeled, phrases);
    if !by_itself && !holds(&peeled.message, &names.about.handshakes) {
        return None;
    }
    let text = sentence(peeled, names);
    if !by_itself && !refuses_handshake(&text, phrases, gists) {
        return None;
    }
    let id = ids.socket.as_ref().or(ids.either.as_ref()).map(SocketSid::as_str);
    let id = id.or(ids.engine.as_ref().map(EngineSid::as_str));
    let gist = id.and_then(|id| gists.of(&text, id));
    let grave = peeled.level.is_some_and(|level| level >= Level::Warning);
    let said = |reason: Reason| Said { reason, text: text.as_ref().into() };
    let kind = if id.is_some() {
        match gist {
            Some(Gist::Within) => return None,
            Some(Gist::Refused) => {
                let text = with_codes(peeled, &text, names);
                let why = gists.why(&text).and_then(|why| phrases.of_own_refusal(why));
                let reason = why.filter(|reason| !reason.is_vague());
                let reason = reason.or_else(|| phrases.of_own_refusal(&text));
                let reason = reason.map(|reason| by_server(reason, peeled));
                let reason = reason.unwrap_or(Reason::Refused);
                let said = Said { reason, text: text.as_ref().into() };
                // What somebody who is in was denied may be anything.
                let of_anything = matches!(reason, Reason::Refused | Reason::Forbidden);
                // Who is sent away for it is not allowed to be there at all.
                let sent_away = reason == Reason::Forbidden && gists.acts(&text);
                let whom = id.is_some_and(|id| gists.refuses_whom(&text, id));
                if of_anything && !sent_away && !whom && !gists.is_about_connecting(&text) {
                    Kind::Complained(said)
                } else {
                    Kind::Refused(said)
                }
            }
            gist => {
                // Whom nobody reached tells more than that nobody answered.
                let told = phrases.meaning(&text);
                let told = told.filter(|reason| *reason != Reason::Unreachable);
                let wrong = told.or_else(|| {
                    let sure = grave || gist == Some(Gist::Ended) || gists.complains(&text);
                    let read = sure || gist.is_none();
                    let of_refusal = read.then(|| phrases.of_refusal(&text))?;
                    of_refusal.filter(|reason| sure || is_about_proof(*reason))
                });
                let wrong = wrong.map(|reason| by_server(reason, peeled));
                let wrong = wrong.filter(|reason| speaks_of_refusal(*reason, peeled));
                // A service that was not there is a reason to refuse only where it was asked about the client.
                let sent_away = gist == Some(Gist::Ended)
                    && (gists.acts(&text) || id.is_some_and(|id| gists.acts_on(&text, id)));
                let wrong = wrong.filter(|reason| {
                    !matches!(reason, Reason::BackendDown)
                        || sent_away
                        || gists.is_about_connecting(&text)
                });
                match (gist, wrong) {
                    // What somebody is sent away for; what somebody left for is another matter.
                    (Some(Gist::Ended), Some(reason)) if sent_away => Kind::Refused(said(reason)),
                    // Whoever got a password wrong was not let in by it, whatever else is said.
                    (_, Some(reason @ Reason::LoginFailed)) => Kind::Refused(said(reason)),
                    // Who comes without proof, and may.
                    (Some(Gist::Admitted), Some(reason))
                        if offers_nothing(reason) && gists.is_of_guest(&text) =>
                    {
                        Kind::Admitted { anonymous: true }
                    }
                    (_, Some(reason)) => Kind::Complained(said(reason)),
                    (Some(Gist::Admitted), None) => Kind::Admitted { anonymous: false },
                    (Some(Gist::Asks), None) => Kind::HandlerEntered(Box::new(shown(&text))),
                    (Some(Gist::Ended), None) if gists.acts(&text) => {
                        Kind::Closed(ClosedBy::Server)
                    }
                    (Some(Gist::Ended), None) => Kind::Closed(ClosedBy::Unknown),
                    (_, None) => return None,
                }
            }
        }
    } else {
        if gists.is_general(&text) {
            return None;
        }
        if phrases.sockets().callers().begin(&peeled.message)
            && let Some(kind) = of_caller(gists.of_words(&text), &text, phrases, gists)
        {
            return Some(spoken(kind, ids, peeled, names));
        }
        let reason = if gists.refuses(&text) {
            phrases.of_refusal(&text)
        } else {
            let sure = grave || gists.complains(&text);
            phrases.meaning(&text).filter(|reason| sure || !reason.is_vague())
        };
        let reason = reason.map(|reason| by_server(reason, peeled));
        let Some(reason) = reason.filter(|reason| speaks_of_refusal(*reason, peeled)) else {
            let kind = if reason.is_some() {
                return None;
            } else if grave && gists.plainly_refuses(&text) {
                Kind::Refused(said(Reason::Refused))
            } else if !peeled.client && gists.vouches(&text) {
                Kind::Admitted { anonymous: false }
            } else {
                return None;
            };
            return Some(spoken(kind, ids, peeled, names));
        };
        // Any service may be down; who could not be asked about a client refuses it, or speaks of it. A guard asks about nothing else.
        let by_guard = peeled.logger.as_deref().is_some_and(|logger| names.are_of_guard(logger));
        if reason == Reason::BackendDown
            && !by_guard
            && !gists.refuses(&text)
            && gists.is_about_service(&text)
        {
            return None;
        }
        match of_engine(reason, &text, &names.about).filter(|_| !peeled.client) {
            Some(fault) => Kind::EngineRefused(fault),
            None => Kind::Refused(said(reason)),
        }
    };
    Some(spoken(kind, ids, peeled, names))
}

/// `kind` as the event of this line.
fn spoken(kind: Kind, ids: Ids, peeled: &Peeled<'_>, names: &Names) -> Event {
    let event =
        Event { kind, speaker: Speaker::Server, stack: stack(peeled), ids, namespace: None };
    if peeled.client { by_client(event, &peeled.message, &names.about) } else { event }
}

/// Whether a line that names no socket speaks of a handshake that was refused for its token: those of other protocols fail for other reasons.
fn refuses_handshake(text: &str, phrases: &Phrases, gists: &Gists) -> bool {
    let names_token = || holds(&text.to_ascii_lowercase(), &phrases.names().about.tokens);
    let of_token = |reason: Reason| {
        reason.is_of_token() && !reason.is_vague()
            || matches!(reason, Reason::TokenMissing | Reason::TokenEmpty)
    };
    gists.refuses(text) && names_token() && phrases.of_refusal(text).is_some_and(of_token)
        || text.contains("://") && phrases.of_refusal(text) == Some(Reason::Origin)
}

/// Why a handshake was refused of which `text` speaks: before there was a socket that it could name.
fn of_engine(reason: Reason, text: &str, about: &AboutFile) -> Option<Fault> {
    let turned_down =
        || about.turned_down.iter().any(|end| text.trim_end().ends_with(end.as_str()));
    match reason {
        Reason::Forbidden if holds(text, &about.handshakes) && turned_down() => {
            Some(Fault::Application)
        }
        _ => None,
    }
}

/// What a sentence about a client that shows no id tells of it. Reasons stand in it as elsewhere; what it does who is in is nobody's business.
fn of_caller(gist: Option<Gist>, text: &str, phrases: &Phrases, gists: &Gists) -> Option<Kind> {
    match gist? {
        Gist::Refused => {
            let reason = phrases.of_own_refusal(text).unwrap_or(Reason::Refused);
            Some(Kind::Refused(Said { reason, text: text.into() }))
        }
        Gist::Admitted => Some(Kind::Admitted { anonymous: false }),
        Gist::Asks => Some(Kind::HandlerEntered(Box::new(shown(text)))),
        Gist::Ended if gists.acts(text) => Some(Kind::Closed(ClosedBy::Server)),
        Gist::Ended => Some(Kind::Closed(ClosedBy::Unknown)),
        Gist::Within => None,
    }
}

/// What a line that tells of a client's coming shows of its query: `query={'token': '…'}`.
fn shown(text: &str) -> Handshake {
    let query = ["query=", "query: ", "query "].iter().find_map(|name| text.split_once(name));
    let entries = match query.filter(|(_, rest)| rest.starts_with('{')) {
        Some((_, rest)) => literal::value(rest),
        None => None,
    };
    let Some((Value::Map(entries), _)) = entries else { return Handshake::default() };
    let offers = entries.iter().filter_map(|(name, value)| offer::in_query(name, value.as_str()?));
    Handshake { offers: offers.collect(), ..Handshake::default() }
}

/// The reason that `peeled`, a line right above somebody's refusal, gives for it, if it does.
pub(super) fn aside(
    peeled: &Peeled<'_>,
    of_same: bool,
    phrases: &Phrases,
    gists: &Gists,
) -> Option<Reason> {
    let text = sentence(peeled, phrases.names());
    // A request's line tells of that request.
    if text.contains(" HTTP/") || text.contains("\" 4") {
        return None;
    }
    let of_library = phrases.is_librarys(&text);
    let told = phrases.meaning(&text).filter(|reason| !reason.is_vague());
    // A library's sentence may say what must be; a table may be called `users`.
    if !of_library && (!of_same || gists.is_general(&text) && told.is_none()) {
        return None;
    }
    let told = told.filter(|reason| *reason != Reason::Unreachable);
    let told = told.or_else(|| {
        let wrong = gists.complains(&text) || gists.refuses(&text);
        phrases.of_refusal(&text).filter(|_| wrong)
    });
    told.map(|reason| by_server(reason, peeled)).filter(|reason| is_about_who_asks(*reason))
}

/// Whether a server that looks at who asks for a connection comes to this, rather than one that reads its packets or serves a form.
fn is_about_who_asks(reason: Reason) -> bool {
    !reason.is_vague()
        && !matches!(
            reason,
            Reason::Csrf
                | Reason::Gateway
                | Reason::PathUnknown
                | Reason::Cors
                | Reason::Crashed
                | Reason::Timeout
                | Reason::Transport
                | Reason::Upgrade
                | Reason::Protocol
                | Reason::BadRequest
                | Reason::SidUnknown
                | Reason::NamespaceUnknown
        )
}

/// Whether it is about what a client brought to prove who it is: without a word of refusal, limits and rights may be told of anybody who is in.
fn is_about_proof(reason: Reason) -> bool {
    is_about_who_asks(reason)
        && !matches!(
            reason,
            Reason::Forbidden
                | Reason::RateLimited
                | Reason::BackendDown
                | Reason::SessionStoreDown
                | Reason::Origin
                | Reason::Unreachable
                | Reason::Edge
        )
}

/// Whether nothing was wrong but that no proof came.
fn offers_nothing(reason: Reason) -> bool {
    matches!(
        reason,
        Reason::TokenMissing
            | Reason::SessionCookieMissing
            | Reason::SessionEmpty
            | Reason::SessionAnonymous
    )
}

/// What a reason means in a server's mouth: whom it could not reach is not its client.
fn by_server(reason: Reason, peeled: &Peeled<'_>) -> Reason {
    match reason {
        Reason::Unreachable if !peeled.client => Reason::BackendDown,
        reason => reason,
    }
}

/// The same words in a log that only clients write tell of their own side.
pub(super) fn by_client(event: Event, message: &str, about: &AboutFile) -> Event {
    let kind = match event.kind {
        // An answer came, unless the words are those of a call that failed.
        Kind::Refused(said) if is_answer(&said, about) && holds(message, &about.connecting) => {
            Kind::ConnectRefused(said)
        }
        // What is not said of connecting may be said to one who is in.
        Kind::Refused(said) if is_answer(&said, about) => Kind::ErrorEmitted(Some(said)),
        Kind::Refused(said) => {
            Kind::ClientFailed(Failure { said, told: true, request: None, status: None })
        }
        Kind::Admitted { .. } => Kind::ConnectAccepted,
        Kind::HandlerEntered(_) => Kind::ClientStarted(None, None),
        kind => kind,
    };
    Event { kind, speaker: Speaker::Client, ..event }
}

/// Whether a server has said so, as a client tells it, rather than that its call was not served.
fn is_answer(said: &Said, about: &AboutFile) -> bool {
    let of_call = matches!(
        said.reason,
        Reason::Unreachable
            | Reason::Timeout
            | Reason::Cors
            | Reason::Gateway
            | Reason::PathUnknown
            | Reason::Transport
            | Reason::Upgrade
            | Reason::Protocol
            | Reason::SidUnknown
            | Reason::BadRequest
            | Reason::Edge
            | Reason::ClientLeft
            | Reason::BackendDown
    );
    !of_call && !holds(&said.text, &about.transports)
}

/// The software that a wrapper gives away: Nest's own logger, and paths of modules as only Rust has them.
pub(super) fn stack(peeled: &Peeled<'_>) -> Option<Stack> {
    let path = |logger: &str| logger.contains("::");
    if peeled.by_nest {
        Some(Stack::Nestjs)
    } else {
        peeled.logger.as_deref().is_some_and(path).then_some(Stack::Socketioxide)
    }
}

fn about_socketio(ids: &Ids, peeled: &Peeled<'_>, phrases: &Phrases) -> bool {
    ids.engine.is_some()
        || ids.socket.is_some()
        || ids.either.is_some()
        || names_sockets(peeled, phrases)
        || phrases.sockets().callers().begin(&peeled.message)
}

/// Whether a line says that it is about sockets, by a word of its own or of its logger.
pub(super) fn names_sockets(peeled: &Peeled<'_>, phrases: &Phrases) -> bool {
    let names = phrases.names();
    let mentioned_in = |text: &str| phrases.sockets().are_mentioned_in(text);
    let is_gateway =
        |logger: &str| names.about.gateways.iter().any(|end| logger.ends_with(end.as_str()));
    let of_sockets = |logger: &str| {
        mentioned_in(logger)
            || names.are_of_logger(logger)
            || peeled.by_nest
                && is_gateway(logger)
                && holds(&peeled.message, &names.about.gateway_clients)
    };
    mentioned_in(&peeled.message)
        || phrases.sockets().head_message(&peeled.message)
        || peeled.logger.as_deref().is_some_and(of_sockets)
        || peeled.fields.iter().any(|(name, _)| mentioned_in(name))
}

/// A vague word such as `unauthorized` counts only in a line that is a complaint: by its level, or because it says `refused` in so many words.
fn speaks_of_refusal(reason: Reason, peeled: &Peeled<'_>) -> bool {
    match reason {
        Reason::Refused | Reason::NothingValid | Reason::TokenUnreadable | Reason::TokenInvalid => {
            !matches!(peeled.level, Some(Level::Trace | Level::Debug))
        }
        _ => true,
    }
}
