//! A JWT's signature (RFC 7515, 7518), held against keys.

use std::str::FromStr as _;

use base64::{
    Engine as _,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use hmac::{Hmac, KeyInit as _, Mac as _};
use p256::ecdsa::signature::Verifier as _;
use rsa::sha2::{Digest as _, Sha256, Sha384, Sha512};
use strum::EnumString;

use super::material::{Form, JwtKey, Material};
use crate::payload::jwt;

/// The algorithms of RFC 7518 that sign, and RFC 8037's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString)]
#[strum(serialize_all = "UPPERCASE")]
enum Algorithm {
    Hs256,
    Hs384,
    Hs512,
    Rs256,
    Rs384,
    Rs512,
    Ps256,
    Ps384,
    Ps512,
    Es256,
    Es384,
    Es512,
    #[strum(serialize = "EdDSA", serialize = "Ed25519")]
    EdDsa,
}

/// What the keys say of a token's signature.
#[derive(
    Clone,
    Debug,
    PartialEq,
    Eq,
    strum::IntoStaticStr,
    strum::VariantNames,
    serde::Serialize,
    serde::Deserialize,
)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[strum(serialize_all = "kebab-case")]
#[serde(rename_all = "kebab-case")]
pub enum Signature {
    /// No key was given, so nothing is known.
    Unchecked,
    /// A key fits.
    Good(Fit),
    /// Keys of the right kind were given, and none of them fits.
    Wrong,
    /// The token is not signed: no third part, or `alg` is `none`.
    Unsigned,
    /// The signature is shorter or longer than its algorithm makes them.
    Cut(Cut),
    /// The token names a key by its id, which none of the keys has; those that were tried all the same do not fit.
    UnknownKid,
    /// No key that was given is of the kind that the token's algorithm takes.
    NoSuchKey,
    /// The algorithm is not known here.
    UnknownAlgorithm,
    /// The header or the signature cannot be read.
    Unreadable,
}

impl Signature {
    /// Its name in outputs for programs.
    pub fn as_str(&self) -> &'static str {
        self.into()
    }
}

/// Which key fits, and how.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Fit {
    /// What the key is called.
    pub key: Box<str>,
    /// In which form.
    pub form: Form,
    /// Whether the token names another key by its id.
    pub other_kid: bool,
}

/// Of a signature that is too short or too long, its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Cut {
    /// How many there are.
    pub has: usize,
    /// How many there should be.
    pub wants: usize,
}

/// Stray bits at the end of Base64 are passed over: this room says who signed, not who was careful.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::URL_SAFE,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// What `keys` say of `token`'s signature. What the token claims is not looked at.
pub(super) fn check(token: &str, keys: &[JwtKey]) -> Signature {
    let Ok(header) = jwt::header(token) else { return Signature::Unreadable };
    let Some((signed, signature)) = token.rsplit_once('.') else { return Signature::Unreadable };
    if signature.is_empty() || header.alg.as_deref().is_some_and(jwt::is_none) {
        return Signature::Unsigned;
    }
    let Some(algorithm) = header.alg.as_deref().and_then(|alg| Algorithm::from_str(alg).ok())
    else {
        return Signature::UnknownAlgorithm;
    };
    let Ok(signature) = BASE64.decode(signature) else { return Signature::Unreadable };
    if let Some(wants) = algorithm.length().filter(|wants| *wants != signature.len()) {
        return Signature::Cut(Cut { has: signature.len(), wants });
    }
    if keys.is_empty() {
        return Signature::Unchecked;
    }
    let kid = header.kid.as_deref();
    let is_named = |key: &JwtKey| kid.is_some() && key.kid.as_deref() == kid;
    // The key that the token names comes first; of the others one may fit all the same, and that is worth knowing.
    let named = keys.iter().filter(|key| is_named(key));
    let others = keys.iter().filter(|key| !is_named(key));
    let mut tried = false;
    for key in named.chain(others) {
        match algorithm.fits(&key.material, signed.as_bytes(), &signature) {
            Verified::OtherKind => {}
            Verified::Yes(form) => {
                let other_kid = kid.is_some() && key.kid.is_some() && !is_named(key);
                return Signature::Good(Fit { key: key.name.clone(), form, other_kid });
            }
            Verified::No => tried = true,
        }
    }
    let all_have_ids = keys.iter().all(|key| key.kid.is_some());
    if kid.is_some() && all_have_ids && !keys.iter().any(is_named) {
        Signature::UnknownKid
    } else if tried {
        Signature::Wrong
    } else {
        Signature::NoSuchKey
    }
}

/// What one key says of a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verified {
    /// It has made it.
    Yes(Form),
    /// It has not.
    No,
    /// The algorithm takes another kind of key.
    OtherKind,
}

impl Algorithm {
    /// The length of its signatures in bytes; RSA's are as long as the key.
    fn length(self) -> Option<usize> {
        match self {
            Self::Hs256 => Some(32),
            Self::Hs384 => Some(48),
            Self::Hs512 | Self::Es256 | Self::EdDsa => Some(64),
            Self::Es384 => Some(96),
            Self::Es512 => Some(132),
            Self::Rs256 | Self::Rs384 | Self::Rs512 | Self::Ps256 | Self::Ps384 | Self::Ps512 => {
                None
            }
        }
    }

    /// Whether `key` has made `signature`, and in which form.
    fn fits(self, key: &Material, signed: &[u8], signature: &[u8]) -> Verified {
        let plain = |fits: bool| if fits { Verified::Yes(Form::Plain) } else { Verified::No };
        match (self, key) {
            (Self::Hs256 | Self::Hs384 | Self::Hs512, Material::Secret { bytes, others }) => {
                if self.mac(&bytes.0, signed, signature) {
                    return Verified::Yes(Form::Plain);
                }
                match others.iter().find(|(_, key)| self.mac(&key.0, signed, signature)) {
                    Some((form, _)) => Verified::Yes(*form),
                    // Of a public key's file only this is asked: whether somebody took its text for a secret.
                    None if bytes.0.is_empty() => Verified::OtherKind,
                    None => Verified::No,
                }
            }
            (
                Self::Rs256 | Self::Rs384 | Self::Rs512 | Self::Ps256 | Self::Ps384 | Self::Ps512,
                Material::Rsa(key),
            ) => plain(self.rsa(key, signed, signature)),
            (Self::Es256, Material::P256(key)) => plain(
                p256::ecdsa::Signature::from_slice(signature)
                    .is_ok_and(|signature| key.verify(signed, &signature).is_ok()),
            ),
            (Self::Es384, Material::P384(key)) => plain(
                p384::ecdsa::Signature::from_slice(signature)
                    .is_ok_and(|signature| key.verify(signed, &signature).is_ok()),
            ),
            (Self::Es512, Material::P521(key)) => plain(
                p521::ecdsa::Signature::from_slice(signature)
                    .is_ok_and(|signature| key.verify(signed, &signature).is_ok()),
            ),
            (Self::EdDsa, Material::Ed25519(key)) => plain(
                ed25519_dalek::Signature::from_slice(signature)
                    .is_ok_and(|signature| key.verify_strict(signed, &signature).is_ok()),
            ),
            _ => Verified::OtherKind,
        }
    }

    fn mac(self, key: &[u8], signed: &[u8], signature: &[u8]) -> bool {
        macro_rules! mac {
            ($hash:ty) => {
                !key.is_empty()
                    && Hmac::<$hash>::new_from_slice(key)
                        .is_ok_and(|mac| mac.chain_update(signed).verify_slice(signature).is_ok())
            };
        }
        match self {
            Self::Hs256 => mac!(sha2::Sha256),
            Self::Hs384 => mac!(sha2::Sha384),
            _ => mac!(sha2::Sha512),
        }
    }

    fn rsa(self, key: &rsa::RsaPublicKey, signed: &[u8], signature: &[u8]) -> bool {
        use rsa::{Pkcs1v15Sign, Pss};
        match self {
            Self::Rs256 => {
                key.verify(Pkcs1v15Sign::new::<Sha256>(), &Sha256::digest(signed), signature)
            }
            Self::Rs384 => {
                key.verify(Pkcs1v15Sign::new::<Sha384>(), &Sha384::digest(signed), signature)
            }
            Self::Rs512 => {
                key.verify(Pkcs1v15Sign::new::<Sha512>(), &Sha512::digest(signed), signature)
            }
            Self::Ps256 => key.verify(Pss::new::<Sha256>(), &Sha256::digest(signed), signature),
            Self::Ps384 => key.verify(Pss::new::<Sha384>(), &Sha384::digest(signed), signature),
            _ => key.verify(Pss::new::<Sha512>(), &Sha512::digest(signed), signature),
        }
        .is_ok()
    }
}
