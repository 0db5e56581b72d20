//! The facts that a command prints, for people or programs.

use std::io::Write as _;

use serde_json::{Map, Value as Json, json};
use tenseven_client::v1;

use crate::output::{number::count, stdout};

/// One fact.
pub(crate) enum Fact {
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
pub(crate) fn print_facts(facts: &[Fact], as_json: bool) -> anyhow::Result<()> {
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

fn name(fact: &Fact) -> &'static str {
    match fact {
        Fact::Count(name, _)
        | Fact::Counts(name, _)
        | Fact::Text(name, _)
        | Fact::Texts(name, _)
        | Fact::Histories(name, _) => name,
    }
}

fn value(fact: &Fact) -> Json {
    match fact {
        Fact::Count(_, number) => Json::from(*number),
        Fact::Counts(_, numbers) => Json::from(numbers.clone()),
        Fact::Text(_, text) => Json::from(text.clone()),
        Fact::Texts(_, texts) => Json::from(texts.clone()),
        Fact::Histories(_, histories) => {
            let history = |one: &v1::History| json!({ "id": one.id, "after_revision": one.after_revision });
            histories.iter().map(history).collect()
        }
    }
}

fn line(out: &mut impl std::io::Write, fact: &Fact) -> std::io::Result<()> {
    match fact {
        Fact::Count(name, number) => writeln!(out, "{name:<20} {}", count(*number)),
        Fact::Counts(name, numbers) if numbers.is_empty() => writeln!(out, "{name:<20} none"),
        Fact::Counts(name, numbers) => {
            let numbers: Vec<String> = numbers.iter().map(|number| count(*number)).collect();
            writeln!(out, "{name:<20} {}", numbers.join(", "))
        }
        Fact::Text(name, text) => writeln!(out, "{name:<20} {text}"),
        Fact::Texts(name, texts) if texts.is_empty() => writeln!(out, "{name:<20} none"),
        Fact::Texts(name, texts) => {
            writeln!(out, "{name}:")?;
            texts.iter().try_for_each(|text| writeln!(out, "  {text}"))
        }
        Fact::Histories(name, histories) => {
            writeln!(out, "{name}:")?;
            histories.iter().try_for_each(|one| {
                writeln!(out, "  {} after revision {}", one.id, count(one.after_revision))
            })
        }
    }
}
