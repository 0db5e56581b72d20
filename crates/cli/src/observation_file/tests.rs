//! Claims about observation files: what is read, what is refused and where, what comes back as it was written.

use rust_xlsxwriter::Workbook;
use tenseven_client::v1::{self, value::Kind};

use super::{
    ObservationReader,
    write::{CsvOptions, ObservationWriter},
};
use crate::table_file::{Decimal, Input, ROW_BYTES_MAX, ReadError, ReadingOptions};

const HEADER: &str = "indicator,area,period,source,value,numerator,denominator,level,flag,missing,status,comment,method,citation,url,quote";

type ReadRow = (u64, Result<v1::Observation, Vec<String>>);

fn open(file: impl AsRef<[u8]>, source: Option<&str>) -> Result<ObservationReader, ReadError> {
    ObservationReader::open(Input::of_bytes(file), &ReadingOptions::default(), source.map(str::to_owned))
}

fn read(file: impl AsRef<[u8]>) -> Vec<ReadRow> {
    let mut reader = open(file, None).unwrap();
    let mut rows = Vec::new();
    while let Some(row) = reader.next_row().unwrap() {
        let observation =
            row.observation.map_err(|errors| errors.iter().map(ToString::to_string).collect::<Vec<_>>());
        rows.push((row.line, observation));
    }
    rows
}

/// The observation of a file with the whole header and this one row.
fn row(cells: &str) -> Result<v1::Observation, Vec<String>> {
    let mut rows = read(format!("{HEADER}\n{cells}\n"));
    assert_eq!(rows.len(), 1);
    rows.remove(0).1
}

fn kind(cells: &str) -> Kind {
    row(cells).unwrap().value.unwrap().kind.unwrap()
}

fn header_error(header: &str) -> String {
    open(header, None).err().unwrap().to_string()
}

#[test]
fn reads_every_kind_of_value() {
    assert_eq!(kind("i,MAR,2020,s, 3653 ,,,,,,,,,,,"), Kind::Number(3653.0));
    assert_eq!(kind("i,MAR,2020,s,1e-3,,,,,,,,,,,"), Kind::Number(0.001));
    let ratio = v1::Ratio { numerator: 4.0, denominator: 9.5 };
    assert_eq!(kind("i,MAR,2020,s,,4,9.5,,,,,,,,,"), Kind::Ratio(ratio));
    assert_eq!(kind("i,MAR,2020,s,,,,basic,,,,,,,,"), Kind::Level("basic".into()));
    assert_eq!(kind("i,MAR,2020,s,,,,,true,,,,,,,"), Kind::Flag(true));
    assert_eq!(kind("i,MAR,2020,s,,,,,no,,,,,,,"), Kind::Flag(false));
    for (reason, number) in
        [("not_applicable", 1), ("not_collected", 2), ("confidential", 3), ("not_available", 4)]
    {
        assert_eq!(kind(&format!("i,MAR,2020,s,,,,,,{reason},,,,,,")), Kind::Missing(number));
    }
}

#[test]
fn reads_the_texts_as_they_are_written() {
    let cells = "i,MAR,2020,s,1,,,,,,P,\" a, \"\"b\"\"\nc\",how,Law 44-2020,https://example.org/x,art. 3";
    let observation = row(cells).unwrap();
    assert_eq!(observation.comment, " a, \"b\"\nc");
    assert_eq!((observation.method.as_str(), observation.status.as_str()), ("how", "P"));
    let evidence = v1::Evidence {
        citation: "Law 44-2020".into(),
        url: "https://example.org/x".into(),
        quote: "art. 3".into(),
    };
    assert_eq!(observation.evidence, [evidence]);
}

#[test]
fn an_empty_cell_has_no_value() {
    let observation = row("i,MAR,2020,s,1,,,,,,,  ,,,,").unwrap();
    assert_eq!((observation.comment.as_str(), observation.evidence.len()), ("", 0));
}

#[test]
fn refuses_each_kind_of_bad_cell_by_its_column() {
    for (cells, expected) in [
        (",MAR,2020,s,1,,,,,,,,,,,", "indicator: "),
        ("a b,MAR,2020,s,1,,,,,,,,,,,", "indicator: "),
        ("i,Atlantis,2020,s,1,,,,,,,,,,,", "area: "),
        ("i,NA,2020,s,1,,,,,,,,,,,", "area: \"NA\" may be Namibia"),
        ("i,m49:015,2020,s,1,,,,,,,,,,,", "area: "),
        ("i,MAR,2020-13,s,1,,,,,,,,,,,", "period: "),
        ("i,MAR,2020,,1,,,,,,,,,,,", "source: "),
        ("i,MAR,2020,s,\"1,234\",,,,,,,,,,,", "value: \"1,234\" may be 1234 or 1.234"),
        ("i,MAR,2020,s,NaN,,,,,,,,,,,", "value: the number is NaN"),
        ("i,MAR,2020,s,inf,,,,,,,,,,,", "value: the number is infinite"),
        ("i,MAR,2020,s,,5,4,,,,,,,,,", "numerator: "),
        ("i,MAR,2020,s,,5,0,,,,,,,,,", "denominator: "),
        ("i,MAR,2020,s,,5,,,,,,,,,,", "denominator: is empty"),
        ("i,MAR,2020,s,,,5,,,,,,,,,", "numerator: is empty"),
        ("i,MAR,2020,s,,,,a b,,,,,,,,", "level: "),
        ("i,MAR,2020,s,,,,,maybe,,,,,,,", "flag: "),
        ("i,MAR,2020,s,,,,,,unknown,,,,,,", "missing: "),
        ("i,MAR,2020,s,,,,,,unspecified,,,,,,", "missing: "),
        ("i,MAR,2020,s,1,,,,,,Z,,,,,", "status: "),
        ("i,MAR,2020,s,1,,,,,,O,,,,,", "status: "),
        ("i,MAR,2020,s,1,,,,,,,,,,,only a quote", "citation: "),
        ("i,MAR,2020,s,1,,,,,,,,,,ftp://x,", "url: "),
        ("i,MAR,2020,s,1,,,,,,,,,,https://x/\u{202e}gpj,", "url: the evidence URL has the character U+202E"),
        ("i,MAR,2020,s\u{202e},1,,,,,,,,,,,", "source: "),
        ("i,MAR,2020,s,,,,,,,,a comment,,,,", "the row gives no value"),
        ("i,MAR,2020,s,1,,,basic,,,,,,,,", "the row gives several values (value, level)"),
        ("i,MAR,2020,s,1,234,,,,,,,,,,,,x", "the row has 18 cells, the header 16"),
    ] {
        let errors = row(cells).unwrap_err();
        assert!(errors.len() == 1 && errors[0].starts_with(expected), "{cells}: {errors:?}");
    }
}

#[test]
fn reports_all_that_is_wrong_with_a_row() {
    let errors = row(",?,2020-13,,x,,,,,,Z,,,,,").unwrap_err();
    let columns: Vec<_> = errors.iter().filter_map(|error| error.split(':').next()).collect();
    assert_eq!(columns, ["value", "indicator", "area", "period", "source", "status"]);
}

#[test]
fn lines_are_counted_through_comments_blank_lines_and_line_breaks_in_cells() {
    let file = "# a comment, \"with a quotation mark\n\nindicator,area,period,source,value,comment\n\
                a,MAR,2020,s,1,\"one\ntwo\"\n# between\n\nb,MAR,2020,s,2,\n\"c\",MAR,2020,s,3,end";
    for file in [file.to_owned(), file.replace('\n', "\r\n"), format!("\u{feff}{file}")] {
        let rows = read(&file);
        let seen: Vec<_> = rows.iter().map(|(line, row)| (*line, row.clone().unwrap().indicator)).collect();
        assert_eq!(seen, [(4, "a".to_owned()), (8, "b".to_owned()), (9, "c".to_owned())], "{file:?}");
    }
}

#[test]
fn lines_are_counted_over_many_buffers() {
    let row = |place: usize| format!("i,MAR,2020,s{place},1,{}\n", "x".repeat(place % 97));
    let file: Vec<String> = (0..20_000).map(row).collect();
    let rows = read(format!("indicator,area,period,source,value,comment\n{}", file.concat()));
    assert_eq!(rows.len(), 20_000);
    assert!(rows.iter().zip(2..).all(|((line, row), expected)| *line == expected && row.is_ok()));
}

#[test]
fn a_byte_order_mark_and_carriage_returns_are_no_part_of_cells() {
    let rows = read("\u{feff}indicator,area,period,source,value\r\ni,MAR,2020,s,1\r\n");
    assert_eq!(rows[0].0, 2);
    assert_eq!(rows[0].1.as_ref().unwrap().indicator, "i");
}

#[test]
fn rows_of_empty_cells_are_no_rows() {
    assert!(read("indicator,area,period,source,value\n,,,,\n , ,,,\n").is_empty());
}

#[test]
fn a_cell_that_is_not_utf8_is_reported_by_its_column() {
    let rows = read(b"indicator,area,period,source,value,comment\ni,MAR,2020,s,1,caf\xe9\n");
    assert_eq!(rows[0].1, Err(vec!["comment: the text is not UTF-8; save the file as UTF-8".to_owned()]));
    let rows = read(b"indicator,area,period,source,value\ni,MAR,2020,s,\xe9\n");
    assert_eq!(rows[0].1, Err(vec!["value: the text is not UTF-8; save the file as UTF-8".to_owned()]));
}

#[test]
fn a_quotation_mark_left_open_ends_the_reading_before_memory_does() {
    let endless = "x".repeat(usize::try_from(ROW_BYTES_MAX).unwrap() * 2);
    let file =
        format!("indicator,area,period,source,value,comment\ni,MAR,2020,s,1,ok\ni,MAR,2020,s,1,\"{endless}");
    let mut reader = open(&file, None).unwrap();
    assert_eq!(reader.next_row().unwrap().unwrap().line, 2);
    let error = reader.next_row().unwrap_err();
    assert!(matches!(error, ReadError::Read { line: 3, .. }), "{error:?}");
    assert!(std::error::Error::source(&error).unwrap().to_string().contains("quotation mark"), "{error:?}");
}

#[test]
fn a_text_beyond_its_limit_is_refused_with_its_line() {
    let rows =
        read(format!("indicator,area,period,source,value,comment\ni,MAR,2020,s,1,{}\n", "é".repeat(4_001)));
    let errors = rows[0].1.clone().unwrap_err();
    assert!(errors[0].starts_with("comment: ") && errors[0].contains("4001"), "{errors:?}");
}

#[test]
fn rows_without_a_source_get_the_default() {
    let file = "indicator,area,period,value,source\ni,MAR,2020,1,\ni,MAR,2020,1,own\n";
    let mut reader = open(file, Some("default")).unwrap();
    for source in ["default", "own"] {
        assert_eq!(reader.next_row().unwrap().unwrap().observation.unwrap().source, source);
    }
    assert!(open("indicator,area,period,value\n", Some("default")).is_ok());
}

#[test]
fn refuses_a_header_with_everything_that_is_wrong_with_it() {
    let text = header_error("# c\nindicater,area,periode,area,numerator,foo,revision\n");
    assert!(text.starts_with("line 2: the header cannot be used:"), "{text}");
    for finding in [
        "\"indicater\" is not known; did you mean indicator?",
        "\"periode\" is not known; did you mean period?",
        "\"foo\" is not known; remove it",
        "column area occurs twice",
        "column revision is the registry's to give",
        "column indicator is missing",
        "column source is missing; add it, or give --source",
        "numerator and denominator go together",
    ] {
        assert!(text.contains(finding), "{finding}: {text}");
    }
}

#[test]
fn refuses_a_header_without_any_way_to_give_a_value() {
    assert!(header_error("indicator,area,period,source\n").contains("there is no column for a value"));
}

#[test]
fn refuses_an_empty_file() {
    for empty in ["", "\n\n", "# only a comment\n", "\u{feff}"] {
        assert!(header_error(empty).starts_with("the file is empty"), "{empty:?}");
    }
}

#[test]
fn what_is_written_is_read_back() {
    let evidence = |n: usize| v1::Evidence {
        citation: format!("citation {n}, \"quoted\""),
        url: format!("https://example.org/{n}"),
        quote: format!("line one\nline {n}"),
    };
    let kinds = [
        Kind::Number(0.1 + 0.2),
        Kind::Number(9_007_199_254_740_991.0),
        Kind::Number(-1e-300),
        Kind::Flag(true),
        Kind::Level("comprehensive".into()),
        Kind::Ratio(v1::Ratio { numerator: 1.0 / 3.0, denominator: 7.0 }),
        Kind::Missing(v1::MissingReason::Confidential.into()),
    ];
    let observations: Vec<v1::Observation> = kinds
        .into_iter()
        .enumerate()
        .map(|(place, kind)| v1::Observation {
            indicator: format!("i{place}"),
            area: "MAR/casablanca".into(),
            period: "2023-06".into(),
            source: "s".into(),
            status: if matches!(kind, Kind::Missing(_)) { "Q" } else { "E" }.into(),
            value: Some(v1::Value { kind: Some(kind) }),
            evidence: (0..place.min(3)).map(evidence).collect(),
            comment: "# not a comment, but one".into(),
            method: String::new(),
        })
        .collect();
    let mut file = Vec::new();
    let mut writer =
        ObservationWriter::new(&mut file, CsvOptions { evidence: 3, ..CsvOptions::default() }).unwrap();
    for observation in &observations {
        let recorded =
            v1::RecordedObservation { observation: Some(observation.clone()), ..Default::default() };
        writer.write(&recorded).unwrap();
    }
    assert_eq!(writer.finish().unwrap(), 3);
    let read: Vec<_> = read(&file).into_iter().map(|(_, row)| row.unwrap()).collect();
    assert_eq!(read, observations);
}

#[test]
fn an_export_has_the_columns_that_the_format_names() {
    let mut file = Vec::new();
    ObservationWriter::new(&mut file, CsvOptions::default()).unwrap().finish().unwrap();
    assert_eq!(String::from_utf8(file).unwrap().trim_end(), HEADER);
    let mut file = Vec::new();
    ObservationWriter::new(&mut file, CsvOptions { evidence: 0, recorded: true, ..CsvOptions::default() })
        .unwrap()
        .finish()
        .unwrap();
    assert!(
        String::from_utf8(file).unwrap().ends_with("method,revision,accept_time,submission_id,partner\n")
    );
}

#[test]
fn a_quotation_mark_that_is_never_closed_is_reported_with_its_line() {
    for end in ["", "\n"] {
        let file = format!(
            "indicator,area,period,source,value,comment\ni,MAR,2020,s,1,\"fine\"\ni,MAR,2021,s,1,\"note\ni,MAR,2022,s,1,\ni,MAR,2023,s,1,{end}"
        );
        let mut reader = open(&file, None).unwrap();
        assert!(reader.next_row().unwrap().is_some());
        let error = reader.next_row().unwrap_err();
        assert!(error.to_string().starts_with("line 3: a quotation mark"), "{error}");
    }
}

#[test]
fn words_and_codes_are_read_in_any_case() {
    let file = "Indicator,AREA,Period,Source,Flag,Missing,Status\ni,mar,2020,s,TRUE,,p\ni,Libya,2020,s,,Not collected,\n";
    let rows: Vec<v1::Observation> = read(file).into_iter().map(|(_, row)| row.unwrap()).collect();
    assert_eq!((rows[0].area.as_str(), rows[0].status.as_str()), ("MAR", "P"));
    assert_eq!(rows[0].value.as_ref().unwrap().kind, Some(Kind::Flag(true)));
    assert_eq!(rows[1].area, "LBY");
    assert_eq!(
        rows[1].value.as_ref().unwrap().kind,
        Some(Kind::Missing(v1::MissingReason::NotCollected.into()))
    );
}

#[test]
fn rows_without_a_value_are_skipped_and_counted() {
    let mut reader =
        open("indicator,area,period,source,value\ni,MAR,2020,s,\ni,MAR,,,\ni,MAR,2021,s,1\n", None).unwrap();
    let blank = reader.blank_rows();
    assert_eq!(reader.next_row().unwrap().unwrap().line, 4);
    assert!(reader.next_row().unwrap().is_none());
    assert_eq!(blank.load(std::sync::atomic::Ordering::Relaxed), 2);
}

#[test]
fn a_key_that_occurs_twice_is_refused_with_the_line_of_the_first() {
    let between: Vec<String> = (0..1_560).map(|row| format!("i,MAR,2021,s{row},1\n")).collect();
    let between = between.concat();
    let file = format!("indicator,area,period,source,value\ni,MAR,2020,s,1\n{between}i,mar,2020,s,2\n");
    let rows = read(&file);
    let (line, last) = rows.last().unwrap();
    assert_eq!(*line, 1_563);
    assert!(last.as_ref().unwrap_err()[0].contains("of line 2;"), "{last:?}");
    assert!(rows[..rows.len() - 1].iter().all(|(_, row)| row.is_ok()));
    assert_eq!(open(&file, None).unwrap().count_repeated_rows(), 1);
}

#[test]
fn texts_that_look_like_formulas_get_an_apostrophe_if_asked_for() {
    let observation = v1::Observation {
        value: Some(v1::Value { kind: Some(Kind::Number(-5.0)) }),
        comment: "=1+1".into(),
        method: "-".into(),
        ..Default::default()
    };
    let recorded = v1::RecordedObservation { observation: Some(observation), ..Default::default() };
    for (spreadsheet_safe, row) in [(false, ",,,,-5,,,,,,,=1+1,-,,,"), (true, ",,,,-5,,,,,,,'=1+1,'-,,,")] {
        let mut file = Vec::new();
        let options = CsvOptions { spreadsheet_safe, ..CsvOptions::default() };
        let mut writer = ObservationWriter::new(&mut file, options).unwrap();
        writer.write(&recorded).unwrap();
        writer.finish().unwrap();
        assert_eq!(String::from_utf8(file).unwrap().lines().nth(1), Some(row));
    }
}

#[test]
fn numbers_of_a_workbook_are_taken_as_they_are_and_its_texts_are_read_with_the_option() {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.write_row(0, 0, ["indicator", "area", "period", "source", "numerator", "denominator"]).unwrap();
    for (line, (numerator, year)) in [("1,5", 2019), ("1.5", 2020)].into_iter().enumerate() {
        let line = u32::try_from(line).unwrap() + 1;
        sheet.write_row(line, 0, ["i", "MAR"]).unwrap().write(line, 2, year).unwrap();
        sheet.write(line, 3, "s").unwrap().write(line, 4, numerator).unwrap().write(line, 5, 2.345).unwrap();
    }
    let bytes = workbook.save_to_buffer().unwrap();
    let read = |decimal| {
        let options = ReadingOptions { decimal, ..ReadingOptions::default() };
        let mut reader = ObservationReader::open(Input::of_bytes(&bytes), &options, None).unwrap();
        let mut next = || reader.next_row().unwrap().unwrap().observation;
        [next(), next()].map(|row| row.map(|observation| observation.value.unwrap().kind.unwrap()))
    };
    let ratio = Kind::Ratio(v1::Ratio { numerator: 1.5, denominator: 2.345 });
    for (decimal, right, wrong) in [(Some(Decimal::Comma), 0, 1), (Some(Decimal::Point), 1, 0), (None, 1, 0)]
    {
        let rows = read(decimal);
        assert_eq!(rows[right], Ok(ratio.clone()), "{decimal:?}");
        let errors = rows[wrong].as_ref().unwrap_err();
        assert!(errors.iter().all(|error| error.column == "numerator"), "{decimal:?}: {errors:?}");
    }
}
