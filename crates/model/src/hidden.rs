//! Characters that do not show: what has no place in addresses, and must not reach a terminal.

/// Whether a character acts on what displays a text instead of being displayed: a control character, line ends and tabs
/// among them, or one that turns the direction of text.
pub fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_of_any_script_show() {
        assert!("é 面 ا 🌍 -".chars().all(|character| !is_hidden(character)));
        assert!("\u{1b}\u{7}\n\t\u{9b}\u{202e}\u{2066}\u{200f}".chars().all(is_hidden));
    }
}
