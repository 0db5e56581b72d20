//! The file of issuers: TOML with a table `[[issuer]]` for each.

use std::{
    fs::File,
    io::{self, Read as _},
    ops::Range,
    path::{Path, PathBuf},
};

use http::Uri;
use serde::Deserialize;
use toml::Spanned;

use super::{
    TokensError,
    patterns::{Nameable, Pattern},
};

/// Longest file of issuers and of authorities, in bytes.
const FILE_BYTES_MAX: u64 = 1024 * 1024;
/// Maximum number of issuers.
const ISSUERS_MAX: usize = 32;
/// The claim that names the partner, where none is configured.
const CLAIM: &str = "sub";

/// An issuer whose tokens are accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct IssuerSettings {
    /// Its name: the claim `iss` of its tokens.
    pub(super) issuer: String,
    /// What its tokens have to be for, one of these: the claim `aud`.
    pub(super) audiences: Vec<String>,
    /// Where its keys are.
    pub(super) source: Source,
    /// The claim that names the partner.
    pub(super) claim: String,
    /// Which partners it may name.
    pub(super) nameable: Nameable,
}

/// Where the keys of an issuer are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Source {
    File(PathBuf),
    /// An https URL, and the file of authorities of its server; none: those of the system.
    Url(Uri, Option<PathBuf>),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Tables {
    #[serde(default)]
    issuer: Vec<Table>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    issuer: Spanned<String>,
    audience: Spanned<Texts>,
    jwks: Spanned<String>,
    claim: Option<Spanned<String>>,
    partners: Option<Spanned<Vec<String>>>,
    ca: Option<Spanned<PathBuf>>,
}

#[derive(Deserialize)]
#[serde(untagged, expecting = "give a text or a list of texts")]
enum Texts {
    One(String),
    More(Vec<String>),
}

/// What is wrong, and where.
type Problem = (Range<usize>, String);

/// Reads a file of issuers. Paths in it are relative to its folder.
pub(super) fn read(path: &Path) -> Result<Vec<IssuerSettings>, TokensError> {
    let bytes = read_file(path, FILE_BYTES_MAX)?;
    let text = String::from_utf8(bytes).map_err(|error| TokensError::Read {
        path: path.to_owned(),
        error: io::Error::new(io::ErrorKind::InvalidData, error),
    })?;
    parse(&text, path.parent().unwrap_or(path)).map_err(|error| match error {
        Fault::Syntax(error) => TokensError::Syntax { path: path.to_owned(), error: Box::new(error) },
        Fault::Problem((span, problem)) => {
            let line = 1 + text.get(..span.start).unwrap_or_default().matches('\n').count();
            TokensError::Setting { path: path.to_owned(), line, problem }
        }
    })
}

/// Reads a file that is not too long.
pub(super) fn read_file(path: &Path, bytes_max: u64) -> Result<Vec<u8>, TokensError> {
    let failed = |error| TokensError::Read { path: path.to_owned(), error };
    let mut bytes = Vec::new();
    File::open(path).map_err(failed)?.take(bytes_max + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > bytes_max {
        return Err(TokensError::TooLong { path: path.to_owned(), bytes_max });
    }
    Ok(bytes)
}

/// Reads the authorities of an issuer's server.
pub(super) fn read_authorities(path: &Path) -> Result<Vec<u8>, TokensError> {
    read_file(path, FILE_BYTES_MAX)
}

enum Fault {
    Syntax(toml::de::Error),
    Problem(Problem),
}

fn parse(text: &str, folder: &Path) -> Result<Vec<IssuerSettings>, Fault> {
    let tables: Tables = toml::from_str(text).map_err(Fault::Syntax)?;
    if tables.issuer.is_empty() || tables.issuer.len() > ISSUERS_MAX {
        let problem = format!("give 1 to {ISSUERS_MAX} tables [[issuer]]; there are {}", tables.issuer.len());
        return Err(Fault::Problem((0..0, problem)));
    }
    let mut unlisted = Vec::new();
    let mut issuers: Vec<IssuerSettings> = Vec::new();
    for table in tables.issuer {
        let span = table.issuer.span();
        if table.partners.is_none() {
            unlisted.push(span.clone());
        }
        let issuer = settings(table, folder).map_err(Fault::Problem)?;
        if issuers.iter().any(|one| one.issuer == issuer.issuer) {
            let problem = format!("issuer {:?} has a table already; give each one table", issuer.issuer);
            return Err(Fault::Problem((span, problem)));
        }
        issuers.push(issuer);
    }
    if let Some(span) = unlisted.into_iter().next().filter(|_| issuers.len() > 1) {
        let problem = "`partners` is missing: with several issuers each needs it, so that none can act as the \
                       partners of another; list them, or \"*\" for all";
        return Err(Fault::Problem((span, problem.to_owned())));
    }
    Ok(issuers)
}

fn settings(table: Table, folder: &Path) -> Result<IssuerSettings, Problem> {
    let Table { issuer, audience, jwks, claim, partners, ca } = table;
    let span = audience.span();
    let audiences = match audience.into_inner() {
        Texts::One(audience) => vec![audience],
        Texts::More(audiences) => audiences,
    };
    if audiences.is_empty() || audiences.iter().any(String::is_empty) {
        return Err((span, "`audience` is empty; give what tokens for this registry are for".to_owned()));
    }
    let claim = claim.unwrap_or_else(|| Spanned::new(0..0, CLAIM.to_owned()));
    for (name, value) in [("issuer", &issuer), ("claim", &claim)] {
        if value.as_ref().is_empty() {
            return Err((value.span(), format!("`{name}` is empty")));
        }
    }
    Ok(IssuerSettings {
        issuer: issuer.into_inner(),
        audiences,
        source: source(jwks, ca, folder)?,
        claim: claim.into_inner(),
        nameable: partners.map_or(Ok(Nameable::AllButAdmins), nameable)?,
    })
}

fn nameable(partners: Spanned<Vec<String>>) -> Result<Nameable, Problem> {
    let span = partners.span();
    let patterns = partners.into_inner();
    if patterns.is_empty() {
        return Err((span, "`partners` is empty, so that no token would be accepted; list some".to_owned()));
    }
    let patterns: Result<_, _> = patterns.iter().map(|text| Pattern::read(text)).collect();
    patterns.map(Nameable::Listed).map_err(|problem| (span, problem))
}

fn source(jwks: Spanned<String>, ca: Option<Spanned<PathBuf>>, folder: &Path) -> Result<Source, Problem> {
    let (span, text) = (jwks.span(), jwks.into_inner());
    let refused = |problem: &str| Err((span.clone(), format!("`jwks` {text:?} {problem}")));
    if !text.contains("://") {
        if let Some(ca) = ca {
            return Err((ca.span(), "`ca` is for keys at an https:// URL; remove it".to_owned()));
        }
        return if text.is_empty() {
            refused("is empty; name a file, or an https:// URL")
        } else {
            Ok(Source::File(folder.join(text)))
        };
    }
    let url = text.parse::<Uri>().ok().filter(|url| url.scheme_str() == Some("https"));
    let Some(url) = url else {
        return refused("is no https:// URL; keys that others could replace show nothing");
    };
    match url.authority() {
        Some(authority) if !authority.as_str().contains('@') && !authority.host().is_empty() => {}
        _ => return refused("has no host alone; give https://host/path"),
    }
    Ok(Source::Url(url, ca.map(|ca| folder.join(ca.into_inner()))))
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: &str =
        "[[issuer]]\nissuer = \"https://idp.example\"\naudience = \"tenseven\"\njwks = \"keys.json\"\n";

    fn read_text(text: &str) -> Result<Vec<IssuerSettings>, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("issuers.toml");
        std::fs::write(&path, text).unwrap();
        read(&path).map_err(|error| error.to_string())
    }

    #[test]
    fn a_table_has_an_issuer_with_what_is_left_out_filled_in() {
        let [read] = &read_text(WHOLE).unwrap()[..] else { panic!("one issuer") };
        assert_eq!((read.issuer.as_str(), read.claim.as_str()), ("https://idp.example", "sub"));
        assert_eq!(
            (&read.audiences[..], &read.nameable),
            (&["tenseven".to_owned()][..], &Nameable::AllButAdmins)
        );
        assert!(
            matches!(&read.source, Source::File(path) if path.is_absolute() && path.ends_with("keys.json"))
        );
        let more = WHOLE
            .replace("\"tenseven\"", "[\"a\", \"b\"]")
            .replace("keys.json", "https://idp.example:8443/keys?set=1")
            + "ca = \"ca.pem\"\nclaim = \"partner\"\npartners = [\"nso-*\"]\n";
        let read = &read_text(&more).unwrap()[0];
        assert_eq!((read.audiences.len(), read.claim.as_str()), (2, "partner"));
        assert!(matches!(&read.source, Source::Url(url, Some(_)) if url.port_u16() == Some(8443)));
    }

    #[test]
    fn what_is_wrong_is_named_with_its_line() {
        for (text, place, problem) in [
            (String::new(), "line 1", "give 1 to 32 tables"),
            (WHOLE.replace("audience", "audiences"), "line 3", "unknown field `audiences`"),
            (WHOLE.replace("\"tenseven\"", "7"), "line 3", "a text or a list of texts"),
            (WHOLE.replace("\"tenseven\"", "[]"), "line 3", "`audience` is empty"),
            (WHOLE.replace("jwks = \"keys.json\"\n", ""), "line 1", "missing field `jwks`"),
            (WHOLE.replace("keys.json", "http://idp.example/keys"), "line 4", "is no https:// URL"),
            (WHOLE.replace("keys.json", "file:///keys.json"), "line 4", "is no https:// URL"),
            (WHOLE.replace("keys.json", "https://user@idp.example/"), "line 4", "has no host alone"),
            (WHOLE.to_owned() + "ca = \"ca.pem\"\n", "line 5", "is for keys at an https:// URL"),
            (WHOLE.to_owned() + "partners = []\n", "line 5", "`partners` is empty"),
            (WHOLE.to_owned() + "partners = [\"a b\"]\n", "line 5", "is no id of a partner"),
            (WHOLE.to_owned() + "claim = \"\"\n", "line 5", "`claim` is empty"),
            (WHOLE.to_owned() + "algorithms = [\"none\"]\n", "line 5", "unknown field `algorithms`"),
            (WHOLE.to_owned() + WHOLE, "line 6", "has a table already"),
            (WHOLE.to_owned() + &WHOLE.replace("idp.", "other."), "line 2", "`partners` is missing"),
            ("[[issuer]".to_owned(), "line 1", "TOML"),
        ] {
            let refused = read_text(&text).unwrap_err();
            assert!(refused.contains("issuers.toml"), "{refused}");
            assert!(refused.contains(place) && refused.contains(problem), "{place}, {problem}: {refused}");
        }
    }
}
