//! Public keys in PEM: SPKI, PKCS#1, and those in certificates.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use rsa::{pkcs1::DecodeRsaPublicKey as _, pkcs8::DecodePublicKey as _};

use super::material::{BadKey, Material};

/// The keys of a PEM file, in their order.
pub(super) fn read(text: &str) -> Result<Vec<Material>, BadKey> {
    let mut keys = Vec::new();
    let mut rest = text;
    while let Some((_, behind)) = rest.split_once("-----BEGIN ") {
        let (label, body) = behind.split_once("-----").ok_or(BadKey::Pem)?;
        let (body, after) = body.split_once("-----END ").ok_or(BadKey::Pem)?;
        rest = after;
        let der = || {
            let base64: String = body.split_ascii_whitespace().collect();
            STANDARD.decode(base64).map_err(|_| BadKey::Pem)
        };
        keys.push(match label {
            "PUBLIC KEY" => spki(&der()?)?,
            "RSA PUBLIC KEY" => {
                Material::Rsa(rsa::RsaPublicKey::from_pkcs1_der(&der()?).map_err(|_| BadKey::Pem)?)
            }
            "CERTIFICATE" => spki(of_certificate(&der()?).ok_or(BadKey::Pem)?)?,
            label if label.ends_with("PRIVATE KEY") => return Err(BadKey::Private),
            // What OpenSSL writes in front of an EC key.
            "EC PARAMETERS" => continue,
            _ => return Err(BadKey::UnknownPem),
        });
    }
    if keys.is_empty() { Err(BadKey::Pem) } else { Ok(keys) }
}

/// The key of a `SubjectPublicKeyInfo`. Its kind stands in it; the readers look at nothing else first.
fn spki(der: &[u8]) -> Result<Material, BadKey> {
    if let Ok(key) = rsa::RsaPublicKey::from_public_key_der(der) {
        return Ok(Material::Rsa(key));
    }
    if let Ok(key) = p256::PublicKey::from_public_key_der(der) {
        return Ok(Material::P256(key.into()));
    }
    if let Ok(key) = p384::PublicKey::from_public_key_der(der) {
        return Ok(Material::P384(key.into()));
    }
    if let Ok(key) = p521::PublicKey::from_public_key_der(der) {
        return p521_key(&key).ok_or(BadKey::Pem).map(Material::P521);
    }
    if let Ok(key) = ed25519_dalek::VerifyingKey::from_public_key_der(der) {
        return Ok(Material::Ed25519(key));
    }
    Err(BadKey::Kind)
}

/// p521's own conversion from a key to a verifying key goes by its point.
pub(super) fn p521_key(key: &p521::PublicKey) -> Option<p521::ecdsa::VerifyingKey> {
    p521::ecdsa::VerifyingKey::from_affine(*key.as_affine()).ok()
}

/// The `SubjectPublicKeyInfo` of a certificate (RFC 5280, 4.1): the sixth element of its first, or the seventh behind a version.
fn of_certificate(der: &[u8]) -> Option<&[u8]> {
    const SEQUENCE: u8 = 0x30;
    const VERSION: u8 = 0xa0;
    let inside = |der| element(der).filter(|e| e.tag == SEQUENCE).map(|e| e.inside);
    let mut rest = inside(inside(der)?)?;
    let first = element(rest)?;
    if first.tag == VERSION {
        rest = first.behind;
    }
    // Serial number, algorithm, issuer, validity, subject.
    for _ in 0..5 {
        rest = element(rest)?.behind;
    }
    Some(element(rest)?.whole)
}

/// One element of DER.
struct Element<'d> {
    tag: u8,
    whole: &'d [u8],
    inside: &'d [u8],
    behind: &'d [u8],
}

fn element(der: &[u8]) -> Option<Element<'_>> {
    let (&tag, rest) = der.split_first()?;
    let (&first, rest) = rest.split_first()?;
    let (length, head) = if first < 0x80 {
        (usize::from(first), 2)
    } else {
        // Lengths of four bytes and more belong to no certificate.
        let digits = rest.get(..usize::from(first & 0x7f)).filter(|digits| digits.len() <= 3)?;
        let length = digits.iter().fold(0, |n, digit| n << 8 | usize::from(*digit));
        (length, 2 + digits.len())
    };
    let whole = der.get(..head.checked_add(length)?)?;
    Some(Element { tag, whole, inside: &whole[head..], behind: &der[whole.len()..] })
}
