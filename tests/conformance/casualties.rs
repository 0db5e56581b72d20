//! The sample of dead and missing migrants against the incidents that it was made from.

use std::fs::File;

use tenseven_catalog::{
    Catalog,
    casualties::{aggregate, write_observations, write_unplaced},
};

use crate::reference;

#[test]
fn the_sample_is_what_the_command_makes_of_the_raw_file() {
    let raw = File::open(reference("missing_migrants/iom_europe_2026.csv")).unwrap();
    let tally = aggregate(raw, Catalog::bundled().areas()).unwrap();
    let sums = |sums: tenseven_catalog::casualties::Sums| (sums.rows, sums.dead_and_missing);
    assert_eq!(sums(tally.read()), (6_802, 49_989));
    assert_eq!(sums(tally.placed()), (6_794, 49_935));
    assert_eq!(sums(tally.left()), (8, 54));
    assert_eq!((tally.cells().len(), tally.unplaced().len()), (333, 8));
    let (mut observations, mut unplaced) = (Vec::new(), Vec::new());
    write_observations(&tally, &mut observations).unwrap();
    write_unplaced(&tally, &mut unplaced).unwrap();
    let shipped = concat!(env!("CARGO_MANIFEST_DIR"), "/../crates/catalog/data/samples/dead-and-missing");
    assert!(observations == std::fs::read(format!("{shipped}.csv")).unwrap(), "{shipped}.csv differs");
    assert!(
        unplaced == std::fs::read(format!("{shipped}.unplaced.csv")).unwrap(),
        "{shipped}.unplaced.csv differs"
    );
}
