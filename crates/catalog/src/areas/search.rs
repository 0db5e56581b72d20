//! Searching for areas by codes and by words of their names, in any language of the United Nations.
//!
//! *Invariant:* case, accents and the ways to write a letter do not matter. A short word is found whole only, as the first letters of a
//! name are too often a code of something else.

use tenseven_model::{AreaCode, M49};

use crate::folding::folded;

/// Fewest letters of a word that also finds longer ones that begin with it.
const BEGINNING_LENGTH_MIN: usize = 4;
/// The article that Arabic names have in front of words, and that people leave out.
const ARABIC_ARTICLE: &str = "ال";

/// What an area can be found by.
#[derive(Debug, Clone)]
pub struct Findable<'a, N> {
    /// Its code.
    pub code: &'a AreaCode,
    /// Its alpha-2 code; none where it has none.
    pub alpha2: Option<&'a str>,
    /// Its number in M49; none where it has none.
    pub m49: Option<M49>,
    /// What it is called, in any languages.
    pub names: N,
}

/// What is searched for: a code or number, or words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AreaSearch {
    code: String,
    number: Option<u16>,
    words: Vec<String>,
}

impl AreaSearch {
    /// The search for a text. One without letters and digits finds nothing.
    pub fn new(text: &str) -> Self {
        let code = text.trim();
        let number =
            code.get(..4).filter(|prefix| prefix.eq_ignore_ascii_case("m49:")).map_or(code, |_| &code[4..]);
        let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
        Self {
            code: code.to_owned(),
            number: if is_number { number.parse().ok() } else { None },
            words: words(&folded(code)).map(str::to_owned).collect(),
        }
    }

    /// Whether an area is found: by its code, alpha-2 code or number, or by a name that has every word of the search. A local unit is
    /// found by the code of its country, too.
    pub fn finds<'a>(&self, area: Findable<'_, impl IntoIterator<Item = &'a str>>) -> bool {
        let Findable { code, alpha2, m49, names } = area;
        let is_code = |code: &str| self.code.eq_ignore_ascii_case(code);
        let code = match code {
            AreaCode::Local(country, unit) if is_code(country.as_str()) || self.is_named(unit.as_str()) => {
                return true;
            }
            AreaCode::Local(..) | AreaCode::Country(_) | AreaCode::Group(_) => code.to_string(),
        };
        is_code(&code)
            || alpha2.is_some_and(is_code)
            || m49.is_some_and(|m49| self.number == Some(m49.number()))
            || names.into_iter().any(|name| self.is_named(name))
    }

    fn is_named(&self, name: &str) -> bool {
        let name = folded(name);
        !self.words.is_empty() && self.words.iter().all(|word| has_word(&name, word))
    }
}

/// Whether a name has a word, or a longer one that begins with it. Chinese has no spaces: there it is found anywhere.
fn has_word(name: &str, sought: &str) -> bool {
    if sought.chars().all(is_chinese) {
        return name.contains(sought);
    }
    let is_long = sought.chars().count() >= BEGINNING_LENGTH_MIN;
    let is_it = |word: &str| word == sought || (is_long && word.starts_with(sought));
    words(name).any(|word| is_it(word) || word.strip_prefix(ARABIC_ARTICLE).is_some_and(is_it))
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty())
}

fn is_chinese(c: char) -> bool {
    matches!(c, '\u{4e00}'..='\u{9fff}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Catalog;

    /// The codes of the countries and areas that are found.
    fn found(text: &str) -> Vec<String> {
        let search = AreaSearch::new(text);
        let is_found = |area: &&crate::Area| {
            search.finds(Findable {
                code: &AreaCode::Country(area.alpha3),
                alpha2: area.alpha2.as_deref(),
                m49: area.m49,
                names: std::iter::once(&*area.name).chain(area.translations.iter()),
            })
        };
        let areas = Catalog::bundled().areas();
        areas.iter().filter(is_found).map(|area| area.alpha3.to_string()).collect()
    }

    #[test]
    fn finds_by_codes_and_numbers_in_any_case() {
        for text in ["MAR", "mar", " Mar ", "MA", "ma", "504", "m49:504", "M49:504"] {
            assert_eq!(found(text), ["MAR"], "{text:?}");
        }
        for text in ["004", "4"] {
            assert_eq!(found(text), ["AFG"], "{text:?}");
        }
        assert_eq!(found("NA"), ["NAM"]);
    }

    #[test]
    fn finds_by_words_of_names_in_six_languages() {
        for text in ["Morocco", "moroc", "Maroc", "Marruecos", "Марокко", "المغرب", "مغرب", "摩洛哥", "摩洛"]
        {
            assert_eq!(found(text), ["MAR"], "{text:?}");
        }
        assert_eq!(found("guinea"), ["GIN", "GNB", "GNQ", "PNG"]);
        assert_eq!(found("new guinea"), ["PNG"]);
    }

    #[test]
    fn case_and_accents_do_not_matter() {
        for text in ["cote d'ivoire", "CÔTE D’IVOIRE", "co\u{302}te ivoire", "КОТ-Д'ИВУАР"] {
            assert_eq!(found(text), ["CIV"], "{text:?}");
        }
        assert_eq!(found("turkiye"), ["TUR"]);
        assert_eq!(found("espana"), ["ESP"]);
    }

    #[test]
    fn a_short_word_is_found_whole_only_and_none_inside_another() {
        assert_eq!(found("oman"), ["OMN"]);
        assert_eq!(found("mal"), [""; 0]);
        assert_eq!(found(""), [""; 0]);
        assert_eq!(found("—"), [""; 0]);
    }

    #[test]
    fn a_local_unit_is_found_by_its_code_its_country_and_its_name() {
        let unit: AreaCode = "MAR/casablanca-settat".parse().unwrap();
        let finds = |text: &str| {
            AreaSearch::new(text).finds(Findable { code: &unit, alpha2: None, m49: None, names: [] })
        };
        for text in ["MAR/casablanca-settat", "mar/Casablanca-Settat", "mar", "Settat", "casa"] {
            assert!(finds(text), "{text:?}");
        }
        for text in ["MA", "MAR/casablanca", "rabat"] {
            assert!(!finds(text), "{text:?}");
        }
    }
}
