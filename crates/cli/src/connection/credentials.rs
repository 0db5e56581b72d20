//! The files of keys and certificates.

use std::{
    fs::File,
    io::{Read as _, Write as _},
    os::unix::fs::MetadataExt as _,
    path::Path,
};

use tenseven_client::{ClientIdentity, Secret, Security};

use super::config::{self, NamedServer};
use crate::{exit::BadConfiguration, output::stderr};

/// Longest file that is read.
const BYTES_MAX: u64 = 1024 * 1024;
/// The permissions of users other than the owner.
const OTHERS: u32 = 0o077;

/// Reads what a connection to a server needs. A key file takes the place of the key in the environment, if an argument or a variable
/// names it; the one of a named server does not.
pub(super) fn read(
    server: &NamedServer,
    key_file: Option<&Path>,
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
    let key = match (key_file, config::key()?, server.key_file.as_deref()) {
        (Some(file), _, _) | (None, None, Some(file)) => Some(key(file)?),
        (None, key, _) => key,
    };
    Ok(Security { authorities, identity, key, insecure_key })
}

/// The key in a file.
fn key(path: &Path) -> Result<Secret, BadConfiguration> {
    let key = secret(path)?;
    let trimmed = key.expose().trim();
    if trimmed.is_empty() {
        return Err(BadConfiguration(format!("the key file {} is empty", path.display())));
    }
    Ok(Secret::new(trimmed))
}

/// The content of a file that only its owner should be able to read.
fn secret(path: &Path) -> Result<Secret, BadConfiguration> {
    let is_open = std::fs::metadata(path).is_ok_and(|file| file.is_file() && file.mode() & OTHERS != 0);
    if is_open {
        let path = path.display();
        // A failed write to standard error cannot be reported.
        let _ =
            writeln!(stderr::lock(), "warning: other users can read the key in {path}; run chmod 600 {path}");
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
