//! A token as it is sent: the compact serialisation of RFC 7515.
//!
//! *Invariant:* reading it believes nothing of it. Headers that name keys (`jwk`, `jku`, `x5c`, `x5u`) are not looked at.

use data_encoding::BASE64URL_NOPAD;
use serde_json::Value;

use super::{
    TokenRefusal,
    members::Members,
    public_key::{Algorithm, KID_BYTES_MAX},
    refusal::Named,
};

/// Longest token that is read, in bytes.
pub(super) const TOKEN_BYTES_MAX: usize = 8 * 1024;
/// Types of tokens that are accepted, in lower case. Issuers sign other things, too.
const TYPES: [&str; 4] = ["jwt", "at+jwt", "application/jwt", "application/at+jwt"];

/// A token whose signature is not verified.
#[derive(Debug)]
pub(super) struct Unverified<'a> {
    pub(super) algorithm: Algorithm,
    pub(super) kid: Option<String>,
    pub(super) claims: Members,
    /// What is signed.
    pub(super) signed: &'a str,
    pub(super) signature: Vec<u8>,
}

impl<'a> Unverified<'a> {
    /// Reads a token.
    pub(super) fn read(token: &'a str) -> Result<Self, TokenRefusal> {
        if token.len() > TOKEN_BYTES_MAX {
            return Err(TokenRefusal::TooLong(TOKEN_BYTES_MAX));
        }
        let malformed = |problem| TokenRefusal::Malformed(problem);
        let parts: Vec<&str> = token.split('.').collect();
        let [header, claims, signature] = parts[..] else {
            return Err(malformed("it has not three parts with dots between them"));
        };
        let header = object(header).ok_or_else(|| malformed("its header is no JSON object in base64url"))?;
        let (algorithm, kid) = read_header(&header)?;
        let claims_read =
            object(claims).ok_or_else(|| malformed("its claims are no JSON object in base64url"))?;
        let signature = BASE64URL_NOPAD
            .decode(signature.as_bytes())
            .map_err(|_| malformed("its signature is not base64url"))?;
        let signed = &token[..parts[0].len() + 1 + claims.len()];
        Ok(Self { algorithm, kid, claims: claims_read, signed, signature })
    }
}

fn read_header(header: &Members) -> Result<(Algorithm, Option<String>), TokenRefusal> {
    let text = |name, problem| match header.get(name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.as_str())),
        Some(_) => Err(TokenRefusal::Malformed(problem)),
    };
    let algorithm = text("alg", "its `alg` is no text")?;
    let algorithm = algorithm.ok_or(TokenRefusal::Malformed("its header has no `alg`"))?;
    let algorithm =
        Algorithm::named(algorithm).ok_or_else(|| TokenRefusal::Algorithm(Named::new(algorithm)))?;
    if header.get("crit").is_some() {
        return Err(TokenRefusal::Critical);
    }
    if let Some(of_type) = text("typ", "its `typ` is no text")?
        && !TYPES.contains(&of_type.to_ascii_lowercase().as_str())
    {
        return Err(TokenRefusal::Type(Named::new(of_type)));
    }
    let kid = text("kid", "its `kid` is no text")?;
    if kid.is_some_and(|kid| kid.len() > KID_BYTES_MAX) {
        return Err(TokenRefusal::Malformed("its `kid` is too long"));
    }
    Ok((algorithm, kid.map(str::to_owned)))
}

fn object(part: &str) -> Option<Members> {
    Members::read(&BASE64URL_NOPAD.decode(part.as_bytes()).ok()?)
}
