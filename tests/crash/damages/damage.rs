//! Ways in which a file is damaged.

use std::{fmt, fs, path::Path};

use anyhow::{Context as _, Result};

use crate::outside::{Random, Tree};

/// What is swapped.
const BLOCK: usize = 4_096;

/// What is done to a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Damage {
    FlipBit { offset: usize, bit: u64 },
    Zero { offset: usize, length: usize },
    Truncate { length: usize },
    Append { length: usize },
    SwapBlocks { first: usize, second: usize },
    Delete,
    ReplaceByOlder,
}

impl Damage {
    /// The kinds of damage, by name, in the order of [`Self::choose`].
    pub(super) const KINDS: u64 = 7;

    /// A damage of this kind for a file with this content.
    fn choose(kind: u64, bytes: &[u8], random: &mut Random) -> Option<Self> {
        let length = bytes.len();
        // Files may be filled with zeros ahead; half of all damages are where something was written.
        let written = bytes.iter().rposition(|byte| *byte != 0).map_or(length, |last| last + 1);
        let reach = if random.once_in(2) { written } else { length };
        if reach == 0 && matches!(kind, 0 | 1 | 2 | 4) {
            return None;
        }
        Some(match kind {
            0 => Self::FlipBit { offset: random.place(reach), bit: random.within(0..8) },
            1 => {
                let offset = random.place(reach);
                let most = [16, 512, 4_096, 65_536][random.place(4)];
                Self::Zero { offset, length: (1 + random.place(most)).min(length - offset) }
            }
            2 => Self::Truncate { length: random.place(reach) },
            3 => Self::Append { length: 1 + random.place(8_192) },
            4 => {
                let blocks = length / BLOCK;
                if blocks < 2 {
                    return None;
                }
                let first = random.place((reach / BLOCK).clamp(1, blocks));
                Self::SwapBlocks { first, second: random.place(blocks) }
            }
            5 => Self::Delete,
            _ => Self::ReplaceByOlder,
        })
    }

    /// What the file holds afterwards; none if it is gone.
    fn damaged(&self, bytes: &[u8], older: Option<&[u8]>, random: &mut Random) -> Option<Vec<u8>> {
        let mut bytes = bytes.to_vec();
        match *self {
            Self::FlipBit { offset, bit } => bytes[offset] ^= 1 << bit,
            Self::Zero { offset, length } => bytes[offset..offset + length].fill(0),
            Self::Truncate { length } => bytes.truncate(length),
            Self::Append { length } => {
                bytes.extend((0..length).map(|_| random.within(0..256).to_le_bytes()[0]));
            }
            Self::SwapBlocks { first, second } => {
                for place in 0..BLOCK {
                    bytes.swap(first * BLOCK + place, second * BLOCK + place);
                }
            }
            Self::Delete => return None,
            Self::ReplaceByOlder => bytes = older?.to_vec(),
        }
        Some(bytes)
    }
}

/// One damage that was done to one file.
#[derive(Debug)]
pub(super) struct Done {
    pub(super) file: String,
    pub(super) damage: Damage,
    length: usize,
}

impl fmt::Display for Done {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} ({} bytes): {:?}", self.file, self.length, self.damage)
    }
}

/// Damages one file below a directory, each kind of file and of damage as often as any other. A damage that changes
/// nothing is no damage.
pub(super) fn damage(data: &Path, older: &Tree, random: &mut Random) -> Result<Done> {
    let tree = Tree::read(data)?;
    let mut kinds: Vec<String> = tree.files().map(|(path, _)| kind(path)).collect();
    kinds.sort();
    kinds.dedup();
    for _ in 0..1_000 {
        let chosen = &kinds[random.place(kinds.len())];
        let files: Vec<_> = tree.files().filter(|(path, _)| kind(path) == *chosen).collect();
        let (path, bytes) = files[random.place(files.len())];
        let Some(damage) = Damage::choose(random.within(0..Damage::KINDS), bytes, random) else { continue };
        let before = older.file(path);
        if damage == Damage::ReplaceByOlder && before.is_none() {
            continue;
        }
        match damage.damaged(bytes, before, random) {
            Some(damaged) if damaged == bytes => continue,
            Some(damaged) => fs::write(data.join(path), damaged)?,
            None => fs::remove_file(data.join(path))?,
        }
        return Ok(Done { file: path.display().to_string(), damage, length: bytes.len() });
    }
    None.with_context(|| format!("no file below {} can be damaged", data.display()))
}

/// The kind of a file: its path without what numbers it.
fn kind(path: &Path) -> String {
    let path = path.display().to_string();
    let is_number = |part: &&str| part.len() > 6 && part.chars().all(|letter| letter.is_ascii_hexdigit());
    let parts = path.split_inclusive(['.', '/', '-', '_']);
    let kept = parts.filter(|part| !is_number(&part.trim_end_matches(['.', '/', '-', '_'])));
    kept.collect::<String>().chars().filter(|letter| !letter.is_ascii_digit()).collect()
}
