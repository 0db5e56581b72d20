//! Archives: how large a workbook is once it is unpacked, before anything of it is read.
//!
//! *Invariant:* what the directory of the archive states bounds what is unpacked: a part that turns out longer than it states is
//! an error where it is read.

use std::io::{BufReader, Cursor, Read};

use calamine::XlsxError;
use quick_xml::events::Event;
use zip::{ZipArchive, result::ZipError};

use super::error::ReadError;

/// Most bytes of all parts of a workbook once they are unpacked.
const UNPACKED_BYTES_MAX: u64 = 512 << 20;
/// The shortest shared text, `<si/>`, in bytes.
const SHARED_TEXT_BYTES_MIN: u64 = 5;

/// An error if a workbook is too large to be unpacked, or states more shared texts than it can have, for which room would be
/// made before they are read.
pub(super) fn check(file: &[u8]) -> Result<(), ReadError> {
    check_within(file, UNPACKED_BYTES_MAX)
}

fn check_within(file: &[u8], bytes_max: u64) -> Result<(), ReadError> {
    let mut archive = ZipArchive::new(Cursor::new(file)).map_err(unreadable)?;
    let (mut total, mut shared) = (0_u64, Vec::new());
    for index in 0..archive.len() {
        let part = archive.by_index_raw(index).map_err(unreadable)?;
        total = total.saturating_add(part.size());
        if part.name().is_ok_and(|name| name.to_ascii_lowercase().ends_with("sharedstrings.xml")) {
            shared.push((index, part.size()));
        }
    }
    if total > bytes_max {
        return Err(ReadError::TooLarge("512 MiB once unpacked"));
    }
    for (index, bytes) in shared {
        let stated = stated_count(archive.by_index(index).map_err(unreadable)?);
        if let Some(stated) = stated.filter(|stated| *stated > bytes / SHARED_TEXT_BYTES_MIN) {
            return Err(ReadError::SharedTexts { stated, bytes });
        }
    }
    Ok(())
}

fn unreadable(error: ZipError) -> ReadError {
    ReadError::Workbook(XlsxError::Zip(error))
}

/// How many shared texts a part states; none if it does not, or cannot be read.
fn stated_count(part: impl Read) -> Option<u64> {
    let mut xml = quick_xml::Reader::from_reader(BufReader::new(part));
    // As `calamine` reads it, so that both find the same element.
    let config = xml.config_mut();
    (config.check_end_names, config.check_comments, config.expand_empty_elements) = (false, false, true);
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match xml.read_event_into(&mut buffer).ok()? {
            Event::Start(element) if element.local_name().as_ref() == "sst" => {
                let attribute = element.try_get_attribute("uniqueCount").ok()??;
                return attribute.value.trim().parse().ok();
            }
            Event::Eof => return None,
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use zip::{ZipWriter, write::SimpleFileOptions};

    use super::*;

    fn archive(parts: &[(&str, &str)]) -> Vec<u8> {
        let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, text) in parts {
            archive.start_file(*name, SimpleFileOptions::default()).unwrap();
            archive.write_all(text.as_bytes()).unwrap();
        }
        archive.finish().unwrap().into_inner()
    }

    #[test]
    fn an_archive_is_refused_by_what_it_unpacks_to() {
        let long = "x".repeat(1_000);
        let mut file = archive(&[("a.xml", &long), ("b.xml", &long)]);
        assert!(check_within(&file, 2_000).is_ok());
        let error = check_within(&file, 1_999).unwrap_err();
        assert!(error.to_string().contains("larger than 512 MiB once unpacked"), "{error}");
        // Sizes that are too small, in the directory and before the parts, each at its distance from the mark.
        for (mark, distance) in [(b"PK\x01\x02", 24), (b"PK\x03\x04", 22)] {
            let starts: Vec<usize> =
                (0..file.len() - 4).filter(|start| file[*start..].starts_with(mark)).collect();
            assert_eq!(starts.len(), 2);
            for start in starts {
                file[start + distance..start + distance + 4].copy_from_slice(&1_u32.to_le_bytes());
            }
        }
        assert!(check_within(&file, 1_999).is_ok());
        let mut archive = ZipArchive::new(Cursor::new(file)).unwrap();
        let mut unpacked = Vec::new();
        assert!(archive.by_index(0).unwrap().read_to_end(&mut unpacked).is_err());
        assert!(unpacked.len() <= 2, "{}", unpacked.len());
    }

    #[test]
    fn more_shared_texts_than_fit_into_their_part_are_refused() {
        let checked = |count: &str, name: &str| {
            let text = format!(
                "<?xml version=\"1.0\"?><!-- note --><x:sst uniqueCount=\"{count}\"><si/><si/></x:sst>"
            );
            check(&archive(&[(name, &text)]))
        };
        for count in ["2", "0", "many", ""] {
            assert!(checked(count, "xl/sharedStrings.xml").is_ok(), "{count}");
        }
        let error = checked("1000000000000", "xl/SharedStrings.xml").unwrap_err().to_string();
        assert!(error.contains("1000000000000 shared texts"), "{error}");
    }
}
