//! The file of named servers, `~/.config/tenseven/config.toml`, and what the environment contributes to a connection.

use std::{
    collections::BTreeMap,
    io,
    path::{Path, PathBuf},
};

use serde::Deserialize;
use tenseven_client::Secret;

use crate::exit::BadConfiguration;

/// The file of named servers.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ConfigFile {
    /// The server of commands that name none.
    pub(super) default: Option<String>,
    /// The servers by their names.
    #[serde(default)]
    pub(super) servers: BTreeMap<String, NamedServer>,
}

/// A server, and how to connect to it. Paths are relative to the folder of the file.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NamedServer {
    pub(super) address: String,
    pub(super) ca: Option<PathBuf>,
    pub(super) key_file: Option<PathBuf>,
    pub(super) token_file: Option<PathBuf>,
    pub(super) client_cert: Option<PathBuf>,
    pub(super) client_key: Option<PathBuf>,
}

impl ConfigFile {
    /// Reads a file; without one there are no named servers.
    pub(super) fn read(path: &Path) -> Result<Self, BadConfiguration> {
        let bad = |problem: String| BadConfiguration(format!("{}: {problem}", path.display()));
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => return Err(bad(format!("cannot be read: {error}"))),
        };
        let mut file: Self = toml::from_str(&text).map_err(|error| bad(error.to_string()))?;
        let folder = path.parent().unwrap_or(path);
        for server in file.servers.values_mut() {
            let NamedServer { address: _, ca, key_file, token_file, client_cert, client_key } = server;
            for path in [ca, key_file, token_file, client_cert, client_key].into_iter().flatten() {
                *path = folder.join(&path);
            }
        }
        Ok(file)
    }
}

/// The path of the file of named servers; none if the environment names no home.
#[expect(clippy::disallowed_methods, reason = "the environment is read here")]
pub(super) fn path() -> Option<PathBuf> {
    let folder = |name| std::env::var_os(name).map(PathBuf::from).filter(|folder| folder.is_absolute());
    let config = folder("XDG_CONFIG_HOME").or_else(|| Some(folder("HOME")?.join(".config")))?;
    Some(config.join("tenseven/config.toml"))
}

/// The key in the environment; none if there is none, or it is empty.
pub(super) fn key() -> Result<Option<Secret>, BadConfiguration> {
    variable("TENSEVEN_KEY")
}

/// The token in the environment; none if there is none, or it is empty.
pub(super) fn token() -> Result<Option<Secret>, BadConfiguration> {
    variable("TENSEVEN_TOKEN")
}

#[expect(clippy::disallowed_methods, reason = "the environment is read here")]
fn variable(name: &str) -> Result<Option<Secret>, BadConfiguration> {
    let Some(value) = std::env::var_os(name) else { return Ok(None) };
    let value = value.into_string().map_err(|_| BadConfiguration(format!("{name} is not text")))?;
    let value = value.trim();
    Ok((!value.is_empty()).then(|| Secret::new(value)))
}
