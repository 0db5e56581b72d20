//! What countries and areas are called in other languages than English.

/// The names of a country or area in the languages of the United Nations other than English; empty where M49 does not list it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Translations {
    /// In Arabic.
    pub arabic: String,
    /// In Chinese.
    pub chinese: String,
    /// In French.
    pub french: String,
    /// In Russian.
    pub russian: String,
    /// In Spanish.
    pub spanish: String,
}

impl Translations {
    /// Every name.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        let Self { arabic, chinese, french, russian, spanish } = self;
        [arabic, chinese, french, russian, spanish].into_iter().map(String::as_str)
    }
}
