use proptest::prelude::*;
use tenseven_model::{Gap, MissingReason};

use super::*;
use crate::Slot;

/// Two pages and a part of a third.
const LEN: usize = 2 * 64 * CHUNK + 1000;

#[derive(Debug, Clone)]
enum Change {
    Set(usize, Slot),
    Fill(usize, usize, Slot),
    Part(usize, Vec<Slot>),
}

fn slot() -> impl Strategy<Value = Slot> {
    prop_oneof![
        3 => (0..5_u8).prop_map(|number| Slot::number(f64::from(number))),
        1 => Just(Slot::number(-0.0)),
        3 => Just(Slot::NEVER_REPORTED),
        2 => Just(Slot::gap(Gap::NoChildWithData)),
        1 => Just(Slot::gap(Gap::Reported(MissingReason::Confidential))),
    ]
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        (0..LEN, slot()).prop_map(|(index, slot)| Change::Set(index, slot)),
        // Up to the end of a page, as whatever is blank ends.
        (0..LEN, any::<bool>(), 1..=64 * CHUNK, slot()).prop_map(|(from, is_page, count, slot)| {
            let page = from / (64 * CHUNK) * 64 * CHUNK;
            let from = if is_page { page } else { from };
            let end = if is_page { page + 64 * CHUNK } else { from + count };
            Change::Fill(from, end.min(page + 64 * CHUNK).min(LEN), slot)
        }),
        (0..LEN, prop::collection::vec(slot(), CHUNK)).prop_map(|(from, mut slots)| {
            slots.truncate(chunk_end(from).min(LEN) - from);
            Change::Part(from, slots)
        }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn a_column_in_chunks_is_the_plain_row_and_a_copy_of_it_stays_as_it_was(
        changes in prop::collection::vec(change(), 1..25),
    ) {
        let mut column = Chunked::blank(LEN, Slot::never_reported());
        let mut plain = vec![Slot::NEVER_REPORTED; LEN];
        for change in changes {
            let (before, was) = (column.clone(), plain.clone());
            let is_other = match change {
                Change::Set(index, slot) => {
                    plain[index] = slot;
                    column.set(index, slot)
                }
                Change::Fill(from, to, slot) => {
                    plain[from..to].fill(slot);
                    column.fill(from..to, &slot)
                }
                Change::Part(from, slots) => {
                    plain[from..from + slots.len()].copy_from_slice(&slots);
                    column.set_part(from, &slots)
                }
            };
            let same = |one: &[Slot], other: &[Slot]| one.iter().zip(other).all(|(one, other)| one.is_same(other));
            prop_assert_eq!(is_other, !same(&plain, &was));
            prop_assert!(same(&column.read(0..LEN), &plain));
            prop_assert!(same(&before.read(0..LEN), &was));
            let mut differing = Vec::new();
            column.apart(&before, |first, now, then| {
                let both = (first..).zip(now.iter().zip(then));
                differing.extend(both.filter(|(_, (now, then))| !now.is_same(then)).map(|(index, _)| index));
            });
            prop_assert!(differing.into_iter().eq((0..LEN).filter(|index| !plain[*index].is_same(&was[*index]))));
            let drawn = drafted(&plain);
            prop_assert!(same(&drawn.read(0..LEN), &plain));
            prop_assert!(drawn.held() == column.held(), "no chunk is held that is blank");
        }
    }
}

fn drafted(plain: &[Slot]) -> Chunked<Slot> {
    let mut draft = Draft::new(plain.len(), Slot::never_reported());
    for (index, slot) in plain.iter().enumerate().rev() {
        draft.put(index, *slot);
    }
    draft.finish()
}

#[test]
fn a_long_column_of_nothing_holds_nothing_and_one_element_holds_its_chunk() {
    let mut column = Chunked::blank(100 * LEN, Slot::never_reported());
    assert_eq!(column.held(), 0);
    assert!(column.set(99 * LEN, Slot::number(1.0)));
    assert_eq!(column.held(), CHUNK);
    assert!(column.set(99 * LEN, Slot::NEVER_REPORTED));
    assert_eq!(column.held(), 0, "what is taken away is not held");
}
