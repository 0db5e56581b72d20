//! The files of keys and certificates.

use std::{
    fs::File,
    io::{Read as _, Write as _},
    os::unix::fs::MetadataExt as _,
    path::{Path, PathBuf},
};

use tenseven_client::{ClientIdentity, Secret, Security};

use super::config::{self, NamedServer};
use crate::{exit::BadConfiguration, output::stderr};

/// Longest file that is read.
const BYTES_MAX: u64 = 1024 * 1024;
/// The permissions of users other than the owner.
const OTHERS: u32 = 0o077;

/// What shows who calls.
enum Shown {
    Nobody,
    Key(Secret),
    TokenFile(PathBuf),
}

/// The files of a key and of a token that arguments or variables name.
pub(super) struct NamedFiles<'a> {
    pub(super) key: Option<&'a Path>,
    pub(super) token: Option<&'a Path>,
}

/// Reads what a connection to a server needs. A file of a key or token takes the place of those in the environment, if an argument or a
/// variable names it; the one of a named server does not.
pub(super) fn read(
    server: &NamedServer,
    files: &NamedFiles<'_>,
    insecure_key: bool,
) -> Result<Security, BadConfiguration> {
    let NamedServer { ca, client_cert, client_key, .. } = server;
    let authorities = ca.as_deref().map(text).transpose()?;
    let identity = match (client_cert, client_key) {
        (Some(certificate), Some(key)) => {
            Some(ClientIdentity { certificate: text(certificate)?, key: secret(key)? })
        }
        (None, None) => None,
        (Some(_), None) => {
            return Err(BadConfiguration("a client certificate needs its key: give --client-key".into()));
        }
        (None, Some(_)) => {
            return Err(BadConfiguration("a client key needs its certificate: give --client-cert".into()));
        }
    };
    let (key, token_file) = match shown(server, files)? {
        Shown::Nobody => (None, None),
        Shown::Key(key) => (Some(key), None),
        Shown::TokenFile(path) => (None, Some(path)),
    };
    Ok(Security { authorities, identity, key, token_file, insecure_key })
}

/// The key or token to call with: of a file that is named, of the environment, or of the named server, in this order.
fn shown(server: &NamedServer, files: &NamedFiles<'_>) -> Result<Shown, BadConfiguration> {
    let both =
        |names: &str| Err(BadConfiguration(format!("{names} exclude each other; give a key or a token")));
    match (files.key, files.token) {
        (Some(_), Some(_)) => {
            return both("--key-file (TENSEVEN_KEY_FILE) and --token-file (TENSEVEN_TOKEN_FILE)");
        }
        (Some(file), None) => return key(file).map(Shown::Key),
        (None, Some(file)) => return token_file(file),
        (None, None) => {}
    }
    match (config::key()?, config::token()?) {
        (Some(_), Some(_)) => return both("TENSEVEN_KEY and TENSEVEN_TOKEN"),
        (Some(secret), None) | (None, Some(secret)) => return Ok(Shown::Key(secret)),
        (None, None) => {}
    }
    match (server.key_file.as_deref(), server.token_file.as_deref()) {
        (Some(_), Some(_)) => both("key_file and token_file of the server in config.toml"),
        (Some(file), None) => key(file).map(Shown::Key),
        (None, Some(file)) => token_file(file),
        (None, None) => Ok(Shown::Nobody),
    }
}

/// The file of a token, which is read again for each call.
fn token_file(path: &Path) -> Result<Shown, BadConfiguration> {
    key(path)?;
    Ok(Shown::TokenFile(path.to_owned()))
}

/// The key or token in a file.
fn key(path: &Path) -> Result<Secret, BadConfiguration> {
    let key = secret(path)?;
    let trimmed = key.expose().trim();
    if trimmed.is_empty() {
        return Err(BadConfiguration(format!(
            "the file {} is empty; it should have a key or token",
            path.display()
        )));
    }
    Ok(Secret::new(trimmed))
}

/// The content of a file that only its owner should be able to read.
fn secret(path: &Path) -> Result<Secret, BadConfiguration> {
    let is_open = std::fs::metadata(path).is_ok_and(|file| file.is_file() && file.mode() & OTHERS != 0);
    if is_open {
        let path = path.display();
        // A failed write to standard error cannot be reported.
        let _ = writeln!(
            stderr::lock(),
            "warning: other users can read the secret in {path}; run chmod 600 {path}"
        );
    }
    text(path).map(Secret::new)
}

fn text(path: &Path) -> Result<String, BadConfiguration> {
    let bad = |problem: String| BadConfiguration(format!("{} cannot be read: {problem}", path.display()));
    let mut text = String::new();
    let file = File::open(path).map_err(|error| bad(error.to_string()))?;
    file.take(BYTES_MAX + 1).read_to_string(&mut text).map_err(|error| bad(error.to_string()))?;
    if text.len() as u64 > BYTES_MAX {
        return Err(bad(format!("it is longer than {BYTES_MAX} bytes")));
    }
    Ok(text)
}
