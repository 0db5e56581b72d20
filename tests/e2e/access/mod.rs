//! Who may call what, tried over sockets: the documented matrix of roles and methods, scopes, credentials, and their ends.

mod administration;
mod attribution;
mod audit;
mod audit_log;
mod credentials;
mod matrix;
mod provider;
mod quotas;
mod registry;
mod rotation;
mod scopes;
mod slow;
mod token_keys;
mod tokens;
