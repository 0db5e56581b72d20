//! A file in the making.
//!
//! *Invariant:* the file has its name only once all of it is on the disk; what had that name before stays until then. One
//! that comes to no end is removed, unless the process is killed.

use std::{
    ffi::OsString,
    fs::{self, File},
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
};

/// A file that is written as FILE.unfinished.
#[derive(Debug)]
pub(crate) struct Unfinished {
    path: PathBuf,
    temporary: PathBuf,
    out: BufWriter<File>,
    is_finished: bool,
}

impl Unfinished {
    /// Starts the file; one that was left unfinished is started again.
    pub(crate) fn create(path: &Path) -> io::Result<Self> {
        let mut name: OsString = path.as_os_str().to_owned();
        name.push(".unfinished");
        let temporary = PathBuf::from(name);
        if path.is_dir() {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        let out = BufWriter::with_capacity(1 << 20, File::create(&temporary)?);
        Ok(Self { path: path.to_owned(), temporary, out, is_finished: false })
    }

    /// Gives the file its name.
    pub(crate) fn finish(mut self) -> io::Result<()> {
        self.out.flush()?;
        self.out.get_ref().sync_all()?;
        fs::rename(&self.temporary, &self.path)?;
        self.is_finished = true;
        let folder = self.path.parent().filter(|folder| !folder.as_os_str().is_empty());
        File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
    }
}

impl Write for &mut Unfinished {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.out.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        if !self.is_finished {
            // It has no name that anybody asked for; the next run starts it again.
            drop(fs::remove_file(&self.temporary));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_keeps_what_it_had_until_the_new_one_is_whole() {
        let home = tempfile::TempDir::new().unwrap();
        let path = home.path().join("rows.csv");
        fs::write(&path, "old").unwrap();
        let mut file = Unfinished::create(&path).unwrap();
        (&mut file).write_all(b"half").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
        drop(file);
        let names = || fs::read_dir(home.path()).unwrap().count();
        assert_eq!((fs::read_to_string(&path).unwrap(), names()), ("old".to_owned(), 1));
        let mut file = Unfinished::create(&path).unwrap();
        (&mut file).write_all(b"whole").unwrap();
        file.finish().unwrap();
        assert_eq!((fs::read_to_string(&path).unwrap(), names()), ("whole".to_owned(), 1));
    }
}
