//! Areas by the codes and names that are in use.

use std::{collections::HashMap, sync::LazyLock};

use tenseven_catalog::{Area, Catalog};
use tenseven_model::{Alpha3, AreaCode};

/// The countries and areas by their names in lower case; several where a name is not of one alone.
static NAMES: LazyLock<HashMap<String, Vec<Alpha3>>> = LazyLock::new(|| {
    let mut names: HashMap<String, Vec<Alpha3>> = HashMap::new();
    for (name, area) in Catalog::bundled().areas().names() {
        names.entry(folded(name)).or_default().push(area);
    }
    names
});

/// The code of an area that is given by its alpha-3 or alpha-2 code in any case, its number in M49 with three digits or after `m49:`, or
/// its name. What is none of these is left as it is.
pub(crate) fn area(written: &str) -> Result<String, String> {
    let written = written.trim();
    if let Some((country, unit)) = written.split_once('/') {
        return Ok(format!("{}/{unit}", area(country)?));
    }
    let prefixed = written.strip_prefix("m49:").or_else(|| written.strip_prefix("M49:"));
    let number = prefixed.unwrap_or(written);
    if (1..=3).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit()) {
        let meant = numbered(number);
        return match meant {
            Some(meant) if prefixed.is_none() && number.len() < 3 => Err(unpadded(number, &meant)),
            meant => Ok(meant.unwrap_or_else(|| written.to_owned())),
        };
    }
    let upper = written.to_ascii_uppercase();
    match (written.len(), upper.as_str()) {
        (2, "NA") => Err(
            "\"NA\" may be Namibia or a value that is missing; write NAM for Namibia, or leave the row out"
                .to_owned(),
        ),
        (2, code) => match find(|area| area.alpha2.as_deref() == Some(code)) {
            Some(found) => Ok(found),
            None => of_other_lists(written, code),
        },
        (3, code) if code.parse::<Alpha3>().is_ok() => Ok(upper),
        _ => named(written),
    }
}

/// A code of two letters that is none of ISO 3166: refused with what it means elsewhere, or left as it is.
fn of_other_lists(written: &str, code: &str) -> Result<String, String> {
    let areas = Catalog::bundled().areas();
    let meant: Vec<String> = areas.meant_by_text(code).iter().map(|area| areas.described(area)).collect();
    if meant.is_empty() {
        return Ok(written.to_owned());
    }
    Err(format!("{written:?} is no code of ISO 3166; did you mean {}?", meant.join(" or ")))
}

/// Why a number of one or two digits is refused: it may be one of another list, or a row number. Zeros that a spreadsheet program
/// took away are named with the area that they would lead to.
fn unpadded(number: &str, meant: &str) -> String {
    let areas = Catalog::bundled().areas();
    let described = meant.parse().map_or_else(|_| meant.to_owned(), |code| areas.described(&code));
    format!(
        "{number:?} has fewer than the three digits of a number in M49; write {number:0>3} or m49:{number:0>3} for {described}"
    )
}

/// The area or group with this number in M49; none if there is neither.
fn numbered(number: &str) -> Option<String> {
    let m49 = format!("{number:0>3}").parse().ok()?;
    let group = || Catalog::bundled().areas().group(m49).map(|group| AreaCode::Group(group.code).to_string());
    find(|area| area.m49 == Some(m49)).or_else(group)
}

fn find(is_meant: impl Fn(&Area) -> bool) -> Option<String> {
    Catalog::bundled().areas().iter().find(|area| is_meant(area)).map(|area| area.alpha3.to_string())
}

fn named(written: &str) -> Result<String, String> {
    match NAMES.get(&folded(written)).map(Vec::as_slice) {
        // What could be no code is a name that is not known.
        None | Some([])
            if written.chars().count() > 3
                && written.chars().all(|c| c.is_alphabetic() || " '-.,()".contains(c)) =>
        {
            let word = written.split_whitespace().max_by_key(|word| word.chars().count()).unwrap_or(written);
            Err(format!(
                "{written:?} is no area's name as M49 writes it; `tenseven areas {word}` finds its code"
            ))
        }
        None | Some([]) => Ok(written.to_owned()),
        Some([only]) => Ok(only.to_string()),
        Some(several) => {
            let codes: Vec<String> = several.iter().map(ToString::to_string).collect();
            Err(format!("{written:?} may be {}; write the code", codes.join(" or ")))
        }
    }
}

/// A name without what writers differ in: case, spaces, the shape of apostrophes.
fn folded(name: &str) -> String {
    let name = name.replace('\u{2019}', "'").to_lowercase();
    name.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_and_names_of_an_area_are_its_alpha_3_code() {
        for written in ["MAR", "mar", "Ma", "504", "m49:504", "Morocco", " MOROCCO "] {
            assert_eq!(area(written).as_deref(), Ok("MAR"), "{written}");
        }
        for (written, meant) in [
            ("m49:4", "AFG"),
            ("004", "AFG"),
            ("Côte d\u{2019}Ivoire", "CIV"),
            ("netherlands", "NLD"),
            ("ma/casablanca", "MAR/casablanca"),
            ("XKX", "XKX"),
            ("015", "m49:015"),
            ("m49:015", "m49:015"),
        ] {
            assert_eq!(area(written).as_deref(), Ok(meant), "{written}");
        }
    }

    #[test]
    fn what_is_not_known_is_left_and_what_is_ambiguous_refused() {
        for written in ["QQ", "KYZ", "999", "", "_Z"] {
            assert_eq!(area(written).as_deref(), Ok(written));
        }
        assert!(area("South Korea").unwrap_err().contains("`tenseven areas Korea`"));
        assert!(area("NA").unwrap_err().contains("NAM"));
        assert!(area("uk").unwrap_err().contains("did you mean GBR"));
        for (written, remedy) in [
            ("4", "write 004 or m49:004 for AFG (Afghanistan)"),
            ("15", "write 015 or m49:015 for m49:015 (Northern Africa)"),
            ("4/kabul", "write 004"),
        ] {
            let error = area(written).unwrap_err();
            assert!(error.contains(remedy), "{written}: {error}");
        }
        assert_eq!(area("77").as_deref(), Ok("77"));
    }
}
