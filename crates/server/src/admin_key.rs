//! The key of an admin, made by who has the data directory while no server runs on it.

use std::{path::Path, sync::Arc};

use tenseven_model::access::{ApiKey, KeyName};

use crate::{
    Config, StartError,
    access::{AdminKeyError, ensure_admin, generate_key, reinstate_admin},
    lifecycle::open,
};

/// Why no key could be made.
#[derive(Debug, thiserror::Error)]
pub enum CreateKeyError {
    /// The registry cannot be opened.
    #[error(transparent)]
    Open(#[from] StartError),
    /// The key cannot be made.
    #[error(transparent)]
    Key(#[from] AdminKeyError),
}

/// Makes a key of the partner `admin` in the registry of a directory, which is made if it is not there; the partner and its grant too. If
/// it is suspended, it is active then; if it has as many keys as it can have, the oldest is revoked.
/// Fails while a server runs on the directory.
pub async fn create_admin_key(data: &Path, name: KeyName) -> Result<ApiKey, CreateKeyError> {
    let config = Config { data: data.to_owned(), ..Config::default() };
    let opened = tokio::task::spawn_blocking(move || open(&config)).await.map_err(StartError::from)?;
    let observatory = Arc::new(opened?);
    let key = generate_key()?;
    let made = match reinstate_admin(&observatory).await {
        Ok(()) => ensure_admin(&observatory, &key, name).await,
        Err(error) => Err(error),
    };
    tokio::task::spawn_blocking(move || observatory.close()).await.map_err(StartError::from)?;
    made?;
    Ok(key)
}
