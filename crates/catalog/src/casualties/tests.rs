use std::collections::BTreeMap;

use super::*;
use tenseven_model::{Alpha3, Period};

const HEADER: &str =
    "Main ID,Incident ID,Incident year,No. dead,No. missing,No. dead/missing,Country of Incident,Note";

fn names() -> BTreeMap<String, Alpha3> {
    [
        ("Libya", "LBY"),
        ("Namibia", "NAM"),
        ("Morocco", "MAR"),
        ("Iran (Islamic Republic of)", "IRN"),
        ("Netherlands (Kingdom of the)", "NLD"),
        ("Netherlands", "NLD"),
        ("Türkiye", "TUR"),
    ]
    .into_iter()
    .map(|(name, code)| (name.to_owned(), code.parse().unwrap()))
    .collect()
}

fn tally(rows: &[&str]) -> Tally {
    aggregate(format!("{HEADER}\n{}\n", rows.join("\n")).as_bytes(), &names()).unwrap()
}

fn year(year: u16) -> Period {
    Period::year(year).unwrap()
}

fn cell(country: &str, of: u16, dead_and_missing: u64, incidents: u64) -> Cell {
    Cell { country: country.parse().unwrap(), year: year(of), dead_and_missing, incidents }
}

/// The reason of the only row, which must be in no cell.
fn reason(row: &str) -> Reason {
    let tally = tally(&[row]);
    assert_eq!(tally.cells(), [], "{row} was placed");
    tally.unplaced()[0].reason.clone()
}

fn refusal(raw: &str) -> AggregateError {
    aggregate(raw.as_bytes(), &names()).unwrap_err()
}

const DIRTY: [&str; 12] = [
    "2016.1,2016.1,2016,3,7,10,Libya,",
    "2016.2,2016.2,2016,NA,4,4,Libya,",
    "2015.1,2015.1,2015,1,,1,Türkiye,",
    "2026.1,2026.1,2026,NA,1,1,012 52E,off the coast",
    "2026.2,2026.2,2026,NA,1,1,NA,between two countries",
    "2026.3,2026.3,2026,1,0,1,Morocco (en route to Ceuta),",
    "2026.4,2026.4a,2026,17,-5,12,Libya - presumed departure on 12-14 April,",
    "2026.4,2026.4b,2026,4,0,4,Libya - presumed departure on 12-14 April,",
    "2026.5,2026.5,2026,2,0,2,,",
    "2016.3,2016.3,2016,1,0,NA,Libya,",
    "2016.4,2016.4,2016,1,0,5,Libya,",
    "2016.1,2016.1,2016,3,7,10,Libya,",
];

#[test]
fn adds_up_by_country_then_year() {
    let rows = [
        "1,1,2016,1,2,3,Libya,",
        "2,2,2015,1,0,1,Libya,",
        "3,3,2016,4,0,4,Libya,",
        "4,4,2016,0,0,0,Iran (Islamic Republic of),",
    ];
    let expected = [cell("IRN", 2016, 0, 1), cell("LBY", 2015, 1, 1), cell("LBY", 2016, 7, 2)];
    assert_eq!(tally(&rows).cells(), expected);
}

#[test]
fn placed_and_unplaced_together_are_what_was_read() {
    let tally = tally(&DIRTY);
    assert_eq!(tally.cells(), [cell("LBY", 2016, 14, 2), cell("TUR", 2015, 1, 1)]);
    assert_eq!(tally.read(), Sums { rows: 12, dead_and_missing: 51 });
    assert_eq!(tally.placed(), Sums { rows: 3, dead_and_missing: 15 });
    assert_eq!(tally.left(), Sums { rows: 9, dead_and_missing: 36 });
}

#[test]
fn lists_what_is_no_name_with_line_and_figure() {
    let tally = tally(&DIRTY);
    let listed: Vec<_> = tally
        .unplaced()
        .iter()
        .filter(|row| row.reason == Reason::Country)
        .map(|row| (row.line, row.main_id.as_str(), row.country_as_written.as_str(), row.dead_and_missing))
        .collect();
    let libya = "Libya - presumed departure on 12-14 April";
    let expected = [
        (5, "2026.1", "012 52E", Some(1)),
        (6, "2026.2", "NA", Some(1)),
        (7, "2026.3", "Morocco (en route to Ceuta)", Some(1)),
        (8, "2026.4", libya, Some(12)),
        (9, "2026.4", libya, Some(4)),
        (10, "2026.5", "", Some(2)),
    ];
    assert_eq!(listed, expected);
}

#[test]
fn places_by_the_whole_name_and_never_by_a_code() {
    for (name, code) in [
        ("Netherlands", "NLD"),
        (" Libya ", "LBY"),
        ("Netherlands (Kingdom of the)", "NLD"),
        ("Namibia", "NAM"),
    ] {
        assert_eq!(tally(&[&format!("1,1,2016,1,0,1,{name},")]).cells(), [cell(code, 2016, 1, 1)]);
    }
    for text in ["LBY", "NA", "libya", "Libia", "Libya (sea)", ""] {
        assert_eq!(reason(&format!("1,1,2016,1,0,1,{text},")), Reason::Country, "{text:?}");
    }
}

#[test]
fn counts_every_part_of_an_event_but_a_repeated_row_once() {
    let parts = ["9,9a,2016,1,0,1,Libya,", "9,9b,2016,1,0,1,Libya,", "9,9b,2016,1,0,1,Libya,"];
    let tally = tally(&parts);
    assert_eq!(tally.cells(), [cell("LBY", 2016, 2, 2)]);
    assert_eq!(tally.unplaced()[0].reason, Reason::Repeats(3));
    assert_eq!(tally.unplaced()[0].line, 4);
    assert_eq!(tally.unplaced()[0].dead_and_missing, Some(1));
}

#[test]
fn a_negative_missing_offsets_bodies_that_were_found() {
    assert_eq!(tally(&["1,1,2015,69,-13,56,Libya,"]).cells(), [cell("LBY", 2015, 56, 1)]);
}

#[test]
fn lists_figures_that_cannot_be_read() {
    for text in ["", "NA", "1.0", "2.5", "-3", "\"1,022\"", "many"] {
        let tally = tally(&[&format!("1,1,2016,1,0,{text},Libya,")]);
        assert_eq!(tally.read(), Sums { rows: 1, dead_and_missing: 0 });
        assert_eq!(tally.unplaced()[0].dead_and_missing, None, "{text:?}");
        let reason = Reason::Count("No. dead/missing", text.trim_matches('"').to_owned());
        assert_eq!(tally.unplaced()[0].reason, reason);
    }
    assert_eq!(reason("1,1,2016,one,0,1,Libya,"), Reason::Count("No. dead", "one".into()));
    assert_eq!(reason("1,1,2016,1,0.5,1,Libya,"), Reason::Count("No. missing", "0.5".into()));
}

#[test]
fn lists_figures_that_are_not_the_sum_of_their_parts() {
    assert_eq!(reason("1,1,2016,1,0,5,Libya,"), Reason::DoesNotAddUp { dead: 1, missing: 0 });
    assert_eq!(reason("1,1,2016,NA,NA,5,Libya,"), Reason::DoesNotAddUp { dead: 0, missing: 0 });
    assert_eq!(reason("1,1,2016,1,-3,2,Libya,"), Reason::DoesNotAddUp { dead: 1, missing: -3 });
}

#[test]
fn lists_rows_without_a_calendar_year() {
    for text in ["", "NA", "16", "2016-05", "2016.0", "20160"] {
        assert_eq!(reason(&format!("1,1,{text},1,0,1,Libya,")), Reason::Year, "{text:?}");
    }
}

#[test]
fn only_the_last_year_of_the_list_is_provisional() {
    let tally = tally(&["1,1,2024,1,0,1,Libya,", "2,2,2026,1,0,1,nowhere,", "3,3,2025,1,0,1,Libya,"]);
    assert!(tally.is_provisional(year(2026)));
    assert!(!tally.is_provisional(year(2025)));
}

#[test]
fn names_every_column_that_the_header_lacks() {
    let error = refusal("Main ID,Incident year,No. dead,No. missing,Country\n");
    assert!(
        matches!(&error, AggregateError::MissingColumns { missing } if *missing == ["No. dead/missing", "Country of Incident"])
    );
    let text = error.to_string();
    assert!(text.contains("\"No. dead/missing\", \"Country of Incident\""), "{text}");
    assert!(matches!(refusal(""), AggregateError::MissingColumns { missing } if missing.len() == 6));
}

#[test]
fn refuses_a_header_with_a_column_twice_and_rows_of_unequal_length() {
    let twice = refusal(&format!("{HEADER},No. dead\n"));
    assert!(matches!(twice, AggregateError::ColumnTwice("No. dead")));
    let short = refusal(&format!("{HEADER}\n1,2\n"));
    assert!(matches!(&short, AggregateError::Read(_)));
    let source = std::error::Error::source(&short).unwrap().to_string();
    assert!(source.contains("line: 2"), "{source}");
}

#[test]
fn reads_any_order_of_columns_a_byte_order_mark_and_cells_over_several_lines() {
    let raw = "\u{feff}Country of Incident,No. dead/missing,No. dead,No. missing,Main ID,Incident year,Note\r\n\
               Libya,2,1,1,a,2016,\"two\nlines\"\r\n\
               \r\n\
               nowhere,1,1,0,b,2016,\r\n";
    let tally = aggregate(raw.as_bytes(), &names()).unwrap();
    assert_eq!(tally.cells(), [cell("LBY", 2016, 2, 1)]);
    assert_eq!((tally.unplaced()[0].line, tally.unplaced()[0].main_id.as_str()), (5, "b"));
}

fn without_comments(text: &[u8]) -> String {
    let lines = std::str::from_utf8(text).unwrap().split_inclusive('\n');
    lines.filter(|line| !line.starts_with('#')).collect()
}

#[test]
fn writes_observations_and_beside_them_what_is_in_no_cell() {
    let tally = tally(&[
        "1,1,2016,1,2,3,Libya,",
        "2,2,2016,1,0,1,Libya,",
        "3,3,2026,1,0,1,Türkiye,",
        "4,4,2026,1,0,1,\"off, at sea\",",
    ]);
    let (mut placed, mut left) = (Vec::new(), Vec::new());
    write_observations(&tally, &mut placed).unwrap();
    write_unplaced(&tally, &mut left).unwrap();
    let limits = "Routes to Europe only; injured people and victims of crime are not in the source";
    assert_eq!(
        without_comments(&placed),
        format!(
            "indicator,area,period,source,value,status,comment,method,citation\n\
             migrant-casualties,LBY,2016,iom-missing-migrants,4,,{limits},\"dead + missing, 2 incidents\",IOM Missing Migrants Project\n\
             migrant-casualties,TUR,2026,iom-missing-migrants,1,P,{limits},\"dead + missing, 1 incident\",IOM Missing Migrants Project\n"
        )
    );
    assert_eq!(
        without_comments(&left),
        "line,main_id,country_as_written,year_as_written,dead_and_missing,reason\n\
         5,4,\"off, at sea\",2026,1,no country has exactly this name\n"
    );
    let comments = String::from_utf8(placed).unwrap();
    let totals = "\n# Read: rows 4, dead and missing 6\n# Placed: rows 3, dead and missing 5\n# Not placed: rows 1, dead and missing 1\n";
    assert!(comments.contains(totals), "{comments}");
}

/// One column of a shipped file, its comments left out.
fn column(text: &str, name: &str) -> Vec<String> {
    let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(text.as_bytes());
    let place = reader.headers().unwrap().iter().position(|header| header == name).unwrap();
    reader.records().map(|record| record.unwrap()[place].to_owned()).collect()
}

fn sum(values: &[String]) -> u64 {
    values.iter().map(|value| value.parse::<u64>().unwrap()).sum()
}

#[test]
fn the_shipped_sample_accounts_for_every_row_and_person_of_the_list() {
    let placed = include_str!("../../data/samples/dead-and-missing.csv");
    let left = include_str!("../../data/samples/dead-and-missing.unplaced.csv");
    let values = column(placed, "value");
    assert_eq!((values.len(), sum(&values)), (333, 49_935));
    let left = column(left, "dead_and_missing");
    assert_eq!((left.len(), sum(&left)), (8, 54));
    assert!(placed.contains("\n# Read: rows 6802, dead and missing 49989\n"));
    assert!(placed.contains("\nmigrant-casualties,LBY,2016,iom-missing-migrants,3653,,"));
}
