//! Files of the log, by class: appended to, and rotated.
//!
//! *Invariant:* all files together hold at most the bytes of the setting: each class has a number of files, each at most an eighth of it.
//! So a flood of one class deletes no record of another.

use std::{
    fs::{self, DirBuilder, File, OpenOptions},
    io::{self, ErrorKind, Read as _, Seek as _, SeekFrom, Write as _},
    os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
};

/// How many files there are of all classes.
pub(super) const FILES_MAX: u64 = 8;
const ENDING: &str = ".jsonl";
/// Digits of the position in a name.
const DIGITS: usize = 20;

/// Which records a file has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Class {
    /// Of calls that were rejected.
    Rejected,
    /// Of calls of operators and admins.
    Read,
    /// Of where accepted changes came from.
    Accepted,
}

impl Class {
    pub(super) const ALL: [Self; 3] = [Self::Rejected, Self::Read, Self::Accepted];

    fn name(self) -> &'static str {
        match self {
            Self::Rejected => "rejected",
            Self::Read => "read",
            Self::Accepted => "accepted",
        }
    }

    /// How many files it has at most.
    fn files_max(self) -> usize {
        match self {
            Self::Rejected => 4,
            Self::Read | Self::Accepted => 2,
        }
    }
}

/// The files of a class, each with the position that its records are not before, oldest first.
pub(super) fn list(directory: &Path, class: Class) -> io::Result<Vec<(i64, PathBuf)>> {
    let entries = match fs::read_dir(directory) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut found = Vec::new();
    for entry in entries {
        let name = entry?.file_name();
        let digits = name
            .to_str()
            .and_then(|name| name.strip_prefix(class.name())?.strip_prefix('-')?.strip_suffix(ENDING));
        if let Some(at) =
            digits.filter(|digits| digits.len() == DIGITS).and_then(|digits| digits.parse().ok())
        {
            found.push((at, directory.join(&name)));
        }
    }
    found.sort();
    Ok(found)
}

/// Bytes and number of all files.
pub(super) fn measure(directory: &Path) -> (u64, u32) {
    let (mut bytes, mut count) = (0, 0);
    for class in Class::ALL {
        for (_, path) in list(directory, class).unwrap_or_default() {
            if let Ok(found) = fs::metadata(path) {
                bytes += found.len();
                count += 1;
            }
        }
    }
    (bytes, count)
}

/// The files of a class as they are written.
pub(super) struct Files {
    directory: PathBuf,
    class: Class,
    file_bytes_max: u64,
    open: Option<Open>,
}

/// The newest file.
struct Open {
    path: PathBuf,
    file: File,
    bytes: u64,
    /// Whether its last line has no end.
    is_torn: bool,
}

impl Files {
    pub(super) fn new(directory: &Path, class: Class, bytes_max: u64) -> Self {
        Self { directory: directory.to_owned(), class, file_bytes_max: bytes_max / FILES_MAX, open: None }
    }

    /// Appends lines, of which the first is at a position. They are in one file: they are to be fewer than it holds.
    pub(super) fn append(&mut self, at: i64, lines: &[u8]) -> io::Result<()> {
        let written = self.write(at, lines);
        if written.is_err() {
            // What is there of the lines is looked at when it is opened again.
            self.open = None;
        }
        written
    }

    /// Waits until the newest file is on the disk.
    pub(super) fn sync(&self) -> io::Result<()> {
        self.open.as_ref().map_or(Ok(()), |open| open.file.sync_data())
    }

    fn write(&mut self, at: i64, lines: &[u8]) -> io::Result<()> {
        if self.open.as_ref().is_some_and(|open| !open.is_there()) {
            self.open = None;
        }
        let mut open = match self.open.take() {
            Some(open) => open,
            None => self.newest(at)?,
        };
        let (length, torn) = (lines.len() as u64, u64::from(open.is_torn));
        if open.bytes > 0 && open.bytes + length + torn > self.file_bytes_max {
            // The disk may refuse: then a power cut can lose lines, and nothing else.
            let _ = open.file.sync_data();
            drop(open);
            open = self.create(at)?;
        }
        if open.is_torn {
            open.file.write_all(b"\n")?;
            (open.bytes, open.is_torn) = (open.bytes + 1, false);
        }
        open.file.write_all(lines)?;
        open.bytes += length;
        self.open = Some(open);
        Ok(())
    }

    /// The newest file, or a first one.
    fn newest(&self, at: i64) -> io::Result<Open> {
        if !self.directory.is_dir() {
            DirBuilder::new().recursive(true).mode(0o700).create(&self.directory)?;
        }
        match list(&self.directory, self.class)?.pop() {
            Some((_, path)) => Open::at(path),
            None => self.create(at),
        }
    }

    /// Deletes the oldest files until there is room for another, and makes that.
    fn create(&self, at: i64) -> io::Result<Open> {
        let files = list(&self.directory, self.class)?;
        let length = |path: &PathBuf| fs::metadata(path).map_or(0, |found| found.len());
        let mut bytes: u64 = files.iter().map(|(_, path)| length(path)).sum();
        let others_max = self.class.files_max() - 1;
        let bytes_max = others_max as u64 * self.file_bytes_max;
        for (index, (_, path)) in files.iter().enumerate() {
            // Files of a larger setting can be larger.
            if files.len() - index <= others_max && bytes <= bytes_max {
                break;
            }
            bytes = bytes.saturating_sub(length(path));
            match fs::remove_file(path) {
                Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        let name = format!("{}-{at:0digits$}{ENDING}", self.class.name(), digits = DIGITS);
        Open::at(self.directory.join(name))
    }
}

impl Open {
    fn at(path: PathBuf) -> io::Result<Self> {
        let mut file = OpenOptions::new().create(true).read(true).append(true).mode(0o600).open(&path)?;
        let bytes = file.metadata()?.len();
        let mut last = [b'\n'];
        if bytes > 0 {
            file.seek(SeekFrom::End(-1))?;
            file.read_exact(&mut last)?;
        }
        Ok(Self { path, file, bytes, is_torn: last != [b'\n'] })
    }

    /// Whether its name still names it.
    fn is_there(&self) -> bool {
        match (fs::metadata(&self.path), self.file.metadata()) {
            (Ok(named), Ok(open)) => (named.dev(), named.ino()) == (open.dev(), open.ino()),
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_files_of_a_class_are_rotated_and_no_other_class_loses_any() {
        let home = tempfile::tempdir().unwrap();
        let directory = home.path().join("audit");
        let bytes_max = 8 * 1_000;
        let mut reads = Files::new(&directory, Class::Read, bytes_max);
        reads.append(1, b"kept\n").unwrap();
        let mut rejected = Files::new(&directory, Class::Rejected, bytes_max);
        for at in 2..1_000 {
            rejected.append(at, &[b"x".repeat(99), b"\n".to_vec()].concat()).unwrap();
            assert!(measure(&directory).0 <= bytes_max);
        }
        assert_eq!(list(&directory, Class::Rejected).unwrap().len(), 4);
        assert_eq!(list(&directory, Class::Read).unwrap().len(), 1);
        assert!(list(&directory, Class::Rejected).unwrap()[0].0 > 900, "the oldest are deleted");
    }

    #[test]
    fn files_of_a_larger_setting_are_deleted_until_there_is_room() {
        let home = tempfile::tempdir().unwrap();
        for (at, bytes_max) in (1..40).map(|at| (at, 8 * 10_000)).chain([(40, 8 * 1_000)]) {
            let mut files = Files::new(home.path(), Class::Rejected, bytes_max);
            files.append(at, &[b"x".repeat(999), b"\n".to_vec()].concat()).unwrap();
        }
        assert_eq!(list(home.path(), Class::Rejected).unwrap().len(), 1);
        assert!(measure(home.path()).0 <= 4 * 1_000);
    }

    #[test]
    fn a_torn_line_is_ended_and_a_directory_that_was_deleted_is_made_again() {
        let home = tempfile::tempdir().unwrap();
        let directory = home.path().join("audit");
        let mut files = Files::new(&directory, Class::Read, 1 << 20);
        files.append(1, b"one\ntw").unwrap();
        let mut again = Files::new(&directory, Class::Read, 1 << 20);
        again.append(2, b"three\n").unwrap();
        let path = list(&directory, Class::Read).unwrap()[0].1.clone();
        assert_eq!(fs::read(&path).unwrap(), b"one\ntw\nthree\n");
        fs::remove_dir_all(&directory).unwrap();
        again.append(3, b"four\n").unwrap();
        assert_eq!(fs::read(&list(&directory, Class::Read).unwrap()[0].1).unwrap(), b"four\n");
    }
}
