//! What became of it, for people or programs.

use std::io::Write as _;

use serde_json::{Map, Value as Json, json};
use tenseven_client::v1;

use crate::output::{number::count, stdout};

/// One fact about what was done.
pub(crate) enum Told {
    /// A number.
    Count(&'static str, u64),
    /// Several numbers.
    Counts(&'static str, Vec<u64>),
    /// A text.
    Text(&'static str, String),
    /// Several texts.
    Texts(&'static str, Vec<String>),
    /// Histories, oldest first.
    Histories(&'static str, Vec<v1::History>),
}

/// Prints facts: a line each, or one JSON object.
pub(crate) fn tell(facts: &[Told], as_json: bool) -> anyhow::Result<()> {
    let mut out = stdout::lock();
    if as_json {
        let fields: Map<String, Json> =
            facts.iter().map(|fact| (name(fact).replace(' ', "_"), value(fact))).collect();
        serde_json::to_writer_pretty(&mut out, &Json::Object(fields))?;
        writeln!(out)?;
    } else {
        for fact in facts {
            line(&mut out, fact)?;
        }
    }
    out.flush()?;
    Ok(())
}

fn name(fact: &Told) -> &'static str {
    match fact {
        Told::Count(name, _)
        | Told::Counts(name, _)
        | Told::Text(name, _)
        | Told::Texts(name, _)
        | Told::Histories(name, _) => name,
    }
}

fn value(fact: &Told) -> Json {
    match fact {
        Told::Count(_, number) => Json::from(*number),
        Told::Counts(_, numbers) => Json::from(numbers.clone()),
        Told::Text(_, text) => Json::from(text.clone()),
        Told::Texts(_, texts) => Json::from(texts.clone()),
        Told::Histories(_, histories) => {
            let history = |one: &v1::History| json!({ "id": one.id, "after_revision": one.after_revision });
            histories.iter().map(history).collect()
        }
    }
}

fn line(out: &mut impl std::io::Write, fact: &Told) -> std::io::Result<()> {
    match fact {
        Told::Count(name, number) => writeln!(out, "{name:<20} {}", count(*number)),
        Told::Counts(name, numbers) if numbers.is_empty() => writeln!(out, "{name:<20} none"),
        Told::Counts(name, numbers) => {
            let numbers: Vec<String> = numbers.iter().map(|number| count(*number)).collect();
            writeln!(out, "{name:<20} {}", numbers.join(", "))
        }
        Told::Text(name, text) => writeln!(out, "{name:<20} {text}"),
        Told::Texts(name, texts) if texts.is_empty() => writeln!(out, "{name:<20} none"),
        Told::Texts(name, texts) => {
            writeln!(out, "{name}:")?;
            texts.iter().try_for_each(|text| writeln!(out, "  {text}"))
        }
        Told::Histories(name, histories) => {
            writeln!(out, "{name}:")?;
            histories.iter().try_for_each(|one| {
                writeln!(out, "  {} after revision {}", one.id, count(one.after_revision))
            })
        }
    }
}
