//! The connection to the server that the arguments name.

use tenseven_client::{Client, ClientError, ClientOptions};

use crate::arguments::Global;

/// A client that connects with its first call.
pub(crate) fn client(global: &Global) -> Result<Client, ClientError> {
    let options = ClientOptions { deadline: global.timeout, ..ClientOptions::default() };
    Client::lazy(&global.server, options)
}
