//! Chunks, and the pages that list them.

use std::sync::Arc;

use super::{Blank, Element, element::blank_of};

#[derive(Debug, Clone)]
pub(super) enum Chunk<T: 'static> {
    Blank(Blank<T>),
    /// Each element; of the last chunk of a column, those that it has.
    Each(Arc<[T]>),
}

#[derive(Debug, Clone)]
pub(super) enum Page<T: 'static> {
    Blank(Blank<T>),
    /// Each chunk; of the last page of a column, those that it has.
    Each(Arc<[Chunk<T>]>),
}

impl<T: Element> Chunk<T> {
    pub(super) fn of(elements: &[T]) -> Self {
        blank_of(elements).map_or_else(|| Self::Each(elements.into()), Self::Blank)
    }

    pub(super) fn elements(&self) -> &[T] {
        match self {
            Self::Blank(blank) => *blank,
            Self::Each(elements) => elements,
        }
    }

    /// All `len` elements that it has, to be changed.
    pub(super) fn elements_mut(&mut self, len: usize) -> &mut [T] {
        if let Self::Blank(blank) = self {
            *self = Self::Each(blank[..len].into());
        }
        match self {
            Self::Blank(_) => &mut [],
            Self::Each(elements) => Arc::make_mut(elements),
        }
    }

    pub(super) fn is_blank_of(&self, other: Blank<T>) -> bool {
        matches!(self, Self::Blank(blank) if std::ptr::eq(*blank, other))
    }
}

impl<T: Element> Page<T> {
    pub(super) fn elements(&self, chunk: usize) -> &[T] {
        match self {
            Self::Blank(blank) => *blank,
            Self::Each(chunks) => chunks[chunk].elements(),
        }
    }

    /// Its chunks, to be changed; `count` is how many it has.
    pub(super) fn chunks(&mut self, count: usize) -> &mut [Chunk<T>] {
        if let Self::Blank(blank) = self {
            *self = Self::Each(vec![Chunk::Blank(blank); count].into());
        }
        match self {
            Self::Blank(_) => &mut [],
            Self::Each(chunks) => Arc::make_mut(chunks),
        }
    }

    pub(super) fn is_shared_with(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Blank(one), Self::Blank(other)) => std::ptr::eq(*one, *other),
            (Self::Each(one), Self::Each(other)) => Arc::ptr_eq(one, other),
            (Self::Blank(_), Self::Each(_)) | (Self::Each(_), Self::Blank(_)) => false,
        }
    }
}
