//! A framework of as many numbers as it takes.

use std::fmt::Write as _;

/// Indicators under one domain.
const DOMAIN_SIZE: usize = 25;

/// The id of an indicator.
pub fn indicator(number: usize) -> String {
    format!("indicator-{number:04}")
}

/// The id of the domain of an indicator.
pub fn domain(number: usize) -> String {
    format!("domain-{}", number / DOMAIN_SIZE)
}

/// The framework that has this many indicators, with values from 0 to 100.
pub fn framework(id: &str, indicators: usize) -> String {
    let mut text = format!(
        "id = \"{id}\"\nversion = \"1.0.0\"\ntitle = \"To measure\"\nreference = \"all\"\n\n\
         [[nodes]]\nid = \"overall\"\nname = \"Overall\"\n\
         normalise = {{ method = \"goalposts\", lower = 0, upper = 100, reason = \"to measure\" }}\n"
    );
    for number in (0..indicators).step_by(DOMAIN_SIZE) {
        let domain = domain(number);
        let _ = write!(text, "\n[[nodes]]\nid = \"{domain}\"\nname = \"{domain}\"\nparent = \"overall\"\n");
    }
    for number in 0..indicators {
        let (id, domain) = (indicator(number), domain(number));
        let _ = write!(
            text,
            "\n[[indicators]]\nid = \"{id}\"\nname = \"Indicator {number}\"\nkind = \"number\"\nparent = \"{domain}\"\n"
        );
    }
    text
}
