//! The worst requests of a message type: each of its fields as large, or as often, as fits.

use bytes::{BufMut as _, Bytes, BytesMut};
use prost_reflect::{FieldDescriptor, Kind, MessageDescriptor};

/// How deep fields of fields are filled.
const DEPTH_MAX: usize = 3;
/// Bytes that the key and the length of a field take at most.
const HEAD_BYTES: usize = 16;
/// A field that no message has.
const UNKNOWN: u32 = 1_000;

/// The worst requests of at most `bytes`, each with a description.
pub(super) fn worst(message: &MessageDescriptor, bytes: usize) -> Vec<(String, Bytes)> {
    let mut requests = fields(message, "", bytes, 1);
    requests.push(("fields that are not known".to_owned(), repeated(&varint_field(UNKNOWN), bytes)));
    requests
}

fn fields(message: &MessageDescriptor, within: &str, bytes: usize, depth: usize) -> Vec<(String, Bytes)> {
    message.fields().flat_map(|field| filled(&field, within, bytes, depth)).collect()
}

/// A field as large as fits, and where it repeats as often, too.
fn filled(field: &FieldDescriptor, within: &str, bytes: usize, depth: usize) -> Vec<(String, Bytes)> {
    let path = format!("{within}{}", field.name());
    let mut requests = Vec::new();
    let Some(room) = bytes.checked_sub(HEAD_BYTES) else { return requests };
    match field.kind() {
        Kind::Message(inner) => {
            if field.is_list() || field.is_map() {
                let empty = delimited(field.number(), &[]);
                requests.push((format!("many empty {path}"), repeated(&empty, bytes)));
                let small: Vec<u8> = inner.fields().take(2).flat_map(|field| smallest(&field)).collect();
                let small = delimited(field.number(), &small);
                requests.push((format!("many small {path}"), repeated(&small, bytes)));
            }
            if depth < DEPTH_MAX {
                let inner = fields(&inner, &format!("{path}."), room, depth + 1);
                requests
                    .extend(inner.into_iter().map(|(what, inner)| (what, delimited(field.number(), &inner))));
            }
        }
        Kind::String | Kind::Bytes => {
            requests.push((format!("a long {path}"), delimited(field.number(), &vec![b'a'; room])));
            if field.is_list() {
                requests
                    .push((format!("many empty {path}"), repeated(&delimited(field.number(), &[]), bytes)));
            }
        }
        _ => requests.push((format!("many {path}"), repeated(&varint_field(field.number()), bytes))),
    }
    requests
}

/// A field with as little as it can hold.
fn smallest(field: &FieldDescriptor) -> Bytes {
    match field.kind() {
        Kind::Message(_) | Kind::String | Kind::Bytes => delimited(field.number(), b""),
        _ => varint_field(field.number()),
    }
}

fn repeated(part: &[u8], bytes: usize) -> Bytes {
    part.repeat(bytes / part.len()).into()
}

/// A field of the wire type that has a length.
fn delimited(number: u32, content: &[u8]) -> Bytes {
    let mut field = BytesMut::with_capacity(HEAD_BYTES + content.len());
    varint(&mut field, u64::from(number) << 3 | 2);
    varint(&mut field, content.len() as u64);
    field.put_slice(content);
    field.freeze()
}

/// A field of the wire type that has a number.
fn varint_field(number: u32) -> Bytes {
    let mut field = BytesMut::new();
    varint(&mut field, u64::from(number) << 3);
    field.put_u8(1);
    field.freeze()
}

fn varint(field: &mut BytesMut, mut number: u64) {
    while number >= 0x80 {
        field.put_u8(number.to_le_bytes()[0] | 0x80);
        number >>= 7;
    }
    field.put_u8(number.to_le_bytes()[0]);
}
