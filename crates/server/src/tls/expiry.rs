//! When a certificate expires. Reads only as much of X.509 as that takes, and only the server's own certificate.

use prost_types::Timestamp;

const INTEGER: u8 = 0x02;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;
const SEQUENCE: u8 = 0x30;
/// The version, which certificates of version 1 lack.
const VERSION: u8 = 0xa0;

/// A value in DER, and the bytes after it.
struct Element<'a> {
    tag: u8,
    content: &'a [u8],
    rest: &'a [u8],
}

/// The time after which a certificate is not valid; none if it cannot be read.
pub(super) fn expire_time(certificate: &[u8]) -> Option<Timestamp> {
    let certificate = of(SEQUENCE, certificate)?.content;
    let body = of(SEQUENCE, certificate)?.content;
    let after_version = of(VERSION, body).map_or(body, |version| version.rest);
    let after_serial = of(INTEGER, after_version)?.rest;
    let after_algorithm = of(SEQUENCE, after_serial)?.rest;
    let after_issuer = of(SEQUENCE, after_algorithm)?.rest;
    let validity = of(SEQUENCE, after_issuer)?.content;
    let Element { tag, content, .. } = element(element(validity)?.rest)?;
    let digits = std::str::from_utf8(content).ok()?.strip_suffix('Z')?;
    match tag {
        // RFC 5280: two digits of a year are those of 1950 to 2049.
        UTC_TIME => {
            let century = if digits.get(..2)? < "50" { "20" } else { "19" };
            time(&format!("{century}{digits}"))
        }
        GENERALIZED_TIME => time(digits),
        _ => None,
    }
}

/// The time that `YYYYMMDDhhmmss` is.
fn time(digits: &str) -> Option<Timestamp> {
    let number = |from: usize| digits.get(from..from + 2)?.parse::<u8>().ok();
    let year = digits.get(..4)?.parse().ok()?;
    Timestamp::date_time(year, number(4)?, number(6)?, number(8)?, number(10)?, number(12)?).ok()
}

/// The first element, if it has this tag.
fn of(tag: u8, bytes: &[u8]) -> Option<Element<'_>> {
    element(bytes).filter(|element| element.tag == tag)
}

/// The first element.
fn element(bytes: &[u8]) -> Option<Element<'_>> {
    let (&[tag, first], rest) = bytes.split_first_chunk()?;
    let (length, rest) = match first {
        short @ 0..0x80 => (usize::from(short), rest),
        long => {
            let (octets, rest) = rest.split_at_checked(usize::from(long & 0x7f))?;
            let length = octets.iter().try_fold(0_usize, |length, octet| {
                length.checked_mul(256)?.checked_add(usize::from(*octet))
            })?;
            (length, rest)
        }
    };
    let (content, rest) = rest.split_at_checked(length)?;
    Some(Element { tag, content, rest })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn der(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
        let content = parts.concat();
        let length = u16::try_from(content.len()).unwrap().to_be_bytes();
        [&[tag, 0x82][..], &length, &content].concat()
    }

    fn certificate(version: &[u8], until: &[u8]) -> Vec<u8> {
        let validity = der(SEQUENCE, &[&der(UTC_TIME, &[b"200101000000Z"]), until]);
        let parts: [&[u8]; 5] =
            [version, &der(INTEGER, &[&[7; 20]]), &der(SEQUENCE, &[]), &der(SEQUENCE, &[]), &validity];
        der(SEQUENCE, &[&der(SEQUENCE, &parts)])
    }

    fn expires(version: &[u8], until: &[u8]) -> Option<String> {
        expire_time(&certificate(version, until)).map(|time| time.to_string())
    }

    #[test]
    fn the_end_of_validity_is_read_in_both_notations_with_and_without_a_version() {
        let version = der(VERSION, &[&der(INTEGER, &[&[2]])]);
        for version in [&version[..], b""] {
            let short = expires(version, &der(UTC_TIME, &[b"491231235958Z"]));
            assert_eq!(short.as_deref(), Some("2049-12-31T23:59:58Z"));
            let early = expires(version, &der(UTC_TIME, &[b"500101000000Z"]));
            assert_eq!(early.as_deref(), Some("1950-01-01T00:00:00Z"));
            let long = expires(version, &der(GENERALIZED_TIME, &[b"20991231000000Z"]));
            assert_eq!(long.as_deref(), Some("2099-12-31T00:00:00Z"));
        }
    }

    #[test]
    fn what_is_cut_off_or_no_certificate_has_no_end_and_does_not_panic() {
        let whole = certificate(b"", &der(UTC_TIME, &[b"491231235958Z"]));
        assert!((0..whole.len()).all(|length| expire_time(&whole[..length]).is_none()));
        assert_eq!(expires(b"", &der(UTC_TIME, &[b"4912Z"])), None);
        assert_eq!(expires(b"", &der(UTC_TIME, &[b"491331235958Z"])), None);
        assert!(expire_time(&[SEQUENCE, 0xff, 1]).is_none());
    }
}
