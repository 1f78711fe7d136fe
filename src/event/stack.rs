//! The software that writes the lines.

use serde::Deserialize;
use strum::{EnumIter, EnumString, IntoStaticStr, VariantNames};

use super::Speaker;

/// Software that writes the lines, and that a fix can be for.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Deserialize,
    EnumIter,
    EnumString,
    IntoStaticStr,
    VariantNames,
    serde::Serialize,
)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Stack {
    /// Flask-SocketIO on python-socketio.
    FlaskSocketio,
    /// python-socketio on its own, and python-engineio under it.
    PythonSocketio,
    /// Django, Channels.
    Django,
    /// `FastAPI`, Starlette and uvicorn.
    Fastapi,
    /// The servers socket.io and engine.io for Node.
    SocketioJs,
    /// `NestJS` gateways.
    Nestjs,
    /// netty-socketio.
    Netty,
    /// socketioxide.
    Socketioxide,
    /// Servers in Go.
    Go,
    /// The browser's or Node's socket.io-client.
    SocketioClient,
    /// python-socketio as a client.
    PythonClient,
    /// The Java and Android client.
    JavaClient,
    /// The Swift client.
    SwiftClient,
    /// The Dart client.
    DartClient,
    /// `rust_socketio`, the client for Rust.
    RustClient,
    /// `SocketIOClient`, the client for .NET.
    DotnetClient,
    /// gunicorn.
    Gunicorn,
    /// nginx.
    Nginx,
    /// Apache httpd.
    Apache,
    /// `HAProxy`.
    Haproxy,
    /// Traefik.
    Traefik,
    /// Envoy.
    Envoy,
    /// AWS load balancers.
    Aws,
    /// Heroku's router.
    Heroku,
    /// Cloudflare.
    Cloudflare,
    /// Google Cloud's load balancers.
    Google,
    /// Caddy.
    Caddy,
}

impl Stack {
    /// The Socket.IO library that a framework's integration stands on: what is right for the one is right for the other.
    pub fn base(self) -> Option<Self> {
        match self {
            Self::FlaskSocketio | Self::Fastapi | Self::Django => Some(Self::PythonSocketio),
            Self::Nestjs => Some(Self::SocketioJs),
            _ => None,
        }
    }

    /// Whether this is no Socket.IO library, but what may run one.
    pub fn may_serve(self, library: Self) -> bool {
        self == Self::Gunicorn
            && (library == Self::PythonSocketio || library.base() == Some(Self::PythonSocketio))
    }

    /// The side of a connection on which it runs.
    pub fn speaker(self) -> Speaker {
        match self {
            Self::FlaskSocketio
            | Self::PythonSocketio
            | Self::Django
            | Self::Fastapi
            | Self::SocketioJs
            | Self::Nestjs
            | Self::Netty
            | Self::Socketioxide
            | Self::Go
            | Self::Gunicorn => Speaker::Server,
            Self::SocketioClient
            | Self::PythonClient
            | Self::JavaClient
            | Self::SwiftClient
            | Self::DartClient
            | Self::RustClient
            | Self::DotnetClient => Speaker::Client,
            Self::Nginx
            | Self::Apache
            | Self::Haproxy
            | Self::Traefik
            | Self::Envoy
            | Self::Aws
            | Self::Heroku
            | Self::Cloudflare
            | Self::Google
            | Self::Caddy => Speaker::Proxy,
        }
    }
}
