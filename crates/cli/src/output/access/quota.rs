//! Limits of a partner.

use std::io::{self, Write};

use serde_json::{Map, Value as Json};
use tenseven_client::v1;

/// The limits by their names in the contract; those that are absent have no value.
fn limits(quota: &v1::Quota) -> [(&'static str, Option<u64>); 6] {
    let v1::Quota {
        requests_per_second,
        observations_per_second,
        request_bytes,
        watches,
        streams,
        connections,
    } = quota;
    [
        ("requests_per_second", *requests_per_second),
        ("observations_per_second", *observations_per_second),
        ("request_bytes", *request_bytes),
        ("watches", *watches),
        ("streams", *streams),
        ("connections", *connections),
    ]
}

/// As an object with every limit; without a quota, none has a value.
pub(super) fn json_of(quota: Option<&v1::Quota>) -> Json {
    let all = limits(&quota.copied().unwrap_or_default());
    Json::Object(
        all.into_iter().map(|(name, value)| (name.to_owned(), Json::from(value))).collect::<Map<_, _>>(),
    )
}

/// The limits that have a value, for example `watches=3 streams=4`.
pub(super) fn cell_of(quota: Option<&v1::Quota>) -> String {
    let all = limits(&quota.copied().unwrap_or_default());
    let given = all.into_iter().filter_map(|(name, value)| Some(format!("{name}={}", value?)));
    given.collect::<Vec<_>>().join(" ")
}

/// Writes the limits that have a value, one a line; nothing if none has.
pub(super) fn write(out: &mut dyn Write, head: &str, quota: Option<&v1::Quota>) -> io::Result<()> {
    let all = limits(&quota.copied().unwrap_or_default());
    let given: Vec<_> = all.into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
    if given.is_empty() {
        return Ok(());
    }
    writeln!(out, "{head}:")?;
    given.into_iter().try_for_each(|(name, value)| writeln!(out, "  {name}: {value}"))
}
