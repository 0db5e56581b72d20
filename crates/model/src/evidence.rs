//! Evidence: what a value rests on.

/// Longest citation, in characters.
const CITATION_LENGTH_MAX: usize = 1_000;
/// Longest URL, in characters.
const URL_LENGTH_MAX: usize = 2_000;
/// Longest quoted text, in characters.
const QUOTE_LENGTH_MAX: usize = 4_000;

/// Why texts are no evidence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EvidenceError {
    /// Nothing to find the evidence by.
    #[error("evidence has neither a citation nor a URL; give at least one of them")]
    Empty,
    /// A text is too long.
    #[error("the {field} of an evidence has {length} characters; at most {max} are allowed")]
    TooLong {
        /// Which text.
        field: &'static str,
        /// Its characters.
        length: usize,
        /// The limit.
        max: usize,
    },
    /// Not a web address.
    #[error("evidence URL {0:?} must start with https:// or http://")]
    Url(String),
}

/// A source that backs a value: a citation, a web address or both, and the words that matter there.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Evidence {
    citation: String,
    url: String,
    quote: String,
}

impl Evidence {
    /// Evidence from its three texts; an empty text means that there is none. The error is the first of [`Self::faults`].
    pub fn new(citation: String, url: String, quote: String) -> Result<Self, EvidenceError> {
        match Self::faults(&citation, &url, &quote).into_iter().next() {
            Some(fault) => Err(fault),
            None => Ok(Self { citation, url, quote }),
        }
    }

    /// Everything that keeps three texts from being evidence.
    pub fn faults(citation: &str, url: &str, quote: &str) -> Vec<EvidenceError> {
        let mut faults = Vec::new();
        if citation.trim().is_empty() && url.is_empty() {
            faults.push(EvidenceError::Empty);
        }
        for (field, text, max) in [
            ("citation", citation, CITATION_LENGTH_MAX),
            ("url", url, URL_LENGTH_MAX),
            ("quote", quote, QUOTE_LENGTH_MAX),
        ] {
            let length = text.chars().count();
            if length > max {
                faults.push(EvidenceError::TooLong { field, length, max });
            }
        }
        if !(url.is_empty() || url.starts_with("https://") || url.starts_with("http://")) {
            faults.push(EvidenceError::Url(url.chars().take(URL_LENGTH_MAX).collect()));
        }
        faults
    }

    /// What is cited; may be empty.
    pub fn citation(&self) -> &str {
        &self.citation
    }

    /// Where it can be read; may be empty.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The words that matter; may be empty.
    pub fn quote(&self) -> &str {
        &self.quote
    }

    /// The bytes of all texts together.
    pub fn text_bytes(&self) -> usize {
        self.citation.len() + self.url.len() + self.quote.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn needs_something_to_find_it_by() {
        assert_eq!(Evidence::new(String::new(), String::new(), "text".into()), Err(EvidenceError::Empty));
        assert!(Evidence::new("Law 44-2020, art. 3".into(), String::new(), String::new()).is_ok());
    }

    #[test]
    fn refuses_a_url_of_another_scheme_and_an_overlong_quote() {
        let url = Evidence::new(String::new(), "javascript:alert(1)".into(), String::new());
        assert_eq!(url, Err(EvidenceError::Url("javascript:alert(1)".into())));
        let quote = Evidence::new("x".into(), String::new(), "q".repeat(4_001));
        assert_eq!(quote, Err(EvidenceError::TooLong { field: "quote", length: 4_001, max: 4_000 }));
    }
}
