//! What is pushed: a file with a value for each of as many indicators as it takes, in 200 countries and 100 years.

use std::{
    fs::File,
    io::{BufReader, BufWriter, Write as _},
    path::Path,
};

use tenseven_catalog::Catalog;

const COUNTRIES: usize = 200;
const YEARS: usize = 100;
const FIRST_YEAR: usize = 1921;

/// The number of indicators for this number of thousand observations.
pub(crate) fn indicators(thousands: usize) -> usize {
    (thousands * 1_000).div_ceil(COUNTRIES * YEARS)
}

/// Writes the file, in the order in which observations are exported; returns how many rows it has.
pub(crate) fn write(path: &Path, indicators: usize) -> u64 {
    let mut areas: Vec<_> = Catalog::bundled().areas().iter().map(|area| area.alpha3.to_string()).collect();
    areas.sort_unstable();
    let mut out = BufWriter::new(File::create(path).expect("the file can be made"));
    writeln!(out, "indicator,area,period,source,value").expect("the file can be written");
    let mut rows = 0_u64;
    for indicator in 0..indicators {
        for area in &areas[..COUNTRIES] {
            for year in FIRST_YEAR..FIRST_YEAR + YEARS {
                // Figures without a pattern that a compression could find.
                let value = (rows as f64 * 0.618_033_988_749_895).fract() * 99.0;
                writeln!(out, "indicator-{indicator:04},{area},{year},national-statistics,{value:.3}")
                    .expect("the file can be written");
                rows += 1;
            }
        }
    }
    out.flush().expect("the file can be written");
    rows
}

/// Checks that an export has each row of the file once, and no other.
pub(crate) fn compare(file: &Path, exported: &Path) {
    let open = |path: &Path| {
        let file = File::open(path).expect("the file can be opened");
        csv::Reader::from_reader(BufReader::with_capacity(1 << 20, file))
    };
    let (mut wanted, mut found) = (open(file), open(exported));
    let (mut row, mut other) = (csv::StringRecord::new(), csv::StringRecord::new());
    let mut rows = 0_u64;
    while wanted.read_record(&mut row).expect("the file can be read") {
        assert!(
            found.read_record(&mut other).expect("the export can be read"),
            "the export ends after {rows} rows"
        );
        rows += 1;
        let key = |record: &csv::StringRecord| record.iter().take(4).map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(key(&row), key(&other), "row {rows} of the export is another");
        let value = |record: &csv::StringRecord| record[4].parse::<f64>().expect("a number").to_bits();
        assert_eq!(value(&row), value(&other), "row {rows} has another value");
    }
    assert!(
        !found.read_record(&mut other).expect("the export can be read"),
        "the export has more than {rows} rows"
    );
}
