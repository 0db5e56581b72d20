//! Lists of texts: each its length as a varint, then its bytes. Persisted; must stay stable.

use super::varint::{self, VarintFault};

/// Why bytes are no list of texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TextsFault {
    /// A length is none.
    #[error("the length of a text is none: {0}")]
    Length(#[from] VarintFault),
    /// A text is longer than what is left.
    #[error("a text is longer than what is there of it")]
    Short,
    /// A text is no UTF-8.
    #[error("a text is no UTF-8")]
    Utf8,
}

/// Adds a text, which is given in parts.
#[inline]
pub(super) fn push(bytes: &mut Vec<u8>, parts: &[&str]) {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    varint::push(bytes, length as u64);
    for part in parts {
        bytes.extend_from_slice(part.as_bytes());
    }
}

/// The list of these texts.
pub(super) fn list<T: AsRef<str>>(texts: &[T]) -> Vec<u8> {
    // Few texts have a length of more than a byte.
    let length: usize = texts.iter().map(|text| 1 + text.as_ref().len()).sum();
    let mut bytes = Vec::with_capacity(length);
    for text in texts {
        push(&mut bytes, &[text.as_ref()]);
    }
    bytes
}

/// Reads a list of texts, one by one.
#[derive(Debug, Clone)]
pub(super) struct Texts<'a>(&'a [u8]);

impl<'a> Texts<'a> {
    /// The list with these bytes.
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    fn take(&mut self) -> Result<&'a str, TextsFault> {
        let length = usize::try_from(varint::take(&mut self.0)?).unwrap_or(usize::MAX);
        let (text, rest) = self.0.split_at_checked(length).ok_or(TextsFault::Short)?;
        self.0 = rest;
        std::str::from_utf8(text).map_err(|_| TextsFault::Utf8)
    }
}

impl<'a> Iterator for Texts<'a> {
    type Item = Result<&'a str, TextsFault>;

    fn next(&mut self) -> Option<Self::Item> {
        (!self.0.is_empty()).then(|| {
            let text = self.take();
            if text.is_err() {
                self.0 = &[];
            }
            text
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};

    use super::*;

    #[test]
    fn refuses_what_is_no_list() {
        let fault = |bytes: &[u8]| Texts::new(bytes).find_map(Result::err);
        assert_eq!(fault(&[2, b'a']), Some(TextsFault::Short));
        assert_eq!(fault(&[0x80]), Some(TextsFault::Length(VarintFault::Short)));
        assert_eq!(fault(&[1, 0xff]), Some(TextsFault::Utf8));
    }

    proptest! {
        #[test]
        fn is_read_back(texts in vec("\\PC{0,200}", 0..20)) {
            let bytes = list(&texts);
            let read: Result<Vec<_>, _> = Texts::new(&bytes).collect();
            prop_assert_eq!(read.unwrap(), texts);
        }

        #[test]
        fn no_bytes_make_it_panic(bytes: Vec<u8>) {
            Texts::new(&bytes).for_each(drop);
        }
    }
}
