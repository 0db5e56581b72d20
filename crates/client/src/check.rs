//! Checking observations before they are sent.
//!
//! *Invariant:* the rules are the server's own. What needs knowledge of the registry (whether an indicator or an area
//! exists, which kind of value an indicator takes) is not checked here.

use tenseven_api::{
    convert::{Reader, read_observation},
    v1,
};

use crate::FieldViolation;

/// Checks what can be checked of an observation without a server. Fails with every violation, its path relative to
/// the observation, for example `value.number`.
pub fn check_observation(observation: v1::Observation) -> Result<(), Vec<FieldViolation>> {
    let mut reader = Reader::default();
    let read = read_observation(&mut reader, "", observation);
    let violations = match reader.finish(read.ok()) {
        Ok(_) => return Ok(()),
        Err(violations) => violations.0,
    };
    Err(violations
        .into_iter()
        .map(|violation| FieldViolation {
            path: violation.path.trim_start_matches('.').to_owned(),
            description: violation.description,
            reason: violation.reason.as_str_name().trim_start_matches("FIELD_REASON_").to_owned(),
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_every_violation_with_its_relative_path() {
        let number = v1::Value { kind: Some(v1::value::Kind::Number(f64::NAN)) };
        let observation = v1::Observation {
            indicator: "migrant-casualties".into(),
            area: "lby".into(),
            period: "2016".into(),
            value: Some(number),
            ..Default::default()
        };
        let violations = check_observation(observation).unwrap_err();
        let paths: Vec<_> = violations.iter().map(|violation| violation.path.as_str()).collect();
        assert_eq!(paths, ["area", "source", "value.number"]);
        assert_eq!(violations[1].reason, "REQUIRED");
    }
}
