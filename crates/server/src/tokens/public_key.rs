//! A public key of an issuer, and what it verifies.
//!
//! *Invariant:* a key verifies by one algorithm, which its kind fixes.

use std::fmt;

use data_encoding::BASE64URL_NOPAD;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ED25519, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents, UnparsedPublicKey,
};
use serde::Deserialize;

/// Smallest modulus of RSA, in bits.
const RSA_BITS_MIN: usize = 2_048;
/// Largest modulus of RSA that can be verified by, in bits.
const RSA_BITS_MAX: usize = 8_192;
/// Longest exponent of RSA, in bytes: longer ones only cost time.
const RSA_EXPONENT_BYTES_MAX: usize = 4;
/// Bytes of a coordinate of P-256, and of a key of Ed25519.
const COORDINATE_BYTES: usize = 32;
/// Longest id of a key, in bytes.
pub(super) const KID_BYTES_MAX: usize = 256;

/// The algorithms of signatures that are accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Algorithm {
    Rs256,
    Es256,
    EdDsa,
}

impl Algorithm {
    /// The algorithm of this name. Names are exact: `none` and those with a shared secret are none, in any case.
    pub(super) fn named(name: &str) -> Option<Self> {
        match name {
            "RS256" => Some(Self::Rs256),
            "ES256" => Some(Self::Es256),
            "EdDSA" => Some(Self::EdDsa),
            _ => None,
        }
    }
}

/// A public key as it is published (RFC 7517).
#[derive(Debug, Deserialize)]
pub(super) struct Jwk {
    kty: String,
    #[serde(rename = "use")]
    usage: Option<String>,
    key_ops: Option<Vec<String>>,
    alg: Option<String>,
    kid: Option<String>,
    crv: Option<String>,
    n: Option<String>,
    e: Option<String>,
    x: Option<String>,
    y: Option<String>,
}

/// A public key that verifies signatures.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct PublicKey {
    kid: Option<String>,
    material: Material,
}

#[derive(Clone, PartialEq, Eq)]
enum Material {
    Rsa { n: Vec<u8>, e: Vec<u8> },
    P256(Vec<u8>),
    Ed25519(Vec<u8>),
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PublicKey").field("kid", &self.kid).finish_non_exhaustive()
    }
}

impl PublicKey {
    /// The key that is published, or why it is not used.
    pub(super) fn of(jwk: Jwk) -> Result<Self, String> {
        let Jwk { kty, usage, key_ops, alg, kid, crv, n, e, x, y } = jwk;
        if usage.as_deref().is_some_and(|usage| usage != "sig") {
            return Err("its `use` is not `sig`".to_owned());
        }
        if key_ops.is_some_and(|operations| operations.iter().all(|operation| operation != "verify")) {
            return Err("its `key_ops` lack `verify`".to_owned());
        }
        if kid.as_ref().is_some_and(|kid| kid.len() > KID_BYTES_MAX) {
            return Err(format!("its `kid` is longer than {KID_BYTES_MAX} bytes"));
        }
        let material = match (kty.as_str(), crv.as_deref()) {
            ("RSA", _) => rsa(n.as_deref(), e.as_deref())?,
            ("EC", Some("P-256")) => {
                let (x, y) = (coordinate("x", x.as_deref())?, coordinate("y", y.as_deref())?);
                Material::P256([&[4], &x[..], &y].concat())
            }
            ("OKP", Some("Ed25519")) => Material::Ed25519(coordinate("x", x.as_deref())?),
            _ => return Err("it is not one of RSA, P-256 or Ed25519".to_owned()),
        };
        let names: &[&str] = match material {
            Material::Rsa { .. } => &["RS256"],
            Material::P256(_) => &["ES256"],
            Material::Ed25519(_) => &["EdDSA", "Ed25519"],
        };
        if alg.is_some_and(|alg| !names.contains(&alg.as_str())) {
            return Err("its `alg` is not RS256, ES256 or EdDSA, or not one of its kind".to_owned());
        }
        Ok(Self { kid, material })
    }

    /// Its id; none if it has none.
    pub(super) fn kid(&self) -> Option<&str> {
        self.kid.as_deref()
    }

    /// The algorithm that it verifies by.
    pub(super) fn algorithm(&self) -> Algorithm {
        match self.material {
            Material::Rsa { .. } => Algorithm::Rs256,
            Material::P256(_) => Algorithm::Es256,
            Material::Ed25519(_) => Algorithm::EdDsa,
        }
    }

    /// Whether the signature of a message is one by this key.
    pub(super) fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        let verified = match &self.material {
            Material::Rsa { n, e } => {
                let key = RsaPublicKeyComponents { n, e };
                key.verify(&RSA_PKCS1_2048_8192_SHA256, message, signature)
            }
            Material::P256(point) => {
                UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).verify(message, signature)
            }
            Material::Ed25519(key) => UnparsedPublicKey::new(&ED25519, key).verify(message, signature),
        };
        verified.is_ok()
    }
}

fn rsa(n: Option<&str>, e: Option<&str>) -> Result<Material, String> {
    let number = |name, text: Option<&str>| {
        let mut bytes = decoded(name, text)?;
        let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
        bytes.drain(..zeros);
        Ok::<_, String>(bytes)
    };
    let (n, e) = (number("n", n)?, number("e", e)?);
    let bits = n.first().map_or(0, |first| n.len() * 8 - first.leading_zeros() as usize);
    if !(RSA_BITS_MIN..=RSA_BITS_MAX).contains(&bits) {
        return Err(format!("it is RSA of {bits} bits; {RSA_BITS_MIN} to {RSA_BITS_MAX} are accepted"));
    }
    if e.is_empty() || e.len() > RSA_EXPONENT_BYTES_MAX {
        return Err("its `e` is no usual exponent, such as 65537".to_owned());
    }
    Ok(Material::Rsa { n, e })
}

fn coordinate(name: &str, text: Option<&str>) -> Result<Vec<u8>, String> {
    let bytes = decoded(name, text)?;
    if bytes.len() == COORDINATE_BYTES {
        Ok(bytes)
    } else {
        Err(format!("its `{name}` has {} bytes, not {COORDINATE_BYTES}", bytes.len()))
    }
}

fn decoded(name: &str, text: Option<&str>) -> Result<Vec<u8>, String> {
    let text = text.ok_or_else(|| format!("it has no `{name}`"))?;
    BASE64URL_NOPAD.decode(text.as_bytes()).map_err(|error| format!("its `{name}` is not base64url: {error}"))
}
