//! The reference files: tables of text and numbers, and the example's own table of indicators.

use std::{cmp::Ordering, collections::HashMap};

use tenseven_engine::Column;
use tenseven_model::{
    Gap,
    equality::{compare, in_order},
    framework::Direction,
};

use crate::reference;

/// A reference file, unchanged.
pub(super) struct Frame {
    pub(super) header: Vec<String>,
    pub(super) rows: Vec<Vec<String>>,
}

impl Frame {
    pub(super) fn read(file: &str) -> Self {
        let mut reader =
            csv::Reader::from_path(reference(&format!("coinr/{file}"))).expect("the file can be read");
        let header = reader.headers().expect("there is a header").iter().map(str::to_owned).collect();
        let row = |row: Result<csv::StringRecord, csv::Error>| {
            row.expect("the row can be read").iter().map(str::to_owned).collect()
        };
        Self { header, rows: reader.records().map(row).collect() }
    }

    /// A table of observations, its rows in order of period and area; the period is left out where it is one.
    pub(super) fn observations(name: &str) -> Self {
        let file = match name {
            "asem" => "iData",
            "dropA" => "iData_dropA",
            "panel" => "iData_panel",
            other => panic!("there is no input {other}"),
        };
        let mut frame = Self::read(&format!("input/{file}.csv"));
        let (time, code) = (frame.place("Time"), frame.place("uCode"));
        frame.rows.sort_by(|one, other| (&one[time], &one[code]).cmp(&(&other[time], &other[code])));
        if name != "panel" {
            frame.header.remove(time);
            for row in &mut frame.rows {
                row.remove(time);
            }
        }
        frame
    }

    pub(super) fn place(&self, name: &str) -> usize {
        let place = self.header.iter().position(|known| known == name);
        place.unwrap_or_else(|| panic!("there is no column {name} in {:?}", self.header))
    }

    pub(super) fn text(&self, name: &str) -> Vec<&str> {
        let place = self.place(name);
        self.rows.iter().map(|row| row[place].as_str()).collect()
    }

    pub(super) fn column(&self, name: &str) -> Column {
        self.text(name).into_iter().map(|text| number(text).ok_or(Gap::NeverReported)).collect()
    }

    /// The columns of these names with the rows' keys.
    pub(super) fn table<'a>(&self, names: impl IntoIterator<Item = &'a str>) -> Table {
        let columns = names.into_iter().map(|name| (name.to_owned(), self.column(name))).collect();
        Table { keys: self.keys(), columns }
    }

    /// The area of each row, after its period where there are several.
    pub(super) fn keys(&self) -> Vec<String> {
        let is_key = |name: &&String| *name == "Time" || *name == "uCode";
        let mut names: Vec<_> = self.header.iter().filter(is_key).collect();
        names.sort();
        let parts: Vec<_> = names.into_iter().map(|name| self.text(name)).collect();
        (0..self.rows.len())
            .map(|row| parts.iter().map(|part| part[row]).collect::<Vec<_>>().join(" "))
            .collect()
    }

    /// By row: the number of its group among all groups of this column.
    pub(super) fn groups(&self, name: &str) -> Vec<Option<usize>> {
        numbered(&self.text(name))
    }
}

/// The place of each text among the different ones.
pub(super) fn numbered(texts: &[&str]) -> Vec<Option<usize>> {
    let mut known: Vec<&str> = texts.to_vec();
    known.sort_unstable();
    known.dedup();
    texts.iter().map(|text| known.binary_search(text).ok()).collect()
}

/// A number; none where it is missing.
pub(super) fn number(text: &str) -> Option<f64> {
    match text {
        "NA" => None,
        text => Some(text.parse().unwrap_or_else(|_| panic!("{text:?} is no number"))),
    }
}

/// Columns over the same rows.
#[derive(Clone)]
pub(super) struct Table {
    pub(super) keys: Vec<String>,
    pub(super) columns: Vec<(String, Column)>,
}

impl Table {
    pub(super) fn get(&self, name: &str) -> &Column {
        let found = self.columns.iter().find(|(known, _)| known == name);
        &found.unwrap_or_else(|| panic!("nothing was made for {name}")).1
    }

    /// The same rows, each column replaced by what `rule` makes of it and its name.
    pub(super) fn map(&self, rule: impl Fn(&str, &Column) -> Column) -> Self {
        let columns = self.columns.iter().map(|(name, column)| (name.clone(), rule(name, column))).collect();
        Self { keys: self.keys.clone(), columns }
    }

    /// The same rows, with numbers of a column that only rounding keeps apart, as 3.4 and 3.4000000000000004 of the example's `TolMin`, moved
    /// further apart: the reference ranks them as different, and the engine as equal.
    pub(super) fn apart(&self) -> Self {
        self.map(|_, column| {
            let mut moved = column.clone();
            let known: Vec<usize> = (0..column.len()).filter(|place| column.get(*place).is_ok()).collect();
            let at = |place: usize| column.get(place).expect("it is known");
            let numbers: Vec<f64> = known.iter().map(|place| at(*place)).collect();
            let order: Vec<usize> = in_order(&numbers).into_iter().map(|place| known[place]).collect();
            let mut steps = 0.0;
            for pair in order.windows(2) {
                let [one, other] = [at(pair[0]), at(pair[1])];
                steps = match compare(one, other) {
                    Ordering::Equal if one.to_bits() != other.to_bits() => steps + 1.0,
                    Ordering::Equal => steps,
                    _ => 0.0,
                };
                moved.set(pair[1], Ok(other + steps * 2e-9 * other.abs()));
            }
            moved
        })
    }

    /// The same rows, each column changed by `rule`.
    pub(super) fn change(&self, rule: impl Fn(&str, &mut Column)) -> Self {
        self.map(|name, column| {
            let mut column = column.clone();
            rule(name, &mut column);
            column
        })
    }

    /// Each column changed period by period.
    pub(super) fn change_by_period(&self, rule: impl Fn(&str, &mut Column)) -> Self {
        let times: Vec<_> = self.keys.iter().map(|key| key.split(' ').next().unwrap_or_default()).collect();
        let times = numbered(&times);
        self.change(|name, column| {
            for time in 0..=times.iter().flatten().max().copied().unwrap_or(0) {
                let places: Vec<_> = (0..times.len()).filter(|place| times[*place] == Some(time)).collect();
                let mut part = column.gather(&places);
                rule(name, &mut part);
                column.scatter(&places, &part);
            }
        })
    }

    /// Only these rows.
    pub(super) fn rows(&self, places: &[usize]) -> Self {
        let mut table = self.map(|_, column| column.gather(places));
        table.keys = places.iter().map(|place| self.keys[*place].clone()).collect();
        table
    }
}

/// The metadata of an indicator or an aggregate.
pub(super) struct MetaEntry {
    pub(super) code: String,
    pub(super) parent: String,
    pub(super) direction: Direction,
    pub(super) target: Option<f64>,
    pub(super) denominator: Option<String>,
}

/// The table of indicators and aggregates.
pub(super) struct Meta {
    pub(super) indicators: Vec<MetaEntry>,
    /// By level: pillars, sub-indices, the index.
    pub(super) levels: [Vec<MetaEntry>; 3],
}

impl Meta {
    pub(super) fn read() -> Self {
        let frame = Frame::read("input/iMeta.csv");
        let cell = |row: &Vec<String>, name: &str| row[frame.place(name)].clone();
        let of_level = |level: &str| {
            let entry = |row: &Vec<String>| MetaEntry {
                code: cell(row, "iCode"),
                parent: cell(row, "Parent"),
                direction: match cell(row, "Direction").as_str() {
                    "1" => Direction::HigherIsBetter,
                    "-1" => Direction::LowerIsBetter,
                    other => panic!("direction {other}"),
                },
                target: number(&cell(row, "Target")),
                denominator: Some(cell(row, "Denominator")).filter(|code| code != "NA"),
            };
            frame.rows.iter().filter(|row| cell(row, "Level") == level).map(entry).collect::<Vec<_>>()
        };
        let meta = Self { indicators: of_level("1"), levels: [of_level("2"), of_level("3"), of_level("4")] };
        assert_eq!((meta.indicators.len(), meta.levels[0].len()), (49, 8), "the table of indicators");
        meta
    }

    pub(super) fn indicator(&self, code: &str) -> &MetaEntry {
        self.indicators.iter().find(|entry| entry.code == code).expect("the indicator is in the table")
    }

    pub(super) fn direction(&self, code: &str) -> Direction {
        self.indicator(code).direction
    }

    /// The codes of the indicators, in order.
    pub(super) fn codes(&self) -> impl Iterator<Item = &str> {
        self.indicators.iter().map(|entry| entry.code.as_str())
    }

    /// Those directly below an aggregate, in order.
    pub(super) fn below(&self, parent: &str) -> Vec<&str> {
        let all = self.indicators.iter().chain(self.levels.iter().flatten());
        all.filter(|entry| entry.parent == parent).map(|entry| entry.code.as_str()).collect()
    }
}

/// The weights of one of the two sets.
pub(super) fn weights(set: &str) -> HashMap<String, f64> {
    let frame = Frame::read(&format!("structure/weights_{}.csv", set.to_lowercase()));
    let numbers = frame.text("Weight").into_iter().map(|text| number(text).expect("each has a weight"));
    frame.text("iCode").into_iter().map(str::to_owned).zip(numbers).collect()
}
