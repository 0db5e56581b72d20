//! Who may call what, tried over sockets: the documented matrix of roles and methods, scopes, credentials, and their ends.

mod audit;
mod audit_log;
mod credentials;
mod matrix;
mod registry;
mod scopes;
mod slow;
