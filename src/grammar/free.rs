//! Free wording: what an application says in words of its own about a connection.
//!
//! A sentence that means a refusal counts only where the line also shows that it is about Socket.IO: an id, a socket word, a logger
//! of that name. `jwt expired` in a line about an API call is none of our business. What else may be said of a connection (that it asks, is let in,
//! ends) is in words so common that only a line with an id is read for them.

mod sentence;
mod telling;

pub(super) use sentence::sentence;

use self::telling::Telling;
use super::{file::AboutFile, gist::Gists, names::holds, phrase::Phrases};
use crate::{
    envelope::Peeled,
    event::{Event, Failure, Ids, Kind, Reason, Said, Speaker, Stack},
    ids::{EngineSid, SocketSid},
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
    if !by_itself && !holds(&peeled.message, &names.about.handshakes)
        || names.are_of_other_trade(peeled.logger.as_deref(), &peeled.message)
    {
        return None;
    }
    let text = sentence(peeled, names);
    if !by_itself && !refuses_handshake(&text, phrases, gists) {
        return None;
    }
    let line = Telling { text: &text, peeled, phrases, gists };
    let id = ids.socket.as_ref().or(ids.either.as_ref()).map(SocketSid::as_str);
    let kind = match id.or(ids.engine.as_ref().map(EngineSid::as_str)) {
        Some(id) => line.of_one(id),
        None => line.of_somebody(),
    }?;
    let event =
        Event { kind, speaker: Speaker::Server, stack: stack(peeled), ids, namespace: None };
    Some(if peeled.client { by_client(event, &peeled.message, &names.about) } else { event })
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
