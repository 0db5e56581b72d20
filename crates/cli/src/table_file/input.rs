//! Inputs: a file, or standard input.

use std::{
    fs::File,
    io::{self, Read, Seek as _},
    os::fd::AsFd as _,
    path::Path,
};

use anyhow::Context as _;

/// Where a table file is read from.
pub(crate) struct Input {
    name: String,
    source: Source,
}

enum Source {
    /// A regular file, which can be read more than once, with the byte to begin at and its size.
    File(File, u64, u64),
    /// A pipe, a terminal or a device.
    Stream(Box<dyn Read + Send>),
}

impl Input {
    /// Opens a file, or standard input for `-`.
    pub(crate) fn open(path: &Path) -> anyhow::Result<Self> {
        let is_standard = path.as_os_str() == "-";
        let name = if is_standard { "standard input".to_owned() } else { path.display().to_string() };
        let source = open(path, is_standard).with_context(|| format!("{name} cannot be opened"))?;
        Ok(Self { name, source })
    }

    /// Bytes that are held.
    pub(crate) fn of_bytes(bytes: impl AsRef<[u8]>) -> Self {
        let source = Source::Stream(Box::new(io::Cursor::new(bytes.as_ref().to_vec())));
        Self { name: "bytes".to_owned(), source }
    }

    /// The name, for messages.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// The size, if it is known beforehand.
    pub(crate) fn bytes(&self) -> Option<u64> {
        match &self.source {
            Source::File(_, start, bytes) => Some(bytes.saturating_sub(*start)),
            Source::Stream(_) => None,
        }
    }

    /// The same file from its beginning; none if it can be read only once. Only one of the two can be read at a time, and
    /// the copy is to be read first.
    pub(crate) fn copy(&self) -> io::Result<Option<Self>> {
        let Source::File(file, start, bytes) = &self.source else { return Ok(None) };
        let source = Source::File(file.try_clone()?, *start, *bytes);
        Ok(Some(Self { name: self.name.clone(), source }))
    }

    /// The bytes, from the beginning.
    pub(super) fn into_reader(self) -> io::Result<Box<dyn Read + Send>> {
        Ok(match self.source {
            Source::File(mut file, start, _) => {
                file.seek(io::SeekFrom::Start(start))?;
                Box::new(file)
            }
            Source::Stream(stream) => stream,
        })
    }
}

fn open(path: &Path, is_standard: bool) -> io::Result<Source> {
    let mut file =
        if is_standard { File::from(io::stdin().as_fd().try_clone_to_owned()?) } else { File::open(path)? };
    let metadata = file.metadata()?;
    if metadata.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    if metadata.is_file() {
        // Standard input may have been read from already.
        let start = file.stream_position()?;
        return Ok(Source::File(file, start, metadata.len()));
    }
    Ok(Source::Stream(Box::new(file)))
}
