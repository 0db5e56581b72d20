//! Read masks: which fields of an answer a reader wants.
//!
//! *Invariant:* a mask names fields that the message has; what it does not name comes out as if it were not set. A path
//! through a repeated field holds for each of its messages. Messages are filtered as they are written on the wire, by
//! the contract's own descriptors, so that a field of the contract cannot be forgotten here.

use std::{collections::BTreeMap, sync::LazyLock};

use prost::{
    Message,
    encoding::{WireType, decode_key, decode_varint, encode_key, encode_varint},
};
use prost_types::{DescriptorProto, FieldDescriptorProto, FieldMask, FileDescriptorSet};
use tenseven_model::closest;

use crate::{
    DESCRIPTORS,
    convert::{FieldReason, Reader},
};

/// Maximum number of paths that a mask can have.
const PATHS_MAX: usize = 100;

/// The messages of the contract, by full name.
static MESSAGES: LazyLock<BTreeMap<String, DescriptorProto>> = LazyLock::new(|| {
    let files = FileDescriptorSet::decode(DESCRIPTORS).unwrap_or_default().file;
    let named = files.into_iter().flat_map(|file| {
        let package = file.package().to_owned();
        file.message_type.into_iter().map(move |message| (format!(".{package}.{}", message.name()), message))
    });
    named.collect()
});

/// The fields that a reader wants of a message.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ReadMask(BTreeMap<u32, Wanted>);

/// How much of a field is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Wanted {
    Whole,
    Part(ReadMask),
}

impl ReadMask {
    /// The mask of a request for messages of the type named, for example `ScoreTree`; none if all fields are wanted. Each path that is
    /// none of the message is refused.
    pub fn read(reader: &mut Reader, message: &str, mask: Option<FieldMask>) -> Option<Self> {
        let FieldMask { paths } = mask?;
        if paths.len() > PATHS_MAX {
            let problem = format!("names {} paths; at most {PATHS_MAX} are allowed", paths.len());
            reader.refuse("read_mask", FieldReason::TooMany, problem);
            return None;
        }
        let mut wanted = Self::default();
        for (index, path) in paths.iter().enumerate().filter(|(_, path)| *path != "*") {
            if let Err(problem) = wanted.add(&format!(".tenseven.v1.{message}"), path, "") {
                reader.refuse(format!("read_mask.paths[{index}]"), FieldReason::UnknownField, problem);
            }
        }
        let wants_all = paths.is_empty() || paths.iter().any(|path| path == "*");
        (!wants_all).then_some(wanted)
    }

    fn add(&mut self, message: &str, path: &str, before: &str) -> Result<(), String> {
        let (name, rest) = path.split_once('.').map_or((path, None), |(name, rest)| (name, Some(rest)));
        let known = MESSAGES.get(message).map(|message| message.field.as_slice()).unwrap_or_default();
        let short = message.rsplit('.').next().unwrap_or_default();
        let Some(field) = known.iter().find(|field| field.name() == name) else {
            let meant = closest(name, known.iter().map(FieldDescriptorProto::name));
            let meant = meant.map(|meant| format!("; did you mean {before}{meant}?")).unwrap_or_default();
            return Err(format!("{name:?} is no field of {short}{meant}"));
        };
        let number = u32::try_from(field.number()).unwrap_or_default();
        let Some(rest) = rest else {
            self.0.insert(number, Wanted::Whole);
            return Ok(());
        };
        if !MESSAGES.contains_key(field.type_name()) {
            return Err(format!("{name} has no fields of its own; end the path there"));
        }
        let part = self.0.entry(number).or_insert_with(|| Wanted::Part(Self::default()));
        match part {
            Wanted::Whole => Self::default().add(field.type_name(), rest, &format!("{before}{name}.")),
            Wanted::Part(part) => part.add(field.type_name(), rest, &format!("{before}{name}.")),
        }
    }

    /// The message with nothing but what is wanted.
    #[must_use]
    pub fn apply<M: Message + Default>(&self, message: M) -> M {
        let kept = self.filter(&message.encode_to_vec());
        // What was encoded a moment ago can be read; were it not, all is better than nothing.
        kept.and_then(|bytes| M::decode(bytes.as_slice()).ok()).unwrap_or(message)
    }

    fn filter(&self, mut bytes: &[u8]) -> Option<Vec<u8>> {
        let mut kept = Vec::with_capacity(bytes.len());
        while !bytes.is_empty() {
            let (number, kind) = decode_key(&mut bytes).ok()?;
            let length = match kind {
                WireType::Varint => bytes.iter().position(|byte| byte & 0x80 == 0)? + 1,
                WireType::ThirtyTwoBit => 4,
                WireType::SixtyFourBit => 8,
                WireType::LengthDelimited => usize::try_from(decode_varint(&mut bytes).ok()?).ok()?,
                WireType::StartGroup | WireType::EndGroup => return None,
            };
            let (value, rest) = bytes.split_at_checked(length)?;
            bytes = rest;
            let part;
            let value = match self.0.get(&number) {
                None => continue,
                Some(Wanted::Whole) => value,
                Some(Wanted::Part(mask)) => {
                    part = mask.filter(value)?;
                    part.as_slice()
                }
            };
            encode_key(number, kind, &mut kept);
            if kind == WireType::LengthDelimited {
                encode_varint(value.len() as u64, &mut kept);
            }
            kept.extend_from_slice(value);
        }
        Some(kept)
    }
}

/// The message with only the fields of the mask; unchanged if there is no mask.
pub fn masked<M: Message + Default>(mask: Option<&ReadMask>, message: M) -> M {
    match mask {
        Some(mask) => mask.apply(message),
        None => message,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::v1;

    fn mask(paths: &[&str]) -> Result<Option<ReadMask>, Vec<(String, String)>> {
        let paths = paths.iter().map(ToString::to_string).collect();
        let mut reader = Reader::default();
        let read = ReadMask::read(&mut reader, "ScoreTree", Some(FieldMask { paths }));
        let summary =
            |error: crate::Violations| error.0.into_iter().map(|one| (one.path, one.description)).collect();
        reader.finish(Some(read)).map_err(summary)
    }

    fn tree() -> v1::ScoreTree {
        let node = |id: &str, score| v1::NodeScore {
            node: id.into(),
            name: "a name".into(),
            score: Some(score),
            coverage: Some(v1::Coverage { with_data: 2, applicable: 300, share: 0.5, ..Default::default() }),
            ..Default::default()
        };
        v1::ScoreTree {
            area: "MAR".into(),
            period: "2020".into(),
            nodes: vec![node("overall", 1.5), node("mobility", -2.5)],
            criteria: vec![v1::CriterionScore::default()],
            ..Default::default()
        }
    }

    #[test]
    fn only_what_is_named_is_kept_in_every_message_of_a_list() {
        let kept =
            mask(&["area", "nodes.score", "nodes.coverage.applicable"]).unwrap().unwrap().apply(tree());
        assert_eq!((kept.area.as_str(), kept.period.as_str(), kept.criteria.len()), ("MAR", "", 0));
        let nodes: Vec<_> = kept.nodes.iter().map(|node| (node.node.as_str(), node.score)).collect();
        assert_eq!(nodes, [("", Some(1.5)), ("", Some(-2.5))]);
        let coverage = v1::Coverage { applicable: 300, ..Default::default() };
        assert_eq!(kept.nodes[0].coverage, Some(coverage));
    }

    #[test]
    fn a_field_that_is_named_whole_stays_whole_whatever_else_is_named() {
        for paths in [["nodes", "nodes.score"], ["nodes.score", "nodes"]] {
            let kept = mask(&paths).unwrap().unwrap().apply(tree());
            assert_eq!(kept.nodes, tree().nodes);
        }
    }

    #[test]
    fn no_mask_an_empty_one_and_a_star_want_everything() {
        assert_eq!(mask(&[]), Ok(None));
        assert_eq!(mask(&["*", "nodes.score"]), Ok(None));
        assert_eq!(masked(None, tree()), tree());
    }

    #[test]
    fn every_path_that_is_none_is_refused_with_what_may_have_been_meant() {
        let refused =
            mask(&["nodes", "nodes.scor", "nodez", "area.name", "nodes.leaf.valu", "", "*"]).unwrap_err();
        let at = |index: usize, text: &str| (format!("read_mask.paths[{index}]"), text.to_owned());
        assert_eq!(
            refused,
            [
                at(1, "\"scor\" is no field of NodeScore; did you mean nodes.score?"),
                at(2, "\"nodez\" is no field of ScoreTree; did you mean nodes?"),
                at(3, "area has no fields of its own; end the path there"),
                at(4, "\"valu\" is no field of LeafValue; did you mean nodes.leaf.value?"),
                at(5, "\"\" is no field of ScoreTree"),
            ]
        );
    }
}
