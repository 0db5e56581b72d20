//! Containers: the kind of a file by its first bytes.

use super::error::ReadError;

/// How many of the first bytes are looked at.
pub(super) const HEAD_BYTES: usize = 8;

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Container {
    /// A text in UTF-8, with or without a byte order mark.
    Utf8,
    /// A text in UTF-16.
    Utf16(Endianness),
    /// A workbook of the Office Open XML format: a ZIP archive.
    Workbook,
}

/// Which byte of a unit of UTF-16 comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Endianness {
    Little,
    Big,
}

/// What a file with these first bytes is.
pub(super) fn recognise(head: &[u8]) -> Result<Container, ReadError> {
    let foreign = |what| Err(ReadError::Foreign(what));
    match head {
        [0xFF, 0xFE, ..] => Ok(Container::Utf16(Endianness::Little)),
        [0xFE, 0xFF, ..] => Ok(Container::Utf16(Endianness::Big)),
        [b'P', b'K', 3, 4, ..] => Ok(Container::Workbook),
        [0xD0, 0xCF, 0x11, 0xE0, ..] => {
            foreign("a workbook of the old Excel format, or one that is protected by a password")
        }
        [b'%', b'P', b'D', b'F', ..] => foreign("a PDF document"),
        [0x1F, 0x8B, ..] => foreign("compressed"),
        [b'<', ..] => foreign("a page of HTML or XML, perhaps the answer of a web server"),
        [b'{' | b'[', ..] => foreign("JSON"),
        // Excel writes a byte order mark, other programs may not.
        [first, 0, second, 0, ..] if *first != 0 && *second != 0 => Ok(Container::Utf16(Endianness::Little)),
        [0, first, 0, second, ..] if *first != 0 && *second != 0 => Ok(Container::Utf16(Endianness::Big)),
        _ => Ok(Container::Utf8),
    }
}
