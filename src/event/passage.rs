//! Between whom something happened: for a picture of an attempt. It decides nothing.

use super::{Kind, Speaker};

/// From whom to whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Passage {
    /// The client sent it, the server is to have it.
    Up,
    /// The server sent it to the client.
    Down,
    /// A proxy answered the client itself.
    Stopped,
    /// Nothing was sent: one side did, saw or thought something.
    Within(Speaker),
}

impl Kind {
    /// Between whom this happened, as `speaker` tells it. No wildcard: a new event says where it belongs.
    pub fn passage(&self, speaker: Speaker) -> Passage {
        match self {
            Self::Opened
            | Self::Upgraded
            | Self::EngineRefused(_)
            | Self::ConnectAccepted
            | Self::ConnectRefused(_)
            | Self::Disconnected(_)
            | Self::ErrorEmitted(_) => Passage::Down,
            Self::Request(_)
            | Self::UpgradeAsked
            | Self::ConnectAsked(_)
            | Self::LoginAsked(_)
            | Self::ClientStarted(..) => Passage::Up,
            Self::ProxyFailed { .. } => Passage::Stopped,
            Self::Closed(_)
            | Self::WorkerStarted(_)
            | Self::WorkerLost
            | Self::UpgradeFailed
            | Self::Heartbeat
            | Self::HeartbeatLost
            | Self::Active
            | Self::HandlerEntered(_)
            | Self::Offered(_)
            | Self::TokenNotFound
            | Self::TokenTried(_)
            | Self::TokenAccepted
            | Self::SessionChecked { .. }
            | Self::SessionShown(_)
            | Self::UserLooked { .. }
            | Self::Refused(_)
            | Self::Complained(_)
            | Self::Noticed(_)
            | Self::Admitted { .. }
            | Self::HandlerLeft { .. }
            | Self::HandlerRaised(_)
            | Self::Raised(_)
            | Self::ClientFailed(_)
            | Self::ClientNoted(_)
            | Self::ClientRetries => Passage::Within(speaker),
        }
    }
}
