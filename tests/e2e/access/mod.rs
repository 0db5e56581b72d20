//! Who may call what, tried over sockets: the documented matrix of roles and methods, scopes, credentials, and their ends.

mod credentials;
mod matrix;
mod registry;
mod rotation;
mod scopes;
mod slow;
