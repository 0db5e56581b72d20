//! Reading the text of a framework from a file or from standard input.

use std::{io::Read as _, path::Path};

use anyhow::Context as _;

/// Longest text that is read, in bytes.
const LENGTH_MAX: u64 = 16 * 1024 * 1024;

/// The text of a file, or what is wrong with its encoding.
pub(super) fn text(file: &Path) -> anyhow::Result<Result<String, String>> {
    let name = file.display();
    let bytes = read(file).with_context(|| format!("{name} cannot be read"))?;
    Ok(String::from_utf8(bytes).map_err(|error| {
        let (line, column) = end_of(&error.as_bytes()[..error.utf8_error().valid_up_to()]);
        format!("{name}:{line}:{column}: framework: the text is no UTF-8 from here on; save it as UTF-8")
    }))
}

/// The line and the column, in characters, that follow a text.
fn end_of(text: &[u8]) -> (usize, usize) {
    let text = String::from_utf8_lossy(text);
    let mut lines = text.split('\n');
    (lines.clone().count(), lines.next_back().unwrap_or_default().chars().count() + 1)
}

fn read(file: &Path) -> anyhow::Result<Vec<u8>> {
    let mut text = Vec::new();
    let reader: Box<dyn std::io::Read> = if file == Path::new("-") {
        Box::new(std::io::stdin().lock())
    } else {
        Box::new(std::fs::File::open(file)?)
    };
    reader.take(LENGTH_MAX + 1).read_to_end(&mut text)?;
    anyhow::ensure!(text.len() as u64 <= LENGTH_MAX, "it has more than {LENGTH_MAX} bytes");
    Ok(text)
}
