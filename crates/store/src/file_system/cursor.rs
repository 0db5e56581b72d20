//! Files as streams.

use std::io::{self, Read, Write};

use super::FileHandle;

/// Reads or writes a file from its start to its end.
#[derive(Debug)]
pub(crate) struct FileCursor {
    file: Box<dyn FileHandle>,
    offset: u64,
}

impl FileCursor {
    /// At the start of the file.
    pub(crate) fn new(file: Box<dyn FileHandle>) -> Self {
        Self { file, offset: 0 }
    }

    /// At `offset` of the file.
    pub(crate) fn at(file: Box<dyn FileHandle>, offset: u64) -> Self {
        Self { file, offset }
    }

    /// Makes what was written durable.
    pub(crate) fn sync(&self) -> io::Result<()> {
        self.file.sync()
    }
}

impl Read for FileCursor {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read_at(buffer, self.offset)?;
        self.offset += count as u64;
        Ok(count)
    }
}

impl Write for FileCursor {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write_all_at(bytes, self.offset)?;
        self.offset += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
