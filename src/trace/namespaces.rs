//! A closed session as attempts: one for each namespace that its client asked for.

use super::{Workers, attempt::Attempt, session::Session, settled, told};
use crate::{
    event::{At, Kind, Record, Speaker},
    ids::{Namespace, SocketSid},
};

/// One attempt for each namespace that the session's client asked for; what names none belongs to all of them.
pub(super) fn attempts(session: Session) -> impl Iterator<Item = Attempt> {
    let Session { serial, engine, sockets, client, mut records, dropped, by_neighbourhood, .. } =
        session;
    if !records.is_sorted_by_key(order) {
        records.sort_by_key(order);
    }
    let records = told::without_contradicted(records);
    let records = settled::without_later_complaints(records);
    let mut namespaces = asked_for(&records);
    let groups: Vec<(Option<Namespace>, Vec<Record>)> = match namespaces.len() {
        0 | 1 => vec![(namespaces.pop(), records)],
        _ => namespaces
            .into_iter()
            .map(|namespace| {
                let own = records
                    .iter()
                    .filter(|r| r.event.namespace.as_ref().is_none_or(|n| *n == namespace));
                let own = own.cloned().collect();
                (Some(namespace), own)
            })
            .collect(),
    };
    let one = groups.len() == 1;
    groups.into_iter().map(move |(namespace, records)| {
        let socket = socket_of(&sockets, namespace.as_ref(), &records, one);
        Attempt {
            serial,
            engine: engine.clone(),
            socket,
            namespace,
            client: client.clone(),
            records,
            dropped,
            by_neighbourhood,
            verbatim: false,
            astray: false,
            workers: Workers::default(),
        }
    })
}

/// The namespaces that were asked for or answered, in the order in which they turn up.
fn asked_for(records: &[Record]) -> Vec<Namespace> {
    let mut namespaces: Vec<Namespace> = Vec::new();
    for record in records {
        let about = matches!(
            record.event.kind,
            Kind::ConnectAsked(_)
                | Kind::ConnectAccepted
                | Kind::ConnectRefused(_)
                | Kind::HandlerEntered(_)
        );
        if let Some(namespace) =
            record.event.namespace.as_ref().filter(|n| about && !namespaces.contains(n))
        {
            namespaces.push(namespace.clone());
        }
    }
    namespaces
}

/// The socket of one of them; of the only one there is, any.
fn socket_of(
    sockets: &[(Option<Namespace>, SocketSid)],
    namespace: Option<&Namespace>,
    records: &[Record],
    one: bool,
) -> Option<SocketSid> {
    let named = sockets.iter().find(|(n, _)| n.is_some() && n.as_ref() == namespace);
    // The server's answer names the socket; a handler may have named another's.
    let told = |by: fn(Speaker) -> bool| {
        records.iter().filter(|r| by(r.event.speaker)).find_map(|r| match r.event.kind {
            Kind::ConnectAccepted => r.event.ids.socket.clone(),
            _ => None,
        })
    };
    let answered = told(|s| s == Speaker::Client).or_else(|| told(|_| true));
    answered.or_else(|| named.or_else(|| sockets.first().filter(|_| one)).map(|(_, s)| s.clone()))
}

/// Records in the order of time; those without a stamp have the time of the line before them in their source.
fn order(record: &Record) -> (i64, At) {
    (record.when, record.at)
}
