//! What a key file holds.

use std::fmt;

use super::{jwk, pem};

/// Longest key file. The keys of a large identity provider take some kilobytes.
const LONGEST: usize = 1 << 20;

/// Bytes that must not be shown.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Bytes(pub(super) Box<[u8]>);

impl fmt::Debug for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("key")
    }
}

/// A key for JWTs.
#[derive(Debug)]
pub struct JwtKey {
    /// What it is called: the file's name, and its own id behind it.
    pub(super) name: Box<str>,
    /// Its own id.
    pub(super) kid: Option<Box<str>>,
    pub(super) material: Material,
}

/// A key by its kind.
pub(super) enum Material {
    /// A shared secret, as it stands, without the end of its line.
    Secret {
        /// The bytes that the key should be.
        bytes: Bytes,
        /// Other forms in which people come to use it.
        others: Vec<(Form, Bytes)>,
    },
    Rsa(rsa::RsaPublicKey),
    P256(p256::ecdsa::VerifyingKey),
    P384(p384::ecdsa::VerifyingKey),
    P521(p521::ecdsa::VerifyingKey),
    Ed25519(ed25519_dalek::VerifyingKey),
}

impl fmt::Debug for Material {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Secret { .. } => "secret",
            Self::Rsa(_) => "RSA",
            Self::P256(_) => "P-256",
            Self::P384(_) => "P-384",
            Self::P521(_) => "P-521",
            Self::Ed25519(_) => "Ed25519",
        })
    }
}

/// In which form a key fits.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    strum::IntoStaticStr,
    serde::Serialize,
    serde::Deserialize,
)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[strum(serialize_all = "kebab-case")]
#[serde(rename_all = "kebab-case")]
pub enum Form {
    /// As it was given.
    Plain,
    /// The bytes that its text stands for in Base64.
    Decoded,
    /// The Base64 text of its bytes.
    Encoded,
    /// With the end of the line at the end of its file.
    LineEnd,
    /// With quotes around it.
    Quoted,
    /// The text of a public key's file, used as if it were a secret.
    PublicKeyAsSecret,
}

/// Why a key file cannot be used. What it holds is never part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadKey {
    /// Nothing in it.
    #[error("there is nothing in it")]
    Empty,
    /// Longer than any key.
    #[error("it is longer than {LONGEST} bytes, no key is")]
    TooLong,
    /// A private key.
    #[error("it is a private key; the public one is enough: openssl pkey -in FILE -pubout")]
    Private,
    /// A private key that a passphrase protects.
    #[error(
        "PEM of a kind that is not known; wanted are PUBLIC KEY, RSA PUBLIC KEY and CERTIFICATE"
    )]
    UnknownPem,
    /// PEM that does not hold what it says.
    #[error("the PEM in it cannot be read")]
    Pem,
    /// JSON that is neither a JWK nor a set of them.
    #[error("the JSON in it is no JWK and no set of JWKs")]
    Jwk,
    /// A key of another kind.
    #[error("no key in it is of a known kind (RSA, P-256, P-384, P-521, Ed25519, secret)")]
    Kind,
}

/// Reads a key file.
pub(super) fn read(name: &str, file: &[u8]) -> Result<Vec<JwtKey>, BadKey> {
    if file.len() > LONGEST {
        return Err(BadKey::TooLong);
    }
    let text = std::str::from_utf8(file).ok();
    if let Some(text) = text.filter(|text| text.contains("-----BEGIN ")) {
        let mut keys: Vec<JwtKey> = pem::read(text)?
            .into_iter()
            .map(|material| JwtKey { name: name.into(), kid: None, material })
            .collect();
        let used_as_secret = [text, text.trim_end()]
            .map(|text| (Form::PublicKeyAsSecret, Bytes(text.as_bytes().into())));
        let material = Material::Secret { bytes: Bytes([].into()), others: used_as_secret.into() };
        keys.push(JwtKey { name: name.into(), kid: None, material });
        return Ok(keys);
    }
    if let Some(text) = text.filter(|text| text.trim_start().starts_with('{')) {
        return jwk::read(name, text);
    }
    let bytes = secret(file)?;
    Ok(vec![JwtKey { name: name.into(), kid: None, material: Material::of_secret(bytes, file) }])
}

/// A secret: the file without the end of its line.
pub(super) fn secret(file: &[u8]) -> Result<Bytes, BadKey> {
    if file.len() > LONGEST {
        return Err(BadKey::TooLong);
    }
    let line = file.strip_suffix(b"\n").unwrap_or(file);
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    if line.is_empty() {
        return Err(BadKey::Empty);
    }
    Ok(Bytes(line.into()))
}

impl Material {
    /// The secret `bytes` with the forms that it takes in the wrong hands; `file` is what it was read from.
    pub(super) fn of_secret(bytes: Bytes, file: &[u8]) -> Self {
        use base64::engine::{
            Engine as _,
            general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD},
        };
        let mut others = Vec::new();
        let mut add = |form, other: &[u8]| {
            if !other.is_empty() && *other != *bytes.0 {
                others.push((form, Bytes(other.into())));
            }
        };
        let trimmed: Vec<u8> = bytes.0.iter().copied().filter(|b| *b != b'=').collect();
        for engine in [&STANDARD_NO_PAD, &URL_SAFE_NO_PAD] {
            if let Ok(decoded) = engine.decode(&trimmed) {
                add(Form::Decoded, &decoded);
            }
        }
        for engine in [&STANDARD, &STANDARD_NO_PAD, &URL_SAFE_NO_PAD] {
            add(Form::Encoded, engine.encode(&bytes.0).as_bytes());
        }
        add(Form::LineEnd, file);
        add(Form::LineEnd, &[&bytes.0, &b"\n"[..]].concat());
        for quote in [b"\"", b"'"] {
            add(Form::Quoted, &[quote, &*bytes.0, quote].concat());
            if let Some(bare) =
                bytes.0.strip_prefix(quote).and_then(|bare| bare.strip_suffix(quote))
            {
                add(Form::Quoted, bare);
            }
        }
        Self::Secret { bytes, others }
    }
}
