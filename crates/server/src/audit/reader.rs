//! Reads records of a class after a position.
//!
//! *Invariant:* at most one line is in memory. What is no record is passed over: a line that was cut short, and files that are deleted
//! meanwhile.

use std::{
    fs::File,
    io::{self, BufRead as _, BufReader, ErrorKind, Read as _, Seek as _, SeekFrom},
    path::{Path, PathBuf},
    vec,
};

use super::{
    files::{Class, list},
    record::{LINE_BYTES_MAX, Record},
};

/// Bytes that are read in a row rather than searched.
const ROW_BYTES: u64 = 16 * 1024;

/// The records of a class after a position, in order.
pub(super) struct Records {
    after: i64,
    files: vec::IntoIter<(i64, PathBuf)>,
    open: Option<BufReader<File>>,
}

impl Records {
    pub(super) fn after(directory: &Path, class: Class, after: i64) -> io::Result<Self> {
        let mut files = list(directory, class)?;
        // The records of a file are before those of the next.
        let passed = files.iter().skip(1).take_while(|(first, _)| *first <= after.saturating_add(1)).count();
        files.drain(..passed);
        Ok(Self { after, files: files.into_iter(), open: None })
    }

    fn next_record(&mut self) -> io::Result<Option<Record>> {
        loop {
            let Some(open) = &mut self.open else {
                let Some((_, path)) = self.files.next() else { return Ok(None) };
                match opened(&path, self.after) {
                    Ok(file) => self.open = Some(file),
                    Err(error) if error.kind() == ErrorKind::NotFound => {}
                    Err(error) => return Err(error),
                }
                continue;
            };
            match next_line(open)? {
                None => self.open = None,
                Some(line) => {
                    if let Some(record) = Record::of_line(&line).filter(|record| record.at > self.after) {
                        self.after = record.at;
                        return Ok(Some(record));
                    }
                }
            }
        }
    }
}

impl Iterator for Records {
    type Item = io::Result<Record>;

    fn next(&mut self) -> Option<Self::Item> {
        self.next_record().transpose()
    }
}

/// The last position of a class; none if it has no record.
pub(super) fn last(directory: &Path, class: Class) -> io::Result<Option<i64>> {
    for (_, path) in list(directory, class)?.iter().rev() {
        let mut file = opened(path, i64::MAX)?;
        let mut last = None;
        while let Some(line) = next_line(&mut file)? {
            last = Record::of_line(&line).map(|record| record.at).max(last);
        }
        if last.is_some() {
            return Ok(last);
        }
    }
    Ok(None)
}

/// A file at a line that no record after a position is before.
fn opened(path: &Path, after: i64) -> io::Result<BufReader<File>> {
    let mut file = BufReader::new(File::open(path)?);
    let (mut low, mut high) = (0, file.get_ref().metadata()?.len());
    while high - low > ROW_BYTES {
        let middle = low + (high - low) / 2;
        match line_after(&mut file, middle)? {
            Some((start, record)) if start < high && record.at <= after => low = start,
            _ => high = middle,
        }
    }
    file.seek(SeekFrom::Start(low))?;
    Ok(file)
}

/// The first record that begins after a byte, and where.
fn line_after(file: &mut BufReader<File>, byte: u64) -> io::Result<Option<(u64, Record)>> {
    file.seek(SeekFrom::Start(byte))?;
    // The rest of a line.
    if next_line(file)?.is_none() {
        return Ok(None);
    }
    loop {
        let start = file.stream_position()?;
        let Some(line) = next_line(file)? else { return Ok(None) };
        if let Some(record) = Record::of_line(&line) {
            return Ok(Some((start, record)));
        }
    }
}

/// The next line, or a part of one that is too long to be a record; none at the end.
fn next_line(file: &mut BufReader<File>) -> io::Result<Option<Vec<u8>>> {
    let mut line = Vec::new();
    let read = file.take(LINE_BYTES_MAX as u64).read_until(b'\n', &mut line)?;
    Ok((read > 0).then_some(line))
}

#[cfg(test)]
mod tests {
    use super::{super::files::Files, *};

    fn written(directory: &Path, positions: impl IntoIterator<Item = i64>) {
        let mut files = Files::new(directory, Class::Read, 8 * 300_000);
        for at in positions {
            files.append(at, &Record { at, count: 1, ..Record::default() }.line()).unwrap();
        }
    }

    #[test]
    fn reading_starts_after_any_position_and_goes_over_all_files() {
        let home = tempfile::tempdir().unwrap();
        written(home.path(), (1..9_000).map(|at| 3 * at));
        assert!(list(home.path(), Class::Read).unwrap().len() > 1);
        let after = |position| {
            let read = Records::after(home.path(), Class::Read, position).unwrap();
            read.map(|record| record.unwrap().at).collect::<Vec<_>>()
        };
        let all = after(0);
        assert_eq!(all.last(), Some(&(3 * 8_999)));
        assert_eq!(last(home.path(), Class::Read).unwrap(), all.last().copied());
        for position in (all[0]..30_000).step_by(371) {
            let rest: Vec<i64> = all.iter().copied().filter(|at| *at > position).collect();
            assert_eq!(after(position), rest, "{position}");
        }
    }

    #[test]
    fn what_is_no_record_is_passed_over() {
        let home = tempfile::tempdir().unwrap();
        written(home.path(), [1, 2]);
        let mut files = Files::new(home.path(), Class::Read, 1 << 30);
        files.append(3, &b"{\"at\":".repeat(10_000)).unwrap();
        written(home.path(), [4]);
        files.append(5, b"{\"at\": 5, \"ti").unwrap();
        let read = Records::after(home.path(), Class::Read, 0).unwrap();
        assert_eq!(read.map(|record| record.unwrap().at).collect::<Vec<_>>(), [1, 2, 4]);
    }
}
