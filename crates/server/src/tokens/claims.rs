//! What a token claims: for whom it is, when it is valid, and whom it names.

use serde_json::Value;
use tenseven_model::Timestamp;

use super::{TokenRefusal, members::Members, settings::IssuerSettings};

/// How much the clocks of an issuer and the registry may differ, in seconds.
const SKEW_SECONDS: i64 = 60;
const MICROS_PER_SECOND: i64 = 1_000_000;
/// The end of the year 9999, in seconds since 1970: later times are mistakes.
const SECONDS_MAX: i64 = 253_402_300_799;

/// Who issued a token, as it claims.
pub(super) fn issuer(claims: &Members) -> Result<&str, TokenRefusal> {
    text(claims, "iss")
}

/// Whom the claims of a token of this issuer name, and when that ends, skew included.
pub(super) fn check<'a>(
    claims: &'a Members,
    settings: &IssuerSettings,
    now: Timestamp,
) -> Result<(&'a str, Timestamp), TokenRefusal> {
    if !audiences(claims)?.iter().any(|audience| settings.audiences.iter().any(|own| own == audience)) {
        return Err(TokenRefusal::Audience);
    }
    let now = now.as_micros().div_euclid(MICROS_PER_SECOND);
    for claim in ["nbf", "iat"] {
        if seconds(claims, claim)?.is_some_and(|from| from > now + SKEW_SECONDS) {
            return Err(TokenRefusal::NotYetValid);
        }
    }
    let ends = seconds(claims, "exp")?.ok_or_else(|| absent("exp"))?;
    let ends = Timestamp::from_micros((ends + SKEW_SECONDS) * MICROS_PER_SECOND);
    if Timestamp::from_micros(now * MICROS_PER_SECOND) >= ends {
        return Err(TokenRefusal::Expired);
    }
    Ok((text(claims, &settings.claim)?, ends))
}

fn text<'a>(claims: &'a Members, claim: &str) -> Result<&'a str, TokenRefusal> {
    match claims.get(claim) {
        Some(Value::String(text)) if !text.is_empty() => Ok(text),
        Some(_) => Err(wrong(claim, "is no text, or empty")),
        None => Err(absent(claim)),
    }
}

fn audiences(claims: &Members) -> Result<Vec<&str>, TokenRefusal> {
    const CLAIM: &str = "aud";
    match claims.get(CLAIM) {
        None => Err(absent(CLAIM)),
        Some(Value::String(audience)) => Ok(vec![audience]),
        Some(Value::Array(audiences)) => {
            let texts: Option<Vec<&str>> = audiences.iter().map(Value::as_str).collect();
            texts.ok_or_else(|| wrong(CLAIM, "is no text and no list of texts"))
        }
        Some(_) => Err(wrong(CLAIM, "is no text and no list of texts")),
    }
}

/// A time in whole seconds; fractions are cut off.
fn seconds(claims: &Members, claim: &str) -> Result<Option<i64>, TokenRefusal> {
    let Some(value) = claims.get(claim) else { return Ok(None) };
    #[expect(
        clippy::cast_possible_truncation,
        reason = "what no integer holds becomes the largest or smallest one"
    )]
    let whole = value.as_i64().or_else(|| Some(value.as_f64()?.floor() as i64));
    let whole = whole.filter(|seconds| (0..=SECONDS_MAX).contains(seconds));
    whole.map(Some).ok_or_else(|| wrong(claim, "is no time in seconds since 1970, up to the year 9999"))
}

fn absent(claim: &str) -> TokenRefusal {
    wrong(claim, "is absent")
}

fn wrong(claim: &str, problem: &'static str) -> TokenRefusal {
    TokenRefusal::Claim { claim: claim.to_owned(), problem }
}
