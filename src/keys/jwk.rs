//! JSON Web Keys (RFC 7517), single or in a set.

use std::fmt;

use base64::{
    Engine as _,
    engine::general_purpose::{URL_SAFE, URL_SAFE_NO_PAD},
};
use serde::Deserialize;

use super::{
    material::{BadKey, Bytes, JwtKey, Material},
    pem::p521_key,
};

/// The members that matter.
#[derive(Deserialize)]
struct Jwk {
    kty: Box<str>,
    kid: Option<Box<str>>,
    crv: Option<Box<str>>,
    n: Option<Part>,
    e: Option<Part>,
    x: Option<Part>,
    y: Option<Part>,
    k: Option<Part>,
}

#[derive(Deserialize)]
struct Set {
    keys: Vec<serde_json::Value>,
}

/// Base64url of a JWK. Of a secret it is the secret itself.
#[derive(Deserialize)]
struct Part(Box<str>);

impl fmt::Debug for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("key")
    }
}

impl Part {
    fn bytes(&self) -> Option<Vec<u8>> {
        URL_SAFE_NO_PAD.decode(&*self.0).or_else(|_| URL_SAFE.decode(&*self.0)).ok()
    }

    /// A number, in exactly `size` bytes.
    fn sized(&self, size: usize) -> Option<Vec<u8>> {
        let bytes = self.bytes()?;
        let missing = size.checked_sub(bytes.len())?;
        Some([vec![0; missing], bytes].concat())
    }
}

/// The keys of a JWK or of a set. In a set, keys of kinds that are not known are passed over, as libraries do.
pub(super) fn read(name: &str, text: &str) -> Result<Vec<JwtKey>, BadKey> {
    let one = |jwk: Jwk| {
        let material = material(&jwk)?;
        let name = match &jwk.kid {
            Some(kid) => format!("{name} ({kid})").into(),
            None => name.into(),
        };
        Some(JwtKey { name, kid: jwk.kid, material })
    };
    if let Ok(set) = serde_json::from_str::<Set>(text) {
        let keys: Vec<JwtKey> = set
            .keys
            .into_iter()
            .filter_map(|key| serde_json::from_value(key).ok())
            .filter_map(one)
            .collect();
        return if keys.is_empty() { Err(BadKey::Kind) } else { Ok(keys) };
    }
    let jwk = serde_json::from_str(text).map_err(|_| BadKey::Jwk)?;
    one(jwk).map(|key| vec![key]).ok_or(BadKey::Kind)
}

fn material(jwk: &Jwk) -> Option<Material> {
    match (&*jwk.kty, jwk.crv.as_deref()) {
        ("oct", _) => {
            let text = jwk.k.as_ref()?;
            let bytes = text.bytes().filter(|bytes| !bytes.is_empty())?;
            Some(Material::of_secret(Bytes(bytes.into()), text.0.as_bytes()))
        }
        ("RSA", _) => {
            let number =
                |part: &Option<Part>| Some(rsa::BigUint::from_bytes_be(&part.as_ref()?.bytes()?));
            rsa::RsaPublicKey::new(number(&jwk.n)?, number(&jwk.e)?).ok().map(Material::Rsa)
        }
        ("EC", Some("P-256")) => {
            p256::ecdsa::VerifyingKey::from_sec1_bytes(&point(jwk, 32)?).ok().map(Material::P256)
        }
        ("EC", Some("P-384")) => {
            p384::ecdsa::VerifyingKey::from_sec1_bytes(&point(jwk, 48)?).ok().map(Material::P384)
        }
        ("EC", Some("P-521")) => {
            let key = p521::PublicKey::from_sec1_bytes(&point(jwk, 66)?).ok()?;
            p521_key(&key).map(Material::P521)
        }
        ("OKP", Some("Ed25519")) => {
            let bytes = jwk.x.as_ref()?.bytes()?.try_into().ok()?;
            ed25519_dalek::VerifyingKey::from_bytes(&bytes).ok().map(Material::Ed25519)
        }
        _ => None,
    }
}

/// A point of a curve, uncompressed (SEC 1).
fn point(jwk: &Jwk, size: usize) -> Option<Vec<u8>> {
    Some([vec![4], jwk.x.as_ref()?.sized(size)?, jwk.y.as_ref()?.sized(size)?].concat())
}
