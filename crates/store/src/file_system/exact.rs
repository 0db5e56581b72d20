//! Reading as many bytes as were asked for.

use std::io;

use super::FileHandle;

/// Reads until `buffer` is full.
pub(crate) fn read_exact_at(file: &dyn FileHandle, buffer: &mut [u8], offset: u64) -> io::Result<()> {
    if read_up_to(file, buffer, offset)? == buffer.len() {
        Ok(())
    } else {
        Err(io::ErrorKind::UnexpectedEof.into())
    }
}

/// Reads until `buffer` is full or the file ends, and returns how many bytes there were.
pub(crate) fn read_up_to(file: &dyn FileHandle, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match file.read_at(&mut buffer[filled..], offset + filled as u64)? {
            0 => break,
            count => filled += count,
        }
    }
    Ok(filled)
}
