//! A segment: a file of the log.

use std::{io, path::Path, sync::Arc};

use super::header::SegmentHeader;
use crate::{
    SegmentHeaderFault,
    file_system::{Access, FileHandle, FileSystem, read_up_to},
    log::layout::SEGMENT_HEADER_LENGTH,
};

/// An open segment.
#[derive(Debug)]
pub(crate) struct Segment {
    /// What it says of itself.
    pub(crate) header: SegmentHeader,
    /// Its file's path.
    pub(crate) path: Arc<Path>,
    /// Its file.
    pub(crate) file: Box<dyn FileHandle>,
}

impl Segment {
    /// Opens a segment. The inner error says what is wrong with its header.
    pub(super) fn open(
        files: &dyn FileSystem,
        path: &Path,
        access: Access,
    ) -> io::Result<Result<Self, SegmentHeaderFault>> {
        let file = files.open(path, access)?;
        let mut bytes = vec![0; usize::try_from(SEGMENT_HEADER_LENGTH).unwrap_or_default()];
        let count = read_up_to(&*file, &mut bytes, 0)?;
        Ok(SegmentHeader::read(&bytes[..count]).map(|header| Self { header, path: path.into(), file }))
    }
}
