//! Names of revisions in what is expected, counted from the last revision of the bundled data.
//!
//! *Invariant:* `<start>` is that revision and `<start + 1>` the first that a conversation adds, so that nothing expected depends on
//! how many revisions the bundled data takes. Earlier revisions, which published the bundled frameworks, keep their numbers.

use tenseven_tests::START_REVISION;

/// What separates the word "revision" from the number after it, and that from each further number.
const BEFORE_FIRST: [&str; 2] = [" ", "s "];
const BEFORE_FURTHER: [&str; 3] = [", not ", ", ", "; the newest is "];

/// Whether a field with this name holds a revision.
pub(crate) fn is_in(field: &str) -> bool {
    field == "revision" || field.ends_with("_revision")
}

/// The name of a revision.
pub(crate) fn name(revision: u64) -> String {
    match revision.checked_sub(START_REVISION) {
        None => revision.to_string(),
        Some(0) => "<start>".to_owned(),
        Some(further) => format!("<start + {further}>"),
    }
}

/// A text in which revisions have their names.
pub(crate) fn in_text(text: &str) -> String {
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

/// A text in JSON in which the numbers of fields that hold revisions have their names; what is no such field stays.
pub(crate) fn in_fields(text: &str) -> String {
    let line = |line: &str| {
        let (before, after) = line.split_once("\": ")?;
        let end = after.find(|one: char| !one.is_ascii_digit()).unwrap_or(after.len());
        let (digits, rest) = after.split_at(end);
        let is_named = is_in(before.rsplit('"').next()?);
        let number = digits.parse().ok().filter(|_| is_named)?;
        Some(format!("{before}\": {}{rest}", name(number)))
    };
    text.split_inclusive('\n').map(|one| line(one).unwrap_or_else(|| one.to_owned())).collect()
}

/// A text in CSV in which the numbers of columns that hold revisions have their names.
pub(crate) fn in_columns(text: &str) -> String {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
    let mut holds: Vec<bool> = Vec::new();
    for row in reader.records() {
        let row = row.expect("the text is CSV");
        if holds.is_empty() {
            holds = row.iter().map(is_in).collect();
        }
        let named = row.iter().enumerate().map(|(column, cell)| match cell.parse() {
            Ok(number) if holds.get(column) == Some(&true) => name(number),
            _ => cell.to_owned(),
        });
        writer.write_record(named).expect("the row can be written");
    }
    String::from_utf8(writer.into_inner().expect("the rows can be written")).expect("the rows are text")
}

/// A table in which the numbers of its last column have their names, if that holds revisions.
pub(crate) fn in_last_column(text: &str) -> String {
    if !text.lines().next().is_some_and(|header| header.trim_end().ends_with(" revision")) {
        return text.to_owned();
    }
    let line = |line: &str| {
        let (before, last) = line.trim_end().rsplit_once(' ')?;
        Some(format!("{before} {}\n", name(last.parse().ok()?)))
    };
    text.split_inclusive('\n').map(|one| line(one).unwrap_or_else(|| one.to_owned())).collect()
}

/// The number that a text begins with after one of the `leads`, and what follows it.
fn numbered<'a>(text: &'a str, leads: &[&'static str]) -> Option<(&'static str, u64, &'a str)> {
    let (lead, after_lead) = leads.iter().find_map(|lead| Some((*lead, text.strip_prefix(lead)?)))?;
    let end = after_lead.find(|one: char| !one.is_ascii_digit()).unwrap_or(after_lead.len());
    let (digits, after) = after_lead.split_at(end);
    Some((lead, digits.parse().ok()?, after))
}

#[test]
fn revisions_in_fields_have_their_names_and_other_numbers_stay() {
    let next = START_REVISION + 1;
    let json = format!("{{\n  \"revision\": {next},\n  \"since_revision\": {next}\n  \"depth\": {next}\n}}");
    let named = "{\n  \"revision\": <start + 1>,\n  \"since_revision\": <start + 1>\n";
    assert_eq!(in_fields(&json), format!("{named}  \"depth\": {next}\n}}"));
}

#[test]
fn revisions_in_columns_have_their_names_and_other_numbers_stay() {
    let next = START_REVISION + 1;
    let rows = format!("depth,revision\n{next},{next}\n");
    assert_eq!(in_columns(&rows), format!("depth,revision\n{next},<start + 1>\n"));
    let table = format!(" depth   revision\n {next}   {next}\n");
    assert_eq!(in_last_column(&table), format!(" depth   revision\n {next}   <start + 1>\n"));
}

#[test]
fn revisions_in_texts_have_their_names_and_nothing_else_has() {
    let [start, next] = [START_REVISION, START_REVISION + 1];
    assert_eq!(in_text(&format!("at revision {start}: 12 of 4")), "at revision <start>: 12 of 4");
    assert_eq!(in_text(&format!("(revisions {start}, {next}): 4")), "(revisions <start>, <start + 1>): 4");
    let named = in_text(&format!("since revision {next}, not {start}; expect revision {next}"));
    assert_eq!(named, "since revision <start + 1>, not <start>; expect revision <start + 1>");
    assert_eq!(
        in_text(&format!("the revision, revision 1, {next} revisions")),
        "the revision, revision 1, <start + 1> revisions"
    );
    let of_name = tenseven_tests::conversation::revision_of_name;
    assert_eq!((of_name("<start>"), of_name("<start + 1>")), (Some(start), Some(next)));
    assert_eq!((of_name("<start - 1>"), of_name("<started>"), of_name("4")), (None, None, None));
}
