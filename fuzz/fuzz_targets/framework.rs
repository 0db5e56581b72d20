//! The text of a framework, as authors send it and as a journal holds it.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tenseven_catalog::{parse_framework, parse_stored_framework};

fuzz_target!(|text: &str| {
    let sent = parse_framework(text);
    let stored = parse_stored_framework(text);
    // What is accepted from an author can be read again.
    assert!(sent.is_err() || stored.is_ok(), "{:?}", stored.err());
    if let Err(error) = sent {
        let _ = error.to_string();
    }
});
