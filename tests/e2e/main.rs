//! Black-box tests: the real binary, real sockets, what a partner sends and sees.

mod demo;
mod durability;
mod frameworks;
mod listings;
mod past;
mod push;
mod refusals;
mod reports;
mod scores;
mod standard;
mod stopping;
