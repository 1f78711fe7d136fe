//! Access lines that no pattern knows: formats that administrators composed, and formats in JSON.
//!
//! [`payload::access`](crate::payload::access) finds the pieces of a line; the `[access]` tables of the grammars say what their names mean, and whose
//! line it is. Not the job of this file: formats that have a pattern, and what a request means for an attempt.

use std::borrow::Cow;

use super::{
    compile::Flags,
    file::{AccessFile, GrammarFile},
};
use crate::{
    envelope::Peeled,
    event::{Event, Fault, Ids, Kind, Speaker, Stack},
    ids::ClientAddr,
    payload::{
        access,
        literal::{self, Value},
        request::{Answerer, HttpRequest},
    },
};

/// The `[access]` tables of all grammars: those with marks first.
#[derive(Debug)]
pub(super) struct Formats {
    formats: Vec<Format>,
}

#[derive(Debug)]
struct Format {
    names: AccessFile,
    flags: Flags,
    speaker: Speaker,
    stack: Option<Stack>,
    grammar: u16,
}

/// A request as an access line tells of it, in the types of [`Event`].
#[derive(Debug)]
pub(super) struct Found<'p> {
    pub(super) event: Event,
    pub(super) agent: Option<Cow<'p, str>>,
    pub(super) grammar: u16,
}

/// How a proxy and the server behind it answered, as text.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Answer<'t> {
    pub(super) upstream: Option<&'t str>,
    pub(super) upstream_status: Option<&'t str>,
    pub(super) flags: Option<&'t str>,
}

impl Answer<'_> {
    /// Adds to `request`, of which the status is known, who answered it and why.
    pub(super) fn add_to(self, request: &mut HttpRequest, flags: &Flags) {
        // A retried request names every server that was tried; the last one answered.
        let last = |list: &str| list.rsplit([',', ' ']).next().unwrap_or_default().to_owned();
        let server = self.upstream.map(last).filter(|s| is_nobody(s) || is_server(s));
        let answered = self.upstream_status.map(last).and_then(|s| s.parse::<u16>().ok());
        let failed = request.status.is_none_or(|s| s >= 400 || s == 0);
        let fault = self
            .flags
            .and_then(|codes| codes.split(',').find_map(|code| flags.get(code.trim())).copied());
        let fault = match (fault, request.status) {
            // What a proxy can't read it denies, too.
            (Some(Fault::Forbidden), Some(400)) => Some(Fault::BadRequest),
            (fault, _) => fault.filter(|_| failed),
        };
        request.fault = request.fault.or(fault);
        request.answered_by = match &server {
            _ if fault.is_some() => Some(Answerer::Proxy),
            Some(server) if is_nobody(server) => Some(Answerer::Proxy),
            _ if answered.is_some() && answered == request.status => Some(Answerer::Upstream),
            // A gateway's own words, for a server that said something else or nothing.
            Some(_) if answered.is_some() || matches!(request.status, Some(502..=504)) => {
                Some(Answerer::Proxy)
            }
            Some(_) => Some(Answerer::Upstream),
            None => None,
        };
        request.upstream = server.filter(|s| !is_nobody(s)).map(Into::into);
    }
}

/// Whether `text` can name a server; other sources give the same names to other things.
fn is_server(text: &str) -> bool {
    !text.is_empty() && text.len() <= 120 && !text.contains(['(', ';', '"'])
}

/// Whether a proxy writes this in the place of the server to which it passed a request.
fn is_nobody(server: &str) -> bool {
    matches!(server, "" | "-" | "<NOSRV>" | "null")
}

impl Formats {
    pub(super) fn new(files: &[GrammarFile]) -> Self {
        let mut formats: Vec<Format> = files
            .iter()
            .zip(0..)
            .flat_map(|(file, grammar)| {
                file.access.iter().map(move |names| Format {
                    names: names.clone(),
                    flags: file.flags.clone(),
                    speaker: file.speaker,
                    stack: file.stack,
                    grammar,
                })
            })
            .collect();
        formats.sort_by_key(|f| f.names.marks.is_empty());
        Self { formats }
    }

    /// Reads a structured line by its fields.
    pub(super) fn by_fields<'p>(&self, peeled: &'p Peeled<'_>) -> Option<Found<'p>> {
        // Most structured lines end here, before anything is taken apart.
        let is_ours = |value: &str| value.contains("socket.io") || value.contains("EIO=");
        if !peeled.fields.iter().any(|(_, value)| is_ours(value)) {
            return None;
        }
        let fields = Fields::of(peeled);
        let format = self.format(|mark| fields.get(mark).is_some())?;
        let names = &format.names;
        // An object of that name has method and target as its members.
        let line = fields.first(&names.request).filter(|line| !line.starts_with('{'));
        let (method, target) = match line.as_deref().and_then(|line| line.split_once(' ')) {
            Some((method, rest)) => (Some(method), rest.split(' ').next().map(Cow::Borrowed)),
            None => (None, None),
        };
        let written = fields.first(&names.method);
        let method = method.or(written.as_deref())?;
        let mut target = target.or_else(|| fields.first(&names.target))?;
        if !target.contains('?')
            && let Some(query) = fields.first(&names.query).filter(|q| !q.is_empty() && *q != "-")
        {
            target = Cow::Owned(format!("{target}?{}", query.trim_start_matches('?')));
        }
        let mut request = HttpRequest::from_target(Some(method), &target).filter(concerns_us)?;
        let status = fields.first(&names.status)?.parse().ok()?;
        request.status = Some(status).filter(|s| *s == 0 || (100..600).contains(s));
        request.status?;
        request.bytes = fields.first(&names.bytes).and_then(|b| b.parse().ok());
        request.took = fields.took(names);
        let (upstream, upstream_status) =
            (fields.first(&names.upstream), fields.first(&names.upstream_status));
        let flags = fields.first(&names.flags);
        let answer = Answer {
            upstream: upstream.as_deref(),
            upstream_status: upstream_status.as_deref(),
            flags: flags.as_deref(),
        };
        answer.add_to(&mut request, &format.flags);
        let forwarded = fields.first(&names.forwarded);
        let peer = fields.first(&names.client);
        let hops = forwarded.iter().flat_map(|list| list.split(',')).chain(peer.as_deref());
        let client = access::client_of(hops).map(ClientAddr::new);
        let agent = fields.first(&names.agent).map(Cow::into_owned).map(Cow::Owned);
        Some(format.found(request, client, agent))
    }

    /// Reads a line of text by its habits.
    pub(super) fn by_habits<'p>(&self, message: &'p str) -> Option<Found<'p>> {
        if !message.contains("socket.io") && !message.contains("EIO=") {
            return None;
        }
        let line = access::read(message)?;
        let format = self.format(|mark| line.named.iter().any(|(name, _)| *name == mark))?;
        let names = &format.names;
        let first = |wanted: &[String]| {
            let found = wanted.iter().find_map(|w| line.named.iter().find(|(name, _)| name == w));
            found.map(|(_, value)| *value)
        };
        let mut request =
            HttpRequest::from_target(Some(line.method), line.target).filter(concerns_us)?;
        request.status = line.status.or_else(|| first(&names.status)?.parse().ok());
        request.bytes = line.bytes.or_else(|| first(&names.bytes)?.parse().ok());
        request.took = line.took.or_else(|| took(names, |wanted| first(wanted).map(Cow::Borrowed)));
        let answer = Answer {
            upstream: first(&names.upstream),
            upstream_status: first(&names.upstream_status),
            flags: first(&names.flags),
        };
        answer.add_to(&mut request, &format.flags);
        let forwarded = line.forwarded.or_else(|| first(&names.forwarded));
        let peers = line.clients.iter().copied().chain(first(&names.client));
        let hops = forwarded.into_iter().flat_map(|list| list.split(',')).chain(peers);
        let client = access::client_of(hops).map(ClientAddr::new);
        let agent = line.agent.or_else(|| first(&names.agent)).map(Cow::Borrowed);
        Some(format.found(request, client, agent))
    }

    /// The first format of which the line bears a mark, or that wants none.
    fn format(&self, has: impl Fn(&str) -> bool) -> Option<&Format> {
        self.formats
            .iter()
            .find(|f| f.names.marks.is_empty() || f.names.marks.iter().any(|mark| has(mark)))
    }
}

impl Format {
    fn found<'p>(
        &self,
        mut request: HttpRequest,
        client: Option<ClientAddr>,
        agent: Option<Cow<'p, str>>,
    ) -> Found<'p> {
        request.websocket = request.status == Some(101);
        let ids = Ids { engine: request.sid.clone(), client, ..Ids::default() };
        let request = Box::new(request);
        let kind = if self.names.failure {
            let fault = match request.status {
                Some(504) => Fault::UpstreamTimeout,
                Some(404) => Fault::Path,
                Some(401 | 403) => Fault::Forbidden,
                Some(400..=499) => Fault::BadRequest,
                _ => Fault::UpstreamDown,
            };
            Kind::ProxyFailed { fault: request.fault.unwrap_or(fault), request: Some(request) }
        } else {
            Kind::Request(request)
        };
        Found {
            event: Event { kind, speaker: self.speaker, stack: self.stack, ids, namespace: None },
            agent,
            grammar: self.grammar,
        }
    }
}

/// The fields of a structured line, with the objects among them read once.
struct Fields<'p> {
    flat: &'p [(Cow<'p, str>, Cow<'p, str>)],
    objects: Vec<(&'p str, Value<'p>)>,
}

impl<'p> Fields<'p> {
    fn of(peeled: &'p Peeled<'_>) -> Self {
        let objects = peeled
            .fields
            .iter()
            .filter(|(_, value)| value.starts_with('{'))
            .filter_map(|(name, value)| Some((name.as_ref(), literal::value(value)?.0)))
            .collect();
        Self { flat: &peeled.fields, objects }
    }

    fn get(&self, name: &str) -> Option<Cow<'_, str>> {
        if let Some((_, value)) = self.flat.iter().find(|(n, _)| n == name) {
            return Some(Cow::Borrowed(value.as_ref()));
        }
        if self.objects.is_empty() {
            return None;
        }
        let (head, rest) = name.split_once('.')?;
        let (_, object) = self.objects.iter().find(|(n, _)| *n == head)?;
        plain(rest.split('.').try_fold(object, |value, key| value.get(key))?)
    }

    fn first(&self, names: &[String]) -> Option<Cow<'_, str>> {
        names.iter().find_map(|name| self.get(name))
    }

    fn took(&self, names: &AccessFile) -> Option<u64> {
        took(names, |names| self.first(names))
    }
}

/// How long a request took, by the unit that belongs to its name unless the value has one.
fn took<'t>(names: &AccessFile, first: impl Fn(&[String]) -> Option<Cow<'t, str>>) -> Option<u64> {
    let units = [
        (&names.took_s, "s"),
        (&names.took_ms, "ms"),
        (&names.took_us, "us"),
        (&names.took_ns, "ns"),
    ];
    units.into_iter().find_map(|(names, unit)| {
        let value = first(names)?;
        access::with_unit(&value).or_else(|| access::duration(&value, unit))
    })
}

/// Whether a request is for Socket.IO's endpoint or for its bundle: the latter is counted apart.
fn concerns_us(request: &HttpRequest) -> bool {
    request.is_socketio() || request.path.contains("socket.io")
}

/// A value without its type: of a list its first item, as headers have several values.
fn plain<'v>(value: &'v Value<'_>) -> Option<Cow<'v, str>> {
    match value {
        Value::Text(text) => Some(Cow::Borrowed(text)),
        Value::Number(number) => Some(Cow::Borrowed(number)),
        Value::List(items) => plain(items.first()?),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        envelope::Peeler,
        event::Reason,
        grammar::{Grammar, Understood},
    };

    fn read(line: &str) -> Understood {
        Grammar::load(&[]).unwrap().read(&Peeler::default().peel(line))
    }

    #[test]
    fn fields_with_everybody_s_names_make_a_request() {
        let line = r#"{"level":30,"time":1795358732011,"pid":7,"req":{"method":"GET","url":"/socket.io/?EIO=4&transport=polling","headers":{"user-agent":"curl/8.5.0","x-forwarded-for":"198.51.100.7, 10.0.0.1"},"remoteAddress":"10.0.0.2"},"res":{"statusCode":400},"responseTime":12,"msg":"request completed"}"#;
        let Understood::Event(event, Some(_)) = read(line) else { panic!("no event") };
        let Kind::Request(request) = event.kind else { panic!("{:?}", event.kind) };
        assert_eq!((request.status, request.took), (Some(400), Some(12_000)));
        assert_eq!(event.ids.client, Some(ClientAddr::new("198.51.100.7")));
    }

    #[test]
    fn an_application_that_says_why_is_heard_before_its_fields_are_counted() {
        let line = r#"{"level":40,"time":1795358732011,"method":"GET","url":"/socket.io/?EIO=4&transport=polling","status":401,"msg":"socket refused: jwt expired"}"#;
        let Understood::Event(event, _) = read(line) else { panic!("no event") };
        let Kind::Refused(said) = event.kind else { panic!("{:?}", event.kind) };
        assert_eq!(said.reason, Reason::TokenExpired);
    }

    #[test]
    fn a_bundle_and_a_health_check_are_no_attempts() {
        for line in [
            r#"203.0.113.7 - - [2026-11-22T14:45:00+00:00] "GET /socket.io/socket.io.min.js HTTP/1.1" 200 4 "-" "-" rt=0.1"#,
            r#"203.0.113.7 - - [2026-11-22T14:45:00+00:00] "GET /socket.io/?EIO=4&transport=polling HTTP/1.1" 200 4 "-" "kube-probe/1.31" rt=0.1"#,
            r#"203.0.113.7 - - [2026-11-22T14:45:00+00:00] "HEAD /socket.io/ HTTP/1.1" 400 0 "-" "-" rt=0.1"#,
        ] {
            assert!(matches!(read(line), Understood::Probe), "{line}");
        }
    }

    #[test]
    fn who_answered_is_told_by_the_server_that_was_asked_and_by_what_it_said() {
        let flags = Flags::from([("UH".to_owned(), Fault::UpstreamDown)]);
        for (status, upstream, upstream_status, code, by, fault) in [
            (403, Some("10.0.0.9:5000"), Some("403"), None, Some(Answerer::Upstream), None),
            (403, Some("-"), Some("-"), None, Some(Answerer::Proxy), None),
            (403, None, None, None, None, None),
            (
                502,
                Some("10.0.0.8:1, 10.0.0.9:1"),
                Some("502, 502"),
                None,
                Some(Answerer::Upstream),
                None,
            ),
            (502, Some("10.0.0.9:1"), Some("-"), None, Some(Answerer::Proxy), None),
            (503, Some("-"), None, Some("UH"), Some(Answerer::Proxy), Some(Fault::UpstreamDown)),
            (200, Some("10.0.0.9:1"), None, Some("UH"), Some(Answerer::Upstream), None),
        ] {
            let mut request = HttpRequest { status: Some(status), ..HttpRequest::default() };
            Answer { upstream, upstream_status, flags: code }.add_to(&mut request, &flags);
            assert_eq!((request.answered_by, request.fault), (by, fault), "{status} {upstream:?}");
        }
    }
}
