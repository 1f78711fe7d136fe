//! The software that writes the lines.

use serde::Deserialize;
use strum::{EnumIter, EnumString, IntoStaticStr, VariantNames};

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
