//! Changes to the fields of requests: values that are possible in the encoding, and that nobody sends.

use bytes::Bytes;
use prost_reflect::{DynamicMessage, FieldDescriptor, Kind, MapKey, ReflectMessage as _, Value};

use crate::random::Random;

const CHANGES_MAX: usize = 3;
/// Elements that are added to a list at most.
const ELEMENTS_MAX: usize = 1_200;
/// The characters of long texts, the last of which are rare.
const LONG: [usize; 6] = [64, 129, 300, 4_001, 20_000, 300_000];
const TEXTS: [&str; 18] = [
    "",
    " ",
    "*",
    "0",
    "-1",
    "1e999",
    "NaN",
    "MAR",
    "m49:015",
    "MAR/tangier",
    "2020",
    "2020-Q1",
    "9999-12",
    "../..",
    "a\nb",
    "\u{0}",
    "\u{202e}abc",
    "𝔘𝔫𝔦\u{301}\u{301}\u{301}",
];
const FLOATS: [f64; 12] = [
    0.0,
    -0.0,
    1.0,
    -1.0,
    100.0,
    f64::NAN,
    f64::INFINITY,
    f64::NEG_INFINITY,
    f64::MAX,
    f64::MIN_POSITIVE,
    9_007_199_254_740_993.0,
    1e-300,
];

/// Changes a message in a few fields; texts can come from these.
pub(crate) fn change(random: &mut Random, message: &mut DynamicMessage, texts: &[String]) {
    for _ in 0..=random.below(CHANGES_MAX) {
        change_once(random, message, texts);
    }
}

fn change_once(random: &mut Random, message: &mut DynamicMessage, texts: &[String]) {
    let descriptor = message.descriptor();
    let all: Vec<FieldDescriptor> = descriptor.fields().collect();
    if all.is_empty() {
        return;
    }
    let there: Vec<FieldDescriptor> = all.iter().filter(|field| message.has_field(field)).cloned().collect();
    let field = if there.is_empty() || random.once_in(4) { random.pick(&all) } else { random.pick(&there) };
    if field.is_map() {
        change_map(random, message, field, texts);
    } else if field.is_list() {
        let Value::List(items) = message.get_field_mut(field) else { return };
        change_list(random, items, field, texts);
    } else if random.once_in(8) {
        message.clear_field(field);
    } else if message.has_field(field) {
        change_value(random, message.get_field_mut(field), field, texts);
    } else {
        message.set_field(field, value(random, field, texts));
    }
}

fn change_list(random: &mut Random, items: &mut Vec<Value>, field: &FieldDescriptor, texts: &[String]) {
    match random.below(8) {
        0 => items.clear(),
        1 if !items.is_empty() => drop(items.swap_remove(random.below(items.len()))),
        2 if !items.is_empty() => {
            let item = random.pick(items).clone();
            let count = if random.once_in(8) { random.below(ELEMENTS_MAX) } else { 1 };
            items.extend(std::iter::repeat_n(item, count));
        }
        3 | 4 => items.push(value(random, field, texts)),
        _ if items.is_empty() => items.push(value(random, field, texts)),
        _ => {
            let place = random.below(items.len());
            change_value(random, &mut items[place], field, texts);
        }
    }
}

fn change_map(random: &mut Random, message: &mut DynamicMessage, field: &FieldDescriptor, texts: &[String]) {
    let Kind::Message(entry) = field.kind() else { return };
    let made = value(random, &entry.map_entry_value_field(), texts);
    if let (Value::Map(items), Kind::String) =
        (message.get_field_mut(field), entry.map_entry_key_field().kind())
    {
        items.insert(MapKey::String(text(random, texts)), made);
    }
}

fn change_value(random: &mut Random, changed: &mut Value, field: &FieldDescriptor, texts: &[String]) {
    match changed {
        Value::Message(inner) if !random.once_in(10) => change_once(random, inner, texts),
        Value::String(text) if random.once_in(3) => edit(random, text),
        other => *other = value(random, field, texts),
    }
}

/// Changes a text a little.
fn edit(random: &mut Random, text: &mut String) {
    let places: Vec<usize> = text.char_indices().map(|(place, _)| place).chain([text.len()]).collect();
    let place = *random.pick(&places);
    match random.below(4) {
        0 => text.truncate(place),
        1 => text.insert_str(place, random.pick::<&str>(&TEXTS)),
        2 => *text = text.to_uppercase(),
        _ => *text = text.split_off(place),
    }
}

/// Any value of the type of a field; one element if the field is a list.
fn value(random: &mut Random, field: &FieldDescriptor, texts: &[String]) -> Value {
    let number = match random.below(6) {
        0 => 0,
        1 => 1,
        2 => u64::MAX,
        3 => 1 << 63,
        4 => 0x7fff_ffff,
        _ => random.number(),
    };
    let low = (number & 0xffff_ffff) as u32;
    match field.kind() {
        Kind::Double => Value::F64(*random.pick(&FLOATS)),
        Kind::Float => Value::F32(*random.pick(&FLOATS) as f32),
        Kind::Int32 | Kind::Sint32 | Kind::Sfixed32 => Value::I32(low.cast_signed()),
        Kind::Int64 | Kind::Sint64 | Kind::Sfixed64 => Value::I64(number.cast_signed()),
        Kind::Uint32 | Kind::Fixed32 => Value::U32(low),
        Kind::Uint64 | Kind::Fixed64 => Value::U64(if random.once_in(2) { number % 400 } else { number }),
        Kind::Bool => Value::Bool(number & 1 == 1),
        Kind::String => Value::String(text(random, texts)),
        Kind::Bytes => {
            let count = *random.pick(&[0, 1, 16, 32, 5_000]);
            Value::Bytes(Bytes::from(random.bytes(count)))
        }
        Kind::Enum(_) => {
            Value::EnumNumber(*random.pick(&[0, 1, 2, 3, 4, 5, 6, 7, 99, -1, i32::MAX, i32::MIN]))
        }
        Kind::Message(descriptor) => {
            let mut made = DynamicMessage::new(descriptor);
            if !random.once_in(4) {
                change_once(random, &mut made, texts);
                change_once(random, &mut made, texts);
            }
            Value::Message(made)
        }
    }
}

fn text(random: &mut Random, texts: &[String]) -> String {
    match random.below(10) {
        0..6 => random.pick(texts).clone(),
        6 | 7 => (*random.pick::<&str>(&TEXTS)).to_owned(),
        8 => random.uuid(),
        _ => {
            // The longest are rare.
            let place = random.below(LONG.len()).min(random.below(LONG.len()));
            random.pick(&["x", "é", "界", " ", "0"]).repeat(LONG[place])
        }
    }
}
