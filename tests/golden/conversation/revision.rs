//! Names of revisions in conversations, counted from the last revision of the bundled data.
//!
//! *Invariant:* `<start>` is that revision and `<start + 1>` the first that a conversation adds, so that no conversation depends on
//! how many revisions the bundled data takes. Earlier revisions, which published the bundled frameworks, keep their numbers.

use tenseven_tests::START_REVISION;

/// What separates the word "revision" from the number after it, and that from each further number.
const BEFORE_FIRST: [&str; 2] = [" ", "s "];
const BEFORE_FURTHER: [&str; 3] = [", not ", ", ", "; the newest is "];

/// Whether a field with this name holds a revision.
pub(super) fn is_in(field: &str) -> bool {
    field == "revision" || field.ends_with("_revision")
}

/// The name of a revision.
pub(super) fn name(revision: u64) -> String {
    match revision.checked_sub(START_REVISION) {
        None => revision.to_string(),
        Some(0) => "<start>".to_owned(),
        Some(further) => format!("<start + {further}>"),
    }
}

/// The revision of a name, if it is one.
pub(super) fn of_name(name: &str) -> Option<u64> {
    let further = match name.strip_prefix("<start")?.strip_suffix('>')? {
        "" => 0,
        further => further.strip_prefix(" + ")?.parse().ok()?,
    };
    Some(START_REVISION + further)
}

/// A text in which revisions have their names.
pub(super) fn in_text(text: &str) -> String {
    const WORD: &str = "revision";
    let (mut named, mut rest) = (String::new(), text);
    while let Some(place) = rest.find(WORD) {
        let (before, after) = rest.split_at(place + WORD.len());
        named.push_str(before);
        rest = after;
        let mut leads: &[&str] = &BEFORE_FIRST;
        while let Some((lead, number, after)) = numbered(rest, leads) {
            named.push_str(lead);
            named.push_str(&name(number));
            (rest, leads) = (after, &BEFORE_FURTHER);
        }
    }
    named + rest
}

/// The number that a text begins with after one of the `leads`, and what follows it.
fn numbered<'a>(text: &'a str, leads: &[&'static str]) -> Option<(&'static str, u64, &'a str)> {
    let (lead, after_lead) = leads.iter().find_map(|lead| Some((*lead, text.strip_prefix(lead)?)))?;
    let end = after_lead.find(|one: char| !one.is_ascii_digit()).unwrap_or(after_lead.len());
    let (digits, after) = after_lead.split_at(end);
    Some((lead, digits.parse().ok()?, after))
}

#[test]
fn revisions_in_texts_have_their_names_and_nothing_else_has() {
    let [start, next] = [START_REVISION, START_REVISION + 1];
    assert_eq!(in_text(&format!("at revision {start}: 12 of 4")), "at revision <start>: 12 of 4");
    assert_eq!(in_text(&format!("(revisions {start}, {next}): 4")), "(revisions <start>, <start + 1>): 4");
    let named = in_text(&format!("since revision {next}, not {start}; expect revision {next}"));
    assert_eq!(named, "since revision <start + 1>, not <start>; expect revision <start + 1>");
    assert_eq!(
        in_text("the revision, revision 1, 4 revisions"),
        "the revision, revision 1, <start + 1> revisions"
    );
    assert_eq!((of_name("<start>"), of_name("<start + 1>")), (Some(start), Some(next)));
    assert_eq!((of_name("<start - 1>"), of_name("<started>"), of_name("4")), (None, None, None));
}
