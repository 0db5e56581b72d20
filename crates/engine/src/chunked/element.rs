//! Elements: what chunks consist of.

use super::CHUNK;

/// A chunk whose elements are all the same, and take no memory for each column.
pub(crate) type Blank<T> = &'static [T; CHUNK];

/// A chunk of which every count is 0.
pub(crate) static ZEROS: [u16; CHUNK] = [0; CHUNK];

/// What chunks consist of.
pub(crate) trait Element: Clone + 'static {
    /// Whether both are the same to the last bit.
    fn is_same(&self, other: &Self) -> bool;

    /// A chunk of this element alone, if it is one that says that there is nothing.
    fn blank(&self) -> Option<Blank<Self>>;
}

impl Element for u16 {
    fn is_same(&self, other: &Self) -> bool {
        self == other
    }

    fn blank(&self) -> Option<Blank<Self>> {
        (*self == 0).then_some(&ZEROS)
    }
}

/// The chunk that these elements are part of, if they are all the same and say that there is nothing.
pub(super) fn blank_of<T: Element>(elements: &[T]) -> Option<Blank<T>> {
    let first = elements.first()?;
    let blank = first.blank()?;
    elements.iter().all(|element| element.is_same(first)).then_some(blank)
}
