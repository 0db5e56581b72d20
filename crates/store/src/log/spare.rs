//! The spare: the file of the next segment, made while commits go on.
//!
//! Zeros that are on the disk already make a small commit cheaper: its sync has no extents to write. Where commits are large, writing all
//! bytes twice costs more than that. The spare has no name that counts until the writer takes it, so that it can be lost at any time.

use std::{
    io,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
    thread::JoinHandle,
};

use super::manifest::remove_if_there;
use crate::file_system::{FileHandle, FileSystem};

/// Bytes of zeros that are written at once.
const CHUNK: usize = 1024 * 1024;

/// What is on the disk of a file that reads as zeros.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SpareContent {
    /// Zeros.
    Zeros,
    /// Room.
    Allocated,
}

/// A file that reads as zeros.
pub(super) struct SpareFile {
    pub(super) path: PathBuf,
    pub(super) file: Box<dyn FileHandle>,
    pub(super) length: u64,
}

/// Makes the file of the next segment ahead of time.
#[derive(Debug)]
pub(super) struct Spare {
    files: Arc<dyn FileSystem>,
    path: PathBuf,
    in_background: bool,
    making: Option<JoinHandle<()>>,
    made: Arc<Mutex<Option<SpareFile>>>,
}

impl Spare {
    /// Nothing is made yet. `in_background`: on a thread of its own.
    pub(super) fn new(files: Arc<dyn FileSystem>, path: PathBuf, in_background: bool) -> Self {
        Self { files, path, in_background, making: None, made: Arc::default() }
    }

    /// Begins to make one of this length. One that cannot be made is not missed: the writer makes its own.
    pub(super) fn make(&mut self, length: u64, content: SpareContent) {
        let (files, path, place) = (Arc::clone(&self.files), self.path.clone(), Arc::clone(&self.made));
        let make = move || {
            if let Ok(spare) = spare(&*files, path, length, content) {
                *place.lock().unwrap_or_else(PoisonError::into_inner) = Some(spare);
            }
        };
        if self.making.as_ref().is_some_and(|making| !making.is_finished()) {
            // The commit does not wait for it: the one that is being made will do.
            return;
        }
        self.wait();
        // One that was too short to be taken loses its name to the new one, and so must not be taken any more.
        self.take(0);
        if !self.in_background {
            return make();
        }
        let builder = std::thread::Builder::new().name("tenseven-spare".to_owned());
        self.making = builder.spawn(make).ok();
    }

    /// Takes it, if it is made and long enough.
    pub(super) fn take(&mut self, length_min: u64) -> Option<SpareFile> {
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        made.take_if(|spare| spare.length >= length_min)
    }

    fn wait(&mut self) {
        if let Some(making) = self.making.take() {
            // One that died left nothing to take.
            let _ = making.join();
        }
    }
}

impl Drop for Spare {
    fn drop(&mut self) {
        self.wait();
        if self.take(0).is_some() {
            // A leftover file is removed when the journal is opened again.
            let _ = self.files.remove_file(&self.path);
        }
    }
}

impl std::fmt::Debug for SpareFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SpareFile").field("length", &self.length).finish_non_exhaustive()
    }
}

fn spare(files: &dyn FileSystem, path: PathBuf, length: u64, content: SpareContent) -> io::Result<SpareFile> {
    remove_if_there(files, &path)?;
    let file = files.create(&path)?;
    let made = fill(&*file, length, content);
    if made.is_err() {
        // It must not keep room that others need.
        let _ = files.remove_file(&path);
    }
    made.map(|()| SpareFile { path, file, length })
}

/// Makes room of this length, and what is to be there, durable.
fn fill(file: &dyn FileHandle, length: u64, content: SpareContent) -> io::Result<()> {
    file.allocate(length)?;
    if content == SpareContent::Allocated {
        return file.sync();
    }
    let chunk = vec![0; CHUNK];
    let mut offset = 0;
    while offset < length {
        let count = usize::try_from(length - offset).unwrap_or(CHUNK).min(CHUNK);
        file.write_all_at(&chunk[..count], offset)?;
        offset += count as u64;
    }
    file.sync()
}
