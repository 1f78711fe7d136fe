//! Sentences, with the reason that they and the line's own wording give.

use super::super::capture::Capture;
use super::Reading;
use crate::{
    event::{Reason, Said},
    payload::{
        inspect::Details,
        literal::{self, Value},
    },
};

impl Reading<'_, '_> {
    pub(super) fn meaning(&self, text: &str) -> Option<Said> {
        Some(Said { reason: self.phrases.of_refusal(text)?, text: text.into() })
    }

    /// The sentence and its meaning; the wording of the line itself may have given the meaning already.
    pub(super) fn said(&self) -> Option<Said> {
        let text = self.get(Capture::Said).or_else(|| self.get(Capture::Class)).unwrap_or_default();
        let reason = match self.line.with.reason {
            // A sentence that is more particular than what the line's wording implies wins.
            Some(implied) => self
                .phrases
                .of_refusal(text)
                .filter(|r| r.vagueness() < implied.vagueness())
                .unwrap_or(implied),
            None if text.is_empty() => return None,
            None => self.phrases.of_refusal(text).unwrap_or(Reason::Refused),
        };
        Some(Said { reason, text: text.into() })
    }

    /// As [`Self::said`]; what a client prints may also be a status of HTTP, or JSON.
    pub(super) fn client_failure(&self) -> Option<Said> {
        if let Some(status) = self.get(Capture::Status).and_then(|s| s.parse::<u16>().ok()) {
            return Some(Said {
                reason: Reason::of_status(status),
                text: format!("HTTP {status}").into(),
            });
        }
        let text = self.get(Capture::Said).unwrap_or_default();
        if is_error(text) {
            return Some(self.of_details(&Details::of_json(text)));
        }
        let sentence = match literal::value(text) {
            Some((Value::Null, _)) => return None,
            Some((Value::Text(text), _)) => text.into_owned(),
            Some((map @ Value::Map(_), _)) => {
                map.get("message").and_then(Value::as_str).unwrap_or(text).to_owned()
            }
            _ => text.to_owned(),
        };
        if sentence == "Unable to connect" && text.starts_with('"') {
            return Some(Said { reason: Reason::NamespaceUnknown, text: sentence.into() });
        }
        let reason = match self.line.with.reason {
            Some(implied) => self
                .phrases
                .meaning(&sentence)
                .filter(|r| implied.is_vague() && r.vagueness() < implied.vagueness())
                .unwrap_or(implied),
            None => self.phrases.meaning(&sentence).unwrap_or(Reason::Refused),
        };
        Some(Said { reason, text: sentence.into() })
    }

    /// The status with which a client's request was answered, as it stands or in the object of the error.
    pub(super) fn answered_with(&self) -> Option<u16> {
        if let Some(status) = self.get(Capture::Status) {
            return status.parse().ok();
        }
        let text = self.get(Capture::Said).filter(|text| is_error(text))?;
        Details::of_json(text).status
    }

    /// What the object of an error tells.
    pub(super) fn of_details(&self, details: &Details) -> Said {
        let told = details.texts.iter().filter_map(|text| self.phrases.meaning(text));
        let by_status = details.status.map(Reason::of_status);
        let reason = told.chain(by_status).min_by_key(|r| (r.vagueness(), *r));
        let text = details.status.map_or_else(String::new, |status| format!("HTTP {status}"));
        Said { reason: reason.unwrap_or(Reason::Refused), text: text.into() }
    }
}

/// Whether it is an error of Engine.IO's client as its debug output prints it.
fn is_error(text: &str) -> bool {
    ["{\"description\":", "{\"type\":\"TransportError\","]
        .iter()
        .any(|begin| text.starts_with(begin))
}
