//! Allowed origins (CORS): the pages whose scripts may call.
//!
//! *Invariant:* what is not named is not let in. A page whose origin is not listed is refused by the server itself, so
//! that nothing rests on the browser alone.

use std::sync::Arc;

use http::HeaderValue;

/// Matches every origin.
const ANY: &str = "*";

/// The origins whose pages may call.
#[derive(Debug, Clone)]
pub(crate) enum Origins {
    /// Exactly these; without any, no page may call.
    Listed(Arc<[HeaderValue]>),
    /// Every page.
    Any,
}

impl Origins {
    /// The origins that a setting names, which was checked with [`problem`].
    pub(crate) fn of(setting: &[String]) -> Self {
        if setting.iter().any(|origin| origin == ANY) {
            return Self::Any;
        }
        Self::Listed(setting.iter().filter_map(|origin| HeaderValue::try_from(origin).ok()).collect())
    }

    /// Whether pages of this origin may call.
    pub(crate) fn admit(&self, origin: &HeaderValue) -> bool {
        match self {
            Self::Any => true,
            Self::Listed(origins) => origins.contains(origin),
        }
    }
}

/// What is wrong with a list of origins, and what would be right.
pub(crate) fn problem(setting: &[String]) -> Option<String> {
    if setting.len() > 1 && setting.iter().any(|origin| origin == ANY) {
        return Some(format!("\"{ANY}\" means every origin and is given alone; leave it or the others out"));
    }
    setting.iter().filter(|origin| *origin != ANY).find_map(|origin| problem_of(origin))
}

/// What is wrong with one origin: browsers send it in exactly one form, and another would never match.
fn problem_of(origin: &str) -> Option<String> {
    let (scheme, default_port) = match origin.split_once("://") {
        Some(("http", _)) => ("http", ":80"),
        Some(("https", _)) => ("https", ":443"),
        _ => return Some(format!("\"{origin}\" is no origin; give http:// or https:// and the host")),
    };
    let authority = origin.trim_start_matches(scheme).trim_start_matches("://");
    if let Some(host) = authority.strip_suffix(default_port) {
        return Some(format!("\"{origin}\" names the port that goes without saying; give {scheme}://{host}"));
    }
    if let Some((host, _)) = authority.split_once(['/', '?', '#']) {
        return Some(format!("\"{origin}\" has something behind its host and port; give {scheme}://{host}"));
    }
    if authority != authority.to_ascii_lowercase() {
        return Some(format!("\"{origin}\" has capitals; give {}", origin.to_ascii_lowercase()));
    }
    let is_sound = |parsed: &http::uri::Authority| {
        let port_is_sound = match authority.strip_prefix(parsed.host()) {
            Some("") => true,
            Some(_) => parsed.port_u16().is_some_and(|port| port != 0),
            None => false,
        };
        port_is_sound && !parsed.host().contains('*')
    };
    if authority.parse().is_ok_and(|parsed| is_sound(&parsed)) {
        return None;
    }
    Some(format!(
        "\"{origin}\" is no origin; give scheme, host and port alone, as https://pages.example or http://localhost:8080, or {ANY} for every page"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(origins: &[&str]) -> Vec<String> {
        origins.iter().map(|origin| (*origin).to_owned()).collect()
    }

    #[test]
    fn origins_as_browsers_send_them_are_taken() {
        let origins =
            ["https://pages.example", "http://localhost:8080", "http://[::1]:8080", "http://127.0.0.1:3"];
        for setting in [&origins[..], &["*"], &[]] {
            assert_eq!(problem(&list(setting)), None, "{setting:?}");
        }
    }

    #[test]
    fn what_no_browser_would_send_is_refused_with_what_would_be_right() {
        for (origin, expected) in [
            ("", "give http:// or https://"),
            ("null", "give http:// or https://"),
            ("pages.example", "give http:// or https://"),
            ("file:///page", "give http:// or https://"),
            ("https://", "is no origin"),
            ("https://pages.example/", "give https://pages.example"),
            ("https://pages.example/scores?a=b", "give https://pages.example"),
            ("https://pages.example:443", "give https://pages.example"),
            ("http://pages.example:80", "give http://pages.example"),
            ("https://Pages.example", "give https://pages.example"),
            ("https://*.example", "is no origin"),
            ("https://me@pages.example", "is no origin"),
            ("https://pages.example:", "is no origin"),
            ("https://pages.example:0", "is no origin"),
            ("https://pages.example:99999", "is no origin"),
            ("https://pages example", "is no origin"),
        ] {
            let problem = problem(&list(&[origin])).unwrap_or_else(|| panic!("{origin:?} is taken"));
            assert!(problem.contains(expected), "{origin:?}: {problem}");
        }
    }

    #[test]
    fn every_origin_and_some_origins_contradict_each_other() {
        assert!(
            problem(&list(&["*", "https://pages.example"])).is_some_and(|problem| problem.contains("alone"))
        );
    }

    #[test]
    fn only_what_is_listed_is_admitted() {
        let (listed, other) = (
            HeaderValue::from_static("https://pages.example"),
            HeaderValue::from_static("https://pages.example.evil"),
        );
        let origins = Origins::of(&list(&["https://pages.example"]));
        assert!(origins.admit(&listed) && !origins.admit(&other));
        assert!(!Origins::of(&[]).admit(&listed));
        assert!(Origins::of(&list(&["*"])).admit(&other));
    }
}
