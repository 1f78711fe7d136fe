//! The state machine of one attempt: a pure function, without a wildcard for events.

use crate::{
    event::{ClosedBy, Fault, Kind, Reason, Speaker},
    facts::Outcome,
};

/// How far an attempt got.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, strum::IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum State {
    /// Nothing has been seen that tells.
    #[default]
    Begun,
    /// The transport is up; nobody has been asked who they are yet.
    Opened,
    /// The client asked for a namespace.
    Connecting,
    /// A token is being looked for or checked.
    CheckingToken,
    /// The web session is being looked at.
    CheckingSession,
    /// Something was found wrong before the decision; unless it comes, that was it.
    Doubted,
    /// A handler raised before it decided.
    Crashed,
    /// The server answered that the client is in; nothing has gone through yet.
    Accepted,
    /// The client has been let in, and its first message is to prove who it is.
    Proving,
    /// The client has been let in, and the application then found something wrong with it.
    Accused,
    /// A message has gone through.
    Established,
    /// The client's library could not reach the server; it may try again by itself.
    Unreached,
    /// Refused.
    Rejected,
    /// The client left, or gave up, before the decision.
    Abandoned,
}

impl State {
    /// The whole state machine. No wildcard arm: a new event fails to compile here first.
    #[must_use]
    #[expect(
        clippy::match_same_arms,
        reason = "the arms stand together by what happened, not by where it leads"
    )]
    pub fn next(self, kind: &Kind, speaker: Speaker) -> State {
        use State::{
            Accepted, Accused, Begun, CheckingSession, CheckingToken, Connecting, Crashed, Doubted,
            Established, Opened, Proving, Rejected, Unreached,
        };
        match (self, kind) {
            // The library's own next try is the same attempt, not a new one.
            (Unreached, Kind::ClientStarted(..)) => Begun,
            (Unreached, Kind::ClientFailed(_)) => Unreached,
            // A refusal stands, whatever consequences are logged after it.
            (Rejected, _) => Rejected,

            // An established connection that breaks or is told off was let in all the same.
            (
                Established,
                Kind::EngineRefused(_)
                | Kind::ProxyFailed { .. }
                | Kind::Request(_)
                | Kind::Refused(_)
                | Kind::Complained(_)
                | Kind::Noticed(_)
                | Kind::ErrorEmitted(_)
                | Kind::Disconnected(_)
                | Kind::HandlerRaised(_)
                | Kind::Raised(_)
                | Kind::ClientFailed(_),
            ) => Established,

            // Who lets everybody connect decides by the first message.
            (Accepted, Kind::LoginAsked(_)) => Proving,
            (Established, Kind::LoginAsked(_)) => Established,
            (state, Kind::LoginAsked(_)) => state,
            (Proving, Kind::ErrorEmitted(_) | Kind::Refused(_) | Kind::Disconnected(Some(_))) => {
                Rejected
            }

            (Begun | Opened | Connecting, Kind::Noticed(_)) => CheckingSession,
            (state, Kind::Noticed(_)) => state,

            // A complaint is no refusal until the server acts on it.
            (Accepted | Accused, Kind::Complained(_)) => Accused,
            (Proving, Kind::Complained(_)) => Rejected,
            (
                Accused,
                Kind::Disconnected(_)
                | Kind::ErrorEmitted(_)
                | Kind::Refused(_)
                | Kind::Closed(ClosedBy::Server),
            ) => Rejected,

            (_, Kind::ConnectRefused(_)) => Rejected,
            (Accepted, Kind::Disconnected(Some(_)) | Kind::Refused(_)) => Rejected,
            (state, Kind::Disconnected(_)) => state,
            (state, Kind::ProxyFailed { fault: Fault::ClientGone, .. }) => state.left(),
            // A client whose move to WebSocket is refused goes on polling.
            (
                Opened | Connecting | CheckingToken | CheckingSession | Accepted | Proving,
                Kind::EngineRefused(Fault::Upgrade),
            ) => self,
            (_, Kind::EngineRefused(_) | Kind::ProxyFailed { .. } | Kind::Refused(_)) => Rejected,
            (_, Kind::Complained(_)) => Doubted,
            // Told that something is wrong; who is then thrown out was refused.
            (Accepted, Kind::ErrorEmitted(_)) => Accused,
            (_, Kind::ErrorEmitted(_)) => Rejected,
            (Accepted | Accused | Proving, Kind::HandlerLeft { admitted: Some(false) }) => self,
            (_, Kind::HandlerLeft { admitted: Some(false) }) => Rejected,
            (_, Kind::HandlerLeft { admitted: Some(true) }) => Accepted,
            (state, Kind::HandlerLeft { admitted: None }) => state,

            (state, Kind::Request(request)) => match request.status {
                // 499 and 0: the client closed first. Only a request that was to bring the decision counts.
                Some(0 | 460 | 499) => state.left(),
                Some(status) if status >= 400 && request.fault == Some(Fault::ClientGone) => {
                    state.left()
                }
                // A session's move to WebSocket failed; it may go on by polling.
                Some(400)
                    if request.sid.is_some()
                        && request.transport.as_deref() == Some("websocket") =>
                {
                    state
                }
                Some(status) if status >= 400 => match state {
                    // A client whose move to WebSocket fails goes on polling.
                    Opened | Connecting | CheckingToken | CheckingSession
                        if request.is_upgrade() =>
                    {
                        state
                    }
                    // Browsers tell of requests that fail only; who moves to WebSocket polls already.
                    Begun if request.is_upgrade() && speaker == Speaker::Client => Opened,
                    // The poll in flight when a session ends is answered with an error; the session was let in before.
                    Accepted | Accused | Proving if status != 400 && status != 404 => state,
                    _ => Rejected,
                },
                _ => match state {
                    Begun => Opened,
                    other => other,
                },
            },

            (Accepted | Accused | Proving | Established, Kind::Active) => Established,
            // Only a connected namespace passes messages on; some clients send before they know, so the server's word is needed.
            (state, Kind::Active) => match speaker {
                Speaker::Server => Established,
                Speaker::Client | Speaker::Proxy => state,
            },

            (Begun, Kind::Opened) => Opened,
            (
                state,
                Kind::Opened
                | Kind::UpgradeAsked
                | Kind::Upgraded
                | Kind::UpgradeFailed
                | Kind::Heartbeat,
            ) => state,

            (Established, Kind::ConnectAccepted | Kind::Admitted { .. }) => Established,
            (Proving, Kind::ConnectAccepted | Kind::Admitted { .. }) => Established,
            (_, Kind::ConnectAccepted | Kind::Admitted { .. }) => Accepted,

            (Begun | Opened, Kind::ConnectAsked(_) | Kind::HandlerEntered(_)) => Connecting,
            (state, Kind::ConnectAsked(_) | Kind::HandlerEntered(_)) => state,
            (
                Begun | Opened | Connecting,
                Kind::Offered(_) | Kind::TokenNotFound | Kind::TokenTried(_) | Kind::TokenAccepted,
            ) => CheckingToken,
            (
                state,
                Kind::Offered(_) | Kind::TokenNotFound | Kind::TokenTried(_) | Kind::TokenAccepted,
            ) => state,
            (
                Begun | Opened | Connecting | CheckingToken,
                Kind::SessionChecked { .. } | Kind::SessionShown(_) | Kind::UserLooked { .. },
            ) => CheckingSession,
            (
                state,
                Kind::SessionChecked { .. } | Kind::SessionShown(_) | Kind::UserLooked { .. },
            ) => state,

            (Accepted | Accused | Proving, Kind::HandlerRaised(_) | Kind::Raised(_)) => self,
            (_, Kind::HandlerRaised(_) | Kind::Raised(_)) => Crashed,

            (state, Kind::ClientFailed(failure)) if failure.said.reason == Reason::ClientLeft => {
                state.left()
            }
            (Accepted, Kind::ClientFailed(failure)) => match failure.said.reason {
                // The server let it in, and the client's next request found another process.
                Reason::SidUnknown | Reason::Refused | Reason::Gateway | Reason::Timeout => {
                    Rejected
                }
                _ => Accepted,
            },
            (Begun, Kind::ClientFailed(failure)) if failure.said.reason == Reason::Unreachable => {
                Unreached
            }
            (_, Kind::ClientFailed(_)) => Rejected,

            (Accepted | Accused | Proving | Established, Kind::HeartbeatLost | Kind::Closed(_)) => {
                self
            }
            (Crashed | Doubted, Kind::HeartbeatLost | Kind::Closed(_)) => self,
            (state, Kind::HeartbeatLost) => state.left(),
            (state, Kind::Closed(by)) => match (by, speaker) {
                // A client's library that ends its own session says nothing of what the server did.
                (ClosedBy::Client, Speaker::Server | Speaker::Proxy | Speaker::Client) => {
                    state.left()
                }
                (ClosedBy::Server | ClosedBy::Unknown, _) => state,
            },

            (
                state,
                Kind::WorkerStarted(_)
                | Kind::WorkerLost
                | Kind::ClientStarted(..)
                | Kind::ClientRetries
                | Kind::ClientNoted(_),
            ) => state,
        }
    }

    /// The client is gone: an attempt without a decision was abandoned by it.
    fn left(self) -> State {
        match self {
            State::Begun
            | State::Opened
            | State::Connecting
            | State::CheckingToken
            | State::CheckingSession
            | State::Abandoned => State::Abandoned,
            State::Crashed
            | State::Doubted
            | State::Accepted
            | State::Accused
            | State::Proving
            | State::Established
            | State::Unreached
            | State::Rejected => self,
        }
    }

    /// What it amounts to when nothing more comes.
    pub fn outcome(self) -> Outcome {
        match self {
            Self::Begun
            | Self::Opened
            | Self::Connecting
            | Self::CheckingToken
            | Self::CheckingSession => Outcome::Undecided,
            Self::Accepted | Self::Accused | Self::Proving | Self::Established => Outcome::Accepted,
            Self::Crashed | Self::Doubted | Self::Unreached | Self::Rejected => Outcome::Rejected,
            Self::Abandoned => Outcome::Abandoned,
        }
    }

    /// Whether nothing that follows can change the outcome, but for a late refusal.
    pub fn decided(self) -> bool {
        !matches!(self.outcome(), Outcome::Undecided)
    }
}
