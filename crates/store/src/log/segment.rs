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
    /// Its header.
    pub(crate) header: SegmentHeader,
    /// Its file's path.
    pub(crate) path: Arc<Path>,
    /// Its file.
    pub(crate) file: Box<dyn FileHandle>,
}

impl Segment {
    /// Opens a segment. The inner error is a bad header or a missing end.
    pub(super) fn open(
        files: &dyn FileSystem,
        path: &Path,
        access: Access,
    ) -> io::Result<Result<Self, SegmentHeaderFault>> {
        let file = files.open(path, access)?;
        let mut bytes = vec![0; usize::try_from(SEGMENT_HEADER_LENGTH).unwrap_or_default()];
        let count = read_up_to(&*file, &mut bytes, 0)?;
        let header = match SegmentHeader::read(&bytes[..count]) {
            Ok(header) => header,
            Err(fault) => return Ok(Err(fault)),
        };
        let (made, found) = (header.file_length, file.length()?);
        if found < made {
            return Ok(Err(SegmentHeaderFault::Cut { made, found }));
        }
        Ok(Ok(Self { header, path: path.into(), file }))
    }
}
