//! Lists of names on lines that fit into a terminal.

use std::io::{self, Write};

/// Columns of a terminal.
const WIDTH: usize = 80;

/// Writes `title: one, another`, over several lines where it is longer than a terminal is wide. A name is never broken.
pub(super) fn names(out: &mut dyn Write, indent: usize, title: &str, names: &[String]) -> io::Result<()> {
    let mut line = format!("{:indent$}{title}:", "");
    for (index, name) in names.iter().enumerate() {
        let end = if index + 1 < names.len() { "," } else { "" };
        if line.chars().count() + 1 + name.chars().count() + end.len() > WIDTH && !line.trim().is_empty() {
            writeln!(out, "{line}")?;
            line = format!("{:1$}", "", indent + 1);
        }
        line.extend([" ", name, end]);
    }
    writeln!(out, "{line}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(list: &[&str]) -> String {
        let list: Vec<String> = list.iter().map(ToString::to_string).collect();
        let mut out = Vec::new();
        names(&mut out, 4, "areas", &list).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn lines_fit_into_a_terminal_and_no_name_is_broken() {
        assert_eq!(written(&["MAR", "LBY"]), "    areas: MAR, LBY\n");
        let long = "a".repeat(64);
        let text = written(&[&long, "MAR", "m49:015", &long]);
        assert_eq!(text, format!("    areas: {long},\n      MAR, m49:015,\n      {long}\n"));
        assert!(text.lines().all(|line| line.len() <= WIDTH), "{text}");
        let endless = "b".repeat(200);
        assert_eq!(written(&[&endless]), format!("    areas:\n      {endless}\n"));
    }
}
