//! Files of rows that people bring: texts and workbooks, recognised by their first bytes.

#![no_main]
#![allow(dead_code, unused_imports, reason = "the command line uses all of these modules")]

use libfuzzer_sys::fuzz_target;

#[path = "../../crates/cli/src/table_file/mod.rs"]
mod table_file;

#[path = "."]
mod output {
    #[path = "../../crates/cli/src/output/number.rs"]
    pub(crate) mod number;
}

use table_file::{Input, ReadingOptions, Table};

fuzz_target!(|bytes: &[u8]| {
    match Table::open(Input::of_bytes(bytes), &ReadingOptions::default()) {
        Ok(mut table) => read(&mut table),
        Err(error) => drop(error.to_string()),
    }
});

/// Reads every cell of every row.
fn read(table: &mut Table) {
    let columns: Vec<usize> = table.columns().map(|(index, _)| index).collect();
    loop {
        match table.next_row() {
            Ok(Some(_)) => {
                let _ = table.shape_error();
                for &index in &columns {
                    let _ = table.cell(index).text();
                }
            }
            Ok(None) => return,
            Err(error) => return drop(error.to_string()),
        }
    }
}
