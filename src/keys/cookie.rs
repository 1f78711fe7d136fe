//! The signatures of session cookies: itsdangerous' as Flask uses it, cookie-signature's of Express, and Django's own.

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD},
};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;
use sha2::{Digest as _, Sha256};

use super::material::Bytes;

/// What Flask mixes into the key of its session cookies (Flask 3.1: `SecureCookieSessionInterface.salt`).
const SALT: &[u8] = b"cookie-session";

/// Which of `keys` signed a Flask session cookie (itsdangerous 2.2: HMAC-SHA1 with a key that is the HMAC-SHA1 of the salt).
pub(super) fn flask(cookie: &str, keys: &[Bytes]) -> Option<usize> {
    let (signed, signature) = cookie.rsplit_once('.')?;
    let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
    keys.iter().position(|key| {
        let derived = sha1(&key.0, SALT).map(|mac| mac.finalize().into_bytes());
        derived
            .and_then(|derived| sha1(&derived, signed.as_bytes()))
            .is_some_and(|mac| mac.verify_slice(&signature).is_ok())
    })
}

/// What Django mixes into the key of a session that the cookie holds, with the word that its signers add (Django 5.2).
const DJANGO_SALT: &[u8] = b"django.contrib.sessions.backends.signed_cookiessigner";

/// Which of `keys` signed a Django session cookie (`django.core.signing`: HMAC-SHA256 with a key that is the SHA-256 of salt and secret).
pub(super) fn django(cookie: &str, keys: &[Bytes]) -> Option<usize> {
    let (signed, signature) = cookie.rsplit_once(':')?;
    let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
    keys.iter().position(|key| {
        let derived = Sha256::new().chain_update(DJANGO_SALT).chain_update(&key.0).finalize();
        Hmac::<Sha256>::new_from_slice(&derived)
            .is_ok_and(|mac| mac.chain_update(signed).verify_slice(&signature).is_ok())
    })
}

fn sha1(key: &[u8], text: &[u8]) -> Option<Hmac<Sha1>> {
    Hmac::<Sha1>::new_from_slice(key).ok().map(|mac| mac.chain_update(text))
}

/// Which of `keys` signed an Express session cookie: `s:ID.SIGNATURE`, as it stands or with its marks written `%3A` (cookie-signature 1.2:
/// HMAC-SHA256 in Base64 without its padding).
pub(super) fn express(cookie: &str, keys: &[Bytes]) -> Option<usize> {
    // In a cookie a plus is a plus.
    let escaped = cookie.replace('+', "%2B");
    let plain = crate::payload::query::decode(&escaped);
    let (id, signature) = plain.strip_prefix("s:")?.rsplit_once('.')?;
    let signature = STANDARD_NO_PAD.decode(signature).ok()?;
    keys.iter().position(|key| {
        Hmac::<Sha256>::new_from_slice(&key.0)
            .is_ok_and(|mac| mac.chain_update(id).verify_slice(&signature).is_ok())
    })
}
