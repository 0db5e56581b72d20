//! Connections whose HTTP/2 frames are written by hand.

use std::{io::Write as _, net::TcpStream};

use crate::Server;

/// What every HTTP/2 connection starts with.
pub const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
/// A SETTINGS frame that sets nothing.
pub const SETTINGS: &[u8] = &[0, 0, 0, 4, 0, 0, 0, 0, 0];

/// A connection over which these bytes are sent.
pub fn connect(server: &Server, sent: &[u8]) -> TcpStream {
    let address = server.address().trim_start_matches("http://");
    let mut stream = TcpStream::connect(address).expect("the server accepts connections");
    stream.write_all(sent).expect("the server reads");
    stream
}

/// A frame of this kind with these flags.
pub fn frame(stream: u32, [kind, flags]: [u8; 2], content: &[u8]) -> Vec<u8> {
    let length = length(content).to_be_bytes();
    [&length[1..], &[kind, flags], &stream.to_be_bytes(), content].concat()
}

/// The headers of a call, as a block.
pub fn headers(path: &str) -> Vec<u8> {
    let mut headers = Vec::new();
    for (name, value) in [
        (":method", "POST"),
        (":scheme", "http"),
        (":path", path),
        (":authority", "a"),
        ("content-type", "application/grpc"),
        ("te", "trailers"),
    ] {
        headers.extend(literal(name, value));
    }
    headers
}

/// A header as a literal that is not indexed, in a block; name and value are shorter than 127 bytes.
pub fn literal(name: &str, value: &str) -> Vec<u8> {
    let mut header = vec![0];
    for text in [name, value] {
        header.push(u8::try_from(text.len()).expect("names and values are short"));
        header.extend(text.as_bytes());
    }
    header
}

/// The frames of a call.
pub fn call(stream: u32, path: &str, message: &[u8]) -> Vec<u8> {
    let body = [&[0][..], &length(message).to_be_bytes(), message].concat();
    [frame(stream, [1, 4], &headers(path)), frame(stream, [0, 1], &body)].concat()
}

fn length(content: &[u8]) -> u32 {
    u32::try_from(content.len()).expect("messages are small")
}
