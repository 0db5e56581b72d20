//! From the text of a framework to the framework.

use std::collections::HashSet;

use tenseven_model::{Framework, FrameworkDraft};
use toml::de::DeTable;

use super::{
    FrameworkTextError, TextFinding,
    findings::Findings,
    head,
    indicator::{self, indicator},
    inheritance::Inheritance,
    locate::Located,
    names::{Ids, Known, Names},
    node, report, schema, sets,
    table::Table,
};

/// How a framework is written: every key with its meaning, in Markdown.
pub const FRAMEWORK_REFERENCE: &str = include_str!("../../FRAMEWORK.md");

/// Most parts of one kind, as indicators.
const PARTS_MAX: usize = 10_000;

/// Reads a framework that was accepted before, perhaps by an earlier release: what it refers to outside itself
/// (measures, instruments, groups of areas) is taken as it is, because what ships may have changed since.
pub fn parse_stored_framework(text: &str) -> Result<Framework, FrameworkTextError> {
    parse(text, &Known::anything())
}

/// Reads a framework that may refer to what is known.
pub(crate) fn parse(text: &str, known: &Known<'_>) -> Result<Framework, FrameworkTextError> {
    let findings = Findings::new(text);
    let (entries, errors) = DeTable::parse_recoverable(text);
    for error in &errors {
        let at = error.span().map_or(text.len(), |span| span.start);
        findings.add(at, "framework", String::new(), format!("the text is no TOML: {}", error.message()));
    }
    let framework = if errors.is_empty() { read(entries.get_ref(), &findings, known) } else { None };
    match (framework, findings.into_error()) {
        (Some(framework), None) => Ok(framework),
        (_, Some(error)) => Err(error),
        // Only a draft that nothing is said about could lead here.
        (None, None) => Err(FrameworkTextError { findings: vec![unreadable()] }),
    }
}

fn ids<'p, 'a: 'p>(parts: impl Iterator<Item = &'p Table<'a>>) -> impl Iterator<Item = &'a str> {
    parts.filter_map(|part| part.text_unchecked("id"))
}

fn unreadable() -> TextFinding {
    TextFinding {
        line: 1,
        column: 1,
        place: "framework".to_owned(),
        key: String::new(),
        problem: "cannot be read; compare it with a framework that ships".to_owned(),
    }
}

/// The parts of the text, in its order.
struct Parts<'a> {
    groups: Vec<Table<'a>>,
    bands: Vec<Table<'a>>,
    criteria: Vec<Table<'a>>,
    rubrics: Vec<Table<'a>>,
    nodes: Vec<Table<'a>>,
    indicators: Vec<Table<'a>>,
    report: Vec<Table<'a>>,
}

impl<'a> Parts<'a> {
    fn of(root: &Table<'a>) -> Self {
        Self {
            groups: root.parts("groups", "group", schema::GROUP),
            bands: root.parts("bands", "band", schema::BAND),
            criteria: root.parts("criteria", "criterion", schema::CRITERION),
            rubrics: root.parts("rubrics", "rubric", schema::RUBRIC),
            nodes: root.parts("nodes", "node", schema::NODE),
            indicators: root.parts("indicators", "indicator", schema::INDICATOR),
            report: root.parts("report", "report clause", schema::CLAUSE),
        }
    }

    fn all(&self) -> impl Iterator<Item = &Table<'a>> {
        let Self { groups, bands, criteria, rubrics, nodes, indicators, report } = self;
        [groups, bands, criteria, rubrics, nodes, indicators, report].into_iter().flatten()
    }

    /// Whether there are few enough of each kind to look at each; a finding if not.
    fn are_few_enough(&self, root: &Table<'_>) -> bool {
        let Self { groups, bands, criteria, rubrics, nodes, indicators, report } = self;
        let kinds = [
            ("groups", groups),
            ("bands", bands),
            ("criteria", criteria),
            ("rubrics", rubrics),
            ("nodes", nodes),
            ("indicators", indicators),
            ("report", report),
        ];
        let too_many: Vec<_> = kinds.into_iter().filter(|(_, parts)| parts.len() > PARTS_MAX).collect();
        for (key, parts) in &too_many {
            root.find(key, format!("there are {}; at most {PARTS_MAX} are allowed", parts.len()));
        }
        too_many.is_empty()
    }

    fn names(&self) -> Names<'a> {
        Ids::of("clause", &self.report);
        let branches: HashSet<_> = ids(self.nodes.iter()).collect();
        let scored = || self.indicators.iter().filter(|part| part.has("parent"));
        Names {
            groups: Ids::of("group", &self.groups),
            bands: Ids::of("band", &self.bands),
            criteria: Ids::of("criterion", &self.criteria),
            indicators: Ids::of("indicator", &self.indicators),
            nodes: Ids::of("node", self.nodes.iter().chain(scored())),
            leaves: ids(scored()).filter(|id| !branches.contains(id)).collect(),
            rubrics: Ids::of("rubric", &self.rubrics),
            rubrics_by_id: head::rubrics(&self.rubrics),
        }
    }
}

fn read<'a>(entries: &'a DeTable<'a>, findings: &'a Findings<'a>, known: &Known<'_>) -> Option<Framework> {
    let root = Table::root(entries, schema::FRAMEWORK, findings);
    let parts = Parts::of(&root);
    if !parts.are_few_enough(&root) {
        return None;
    }
    let names = parts.names();
    let mut draft = head::draft(&root, &names, known)?;
    draft.groups = sets::groups(&parts.groups, known);
    draft.bands = head::bands(&parts.bands);
    draft.criteria = head::criteria(&parts.criteria);
    draft.nodes = parts.nodes.iter().filter_map(|part| node::branch(part, &names, known)).collect();
    let inheritance = Inheritance::of(&parts.nodes, &names, known);
    for part in &parts.indicators {
        let Some((indicator, kind_is_known)) = indicator(part, &names, known) else { continue };
        if kind_is_known {
            draft.nodes.extend(indicator::node(part, &indicator, &names, &inheritance));
        }
        draft.indicators.push(indicator);
    }
    draft.report =
        parts.report.iter().filter_map(|part| report::clause(part, &names, &draft.indicators)).collect();
    check(draft, &Located::new(&root, parts.all()))
}

/// The framework if the draft works. What does not is added to the findings.
fn check(draft: FrameworkDraft, located: &Located<'_, '_>) -> Option<Framework> {
    // The draft is needed to tell what follows from what, and `check` takes it.
    let written = draft.clone();
    draft.check().map_err(|error| located.add(&error, &written)).ok()
}
