//! Output files: where a person asked for something to be written.
//!
//! *Invariant:* a regular file has its name only once all of it is on the disk; what had that name before stays until then.
//! Standard output, pipes and devices are written to, and so is what a link leads to; none of them is replaced. What is
//! written on the way has a name that nobody can know beforehand, and is removed unless the process is killed.

use std::{
    fs::{self, File, OpenOptions, Permissions},
    io::{self, BufWriter, Write},
    os::unix::fs::{MetadataExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
};

use tempfile::NamedTempFile;

use crate::output::stdout::{self, Stdout};

/// Bytes that are held before they are written.
const BUFFER_BYTES: usize = 1 << 20;
/// Most links that are followed, as many as Linux follows.
const LINKS_MAX: usize = 40;

/// Something that is written.
pub(crate) struct OutputFile(Target);

enum Target {
    /// Standard output.
    Standard(Stdout),
    /// A pipe or a device.
    Stream(BufWriter<File>),
    /// A regular file, which gets its name at the end.
    Regular(Box<Regular>),
}

struct Regular {
    path: PathBuf,
    out: BufWriter<NamedTempFile>,
}

impl OutputFile {
    /// Starts writing what is called `path`; standard output for `-`.
    pub(crate) fn create(path: &Path) -> io::Result<Self> {
        if path.as_os_str() == "-" {
            return Ok(Self(Target::Standard(stdout::lock())));
        }
        let existing = match fs::metadata(path) {
            Ok(metadata) => Some(metadata),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(error),
        };
        let permissions = match existing {
            Some(metadata) if metadata.is_dir() => return Err(io::ErrorKind::IsADirectory.into()),
            Some(metadata) if !metadata.is_file() => {
                let stream = OpenOptions::new().write(true).open(path)?;
                return Ok(Self(Target::Stream(BufWriter::new(stream))));
            }
            existing => existing.map(|metadata| metadata.permissions()),
        };
        let path = followed(path)?;
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let file = tempfile::Builder::new()
            .prefix(".tenseven-")
            // The mask of the process applies to it.
            .permissions(Permissions::from_mode(0o666))
            .tempfile_in(folder)?;
        if let Some(permissions) = permissions {
            file.as_file().set_permissions(permissions)?;
        }
        let out = BufWriter::with_capacity(BUFFER_BYTES, file);
        Ok(Self(Target::Regular(Box::new(Regular { path, out }))))
    }

    /// Whether this would replace the file at `other`.
    pub(crate) fn replaces(&self, other: &Path) -> bool {
        let identity = |path: &Path| fs::metadata(path).map(|file| (file.dev(), file.ino())).ok();
        match &self.0 {
            Target::Regular(file) => identity(&file.path).is_some_and(|own| Some(own) == identity(other)),
            Target::Standard(_) | Target::Stream(_) => false,
        }
    }

    /// Whether a file that has something in it would be replaced.
    pub(crate) fn replaces_content(&self) -> bool {
        match &self.0 {
            Target::Regular(file) => fs::metadata(&file.path).is_ok_and(|metadata| metadata.len() > 0),
            Target::Standard(_) | Target::Stream(_) => false,
        }
    }

    /// Writes out what is held, and gives a regular file its name.
    pub(crate) fn finish(self) -> io::Result<()> {
        match self.0 {
            Target::Standard(mut out) => out.flush(),
            Target::Stream(mut out) => out.flush(),
            Target::Regular(file) => {
                let Regular { path, out } = *file;
                let file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
                file.as_file().sync_all()?;
                file.persist(&path)?;
                let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
                File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
            }
        }
    }
}

impl Write for OutputFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.0 {
            Target::Standard(out) => out.write(bytes),
            Target::Stream(out) => out.write(bytes),
            Target::Regular(file) => file.out.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.0 {
            Target::Standard(out) => out.flush(),
            Target::Stream(out) => out.flush(),
            Target::Regular(file) => file.out.flush(),
        }
    }
}

/// What a path leads to, through links, whether or not it exists.
fn followed(path: &Path) -> io::Result<PathBuf> {
    let mut path = path.to_owned();
    for _ in 0..LINKS_MAX {
        match fs::read_link(&path) {
            Ok(target) => path = path.parent().unwrap_or(Path::new("")).join(target),
            // It is no link, or nothing is there yet.
            Err(error) if matches!(error.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::NotFound) => {
                return Ok(path);
            }
            Err(error) => return Err(error),
        }
    }
    Err(io::Error::other("it leads to itself, or over too many links"))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use tempfile::TempDir;

    use super::*;

    fn written(path: &Path, bytes: &[u8]) {
        let mut file = OutputFile::create(path).unwrap();
        file.write_all(bytes).unwrap();
        file.finish().unwrap();
    }

    #[test]
    fn a_file_is_recognised_by_any_name() {
        let home = TempDir::new().unwrap();
        let [path, link, other] = ["rows.csv", "link.csv", "other.csv"].map(|name| home.path().join(name));
        fs::write(&path, "old").unwrap();
        symlink(&path, &link).unwrap();
        assert!(OutputFile::create(&link).unwrap().replaces(&path));
        assert!(OutputFile::create(&path).unwrap().replaces(&link));
        assert!(!OutputFile::create(&other).unwrap().replaces(&path));
        assert!(!OutputFile::create(&other).unwrap().replaces(&other), "it is not there yet");
    }

    #[test]
    fn a_file_keeps_what_it_had_until_the_new_one_is_whole() {
        let home = TempDir::new().unwrap();
        let path = home.path().join("rows.csv");
        fs::write(&path, "old").unwrap();
        fs::set_permissions(&path, Permissions::from_mode(0o640)).unwrap();
        let mut file = OutputFile::create(&path).unwrap();
        assert!(file.replaces_content());
        file.write_all(b"half").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
        drop(file);
        let names = || fs::read_dir(home.path()).unwrap().count();
        assert_eq!((fs::read_to_string(&path).unwrap(), names()), ("old".to_owned(), 1));
        written(&path, b"whole");
        assert_eq!((fs::read_to_string(&path).unwrap(), names()), ("whole".to_owned(), 1));
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640);
    }

    #[test]
    fn a_link_stays_and_what_it_leads_to_is_replaced() {
        let home = TempDir::new().unwrap();
        let (target, link) = (home.path().join("target"), home.path().join("link"));
        symlink("target", &link).unwrap();
        for bytes in [b"one", b"two"] {
            written(&link, bytes);
            assert_eq!(fs::read_link(&link).unwrap(), Path::new("target"));
            assert_eq!(fs::read(&target).unwrap(), bytes);
        }
        let circle = home.path().join("circle");
        symlink("circle", &circle).unwrap();
        assert!(OutputFile::create(&circle).is_err());
    }

    #[test]
    fn a_device_is_written_to_and_a_folder_refused() {
        let home = TempDir::new().unwrap();
        let link = home.path().join("null");
        symlink("/dev/null", &link).unwrap();
        let mut file = OutputFile::create(&link).unwrap();
        assert!(matches!(file.0, Target::Stream(_)) && !file.replaces_content());
        file.write_all(b"gone").unwrap();
        file.finish().unwrap();
        assert_eq!(fs::read_link(&link).unwrap(), Path::new("/dev/null"));
        assert!(OutputFile::create(home.path()).is_err());
    }
}
