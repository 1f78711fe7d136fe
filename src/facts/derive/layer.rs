//! Which layer said no.

use super::run::Run;
use crate::{
    event::{Kind, Reason, Record, Speaker},
    facts::Layer,
    payload::request::Answerer,
};

pub(super) fn layer(failing: &Record, run: &Run<'_>, said: Option<Reason>) -> Layer {
    match &failing.event.kind {
        Kind::EngineRefused(_) => Layer::Engine,
        Kind::ProxyFailed { .. } => Layer::Proxy,
        Kind::Request(request) => match request.status {
            Some(502..=504 | 520..=527 | 530) => Layer::Proxy,
            Some(401 | 403) if request.answered_by == Some(Answerer::Proxy) => Layer::Edge,
            Some(_) if request.answered_by == Some(Answerer::Proxy) => Layer::Proxy,
            // The server's own answer, or one of which the proxy's line does not tell whose it is.
            Some(401 | 403) => Layer::Engine,
            _ if request.answered_by == Some(Answerer::Upstream) => Layer::Engine,
            _ if failing.event.speaker == Speaker::Proxy && request.status != Some(400) => {
                Layer::Proxy
            }
            _ => Layer::Engine,
        },
        Kind::ConnectRefused(said) if said.reason == Reason::NamespaceUnknown => Layer::Namespace,
        Kind::ClientFailed(failure) => match failure.said.reason {
            Reason::NamespaceUnknown => Layer::Namespace,
            Reason::Gateway => Layer::Proxy,
            Reason::Origin
            | Reason::Protocol
            | Reason::Transport
            | Reason::Upgrade
            | Reason::SidUnknown
            | Reason::PathUnknown => Layer::Engine,
            _ if said.is_some() => Layer::Handler,
            _ => Layer::Client,
        },
        _ if run.was_in => Layer::Application,
        _ => Layer::Handler,
    }
}
