//! The bytes of one file, in pages that copies share. A page that was never written is all zeros and takes no room.

use std::{
    collections::BTreeMap,
    ops::Range,
    sync::{Arc, OnceLock},
};

pub(crate) const PAGE: u64 = PAGE_BYTES as u64;

const PAGE_BYTES: usize = 4096;

#[derive(Debug, Default, Clone)]
pub(crate) struct Content {
    length: u64,
    pages: BTreeMap<u64, Arc<Page>>,
}

#[derive(Debug)]
struct Page {
    bytes: [u8; PAGE_BYTES],
    /// None if every byte is zero.
    digest: OnceLock<Option<blake3::Hash>>,
}

impl Clone for Page {
    fn clone(&self) -> Self {
        Self { bytes: self.bytes, digest: OnceLock::new() }
    }
}

impl Page {
    fn empty() -> Arc<Self> {
        Arc::new(Self { bytes: [0; PAGE_BYTES], digest: OnceLock::new() })
    }

    fn digest(&self) -> Option<blake3::Hash> {
        *self
            .digest
            .get_or_init(|| self.bytes.iter().any(|byte| *byte != 0).then(|| blake3::hash(&self.bytes)))
    }
}

impl Content {
    pub(crate) fn length(&self) -> u64 {
        self.length
    }

    pub(crate) fn read(&self, buffer: &mut [u8], offset: u64) -> usize {
        let end = self.length.min(offset.saturating_add(buffer.len() as u64));
        for (page, within, target) in spans(offset..end) {
            match self.pages.get(&page) {
                Some(page) => buffer[target].copy_from_slice(&page.bytes[within]),
                None => buffer[target].fill(0),
            }
        }
        index(end.saturating_sub(offset))
    }

    /// Writes `bytes`; a write after the end extends the content.
    pub(crate) fn write(&mut self, bytes: &[u8], offset: u64) {
        let end = offset + bytes.len() as u64;
        self.length = self.length.max(end);
        for (page, within, source) in spans(offset..end) {
            self.page_mut(page)[within].copy_from_slice(&bytes[source]);
        }
    }

    /// Takes the bytes of a range from another version of the file. The length stays.
    pub(crate) fn copy_range(&mut self, other: &Self, range: Range<u64>) {
        for (page, within, _) in spans(range) {
            match other.pages.get(&page) {
                Some(other) if within.len() == other.bytes.len() => {
                    self.pages.insert(page, Arc::clone(other));
                }
                Some(other) => self.page_mut(page)[within.clone()].copy_from_slice(&other.bytes[within]),
                None if self.pages.contains_key(&page) => self.page_mut(page)[within].fill(0),
                None => {}
            }
        }
    }

    /// Cuts what is after the new end; added bytes are zeros.
    pub(crate) fn set_length(&mut self, length: u64) {
        let held = self.pages.last_key_value().map_or(0, |(page, _)| (page + 1) * PAGE);
        self.pages.retain(|page, _| page * PAGE < length);
        if held > length && self.pages.contains_key(&(length / PAGE)) {
            self.page_mut(length / PAGE)[index(length % PAGE)..].fill(0);
        }
        self.length = length;
    }

    pub(crate) fn hash_into(&self, hasher: &mut blake3::Hasher) {
        hasher.update(&self.length.to_le_bytes());
        for (number, page) in &self.pages {
            if let Some(digest) = page.digest() {
                hasher.update(&number.to_le_bytes()).update(digest.as_bytes());
            }
        }
        hasher.update(&u64::MAX.to_le_bytes());
    }

    fn page_mut(&mut self, page: u64) -> &mut [u8; PAGE_BYTES] {
        let page = Arc::make_mut(self.pages.entry(page).or_insert_with(Page::empty));
        page.digest = OnceLock::new();
        &mut page.bytes
    }
}

/// The pages that a range touches: page, range within the page, range within the buffer.
fn spans(range: Range<u64>) -> impl Iterator<Item = (u64, Range<usize>, Range<usize>)> {
    let first = range.start / PAGE;
    let end = if range.is_empty() { first } else { range.end.div_ceil(PAGE) };
    (first..end).map(move |page| {
        let start = range.start.max(page * PAGE);
        let end = range.end.min((page + 1) * PAGE);
        let within = index(start - page * PAGE)..index(end - page * PAGE);
        (page, within, index(start - range.start)..index(end - range.start))
    })
}

fn index(number: u64) -> usize {
    usize::try_from(number).expect("simulated files fit in memory")
}
