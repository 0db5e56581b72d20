//! Texts that are made to be slow: the work grows with the text and no faster.

use std::fmt::Write as _;

use crate::{FrameworkTextError, parse_framework};

/// Longest text that a server takes, in bytes.
const BYTES_MAX: usize = 1024 * 1024;
/// What is far too long for any text of that size, in debug builds on a busy machine.
const SECONDS_MAX: u64 = 20;

const HEAD: &str =
    "id = \"x\"\nversion = \"1.0.0\"\ntitle = \"X\"\n\n[[nodes]]\nid = \"overall\"\nname = \"O\"\n";

#[expect(clippy::disallowed_methods, reason = "a test of how long something takes")]
fn read(text: &str) -> Result<usize, FrameworkTextError> {
    assert!(text.len() <= BYTES_MAX, "{} bytes", text.len());
    let started = std::time::Instant::now();
    let read = parse_framework(text).map(|framework| framework.nodes().len());
    assert!(started.elapsed().as_secs() < SECONDS_MAX, "{:?}", started.elapsed());
    read
}

fn problems(text: &str) -> Vec<String> {
    read(text).unwrap_err().findings.into_iter().map(|finding| finding.problem).collect()
}

/// An indicator with a formula; scored if `parent`.
fn computed(text: &mut String, id: &str, formula: &str, is_scored: bool) {
    let parent = if is_scored { "parent = \"overall\"\n" } else { "" };
    write!(text, "[[indicators]]\nid = \"{id}\"\nname = \"N\"\nformula = \"{formula}\"\n{parent}").unwrap();
}

/// Layers of indicators that each read all of the layer below.
fn layered(layers: usize, width: usize, is_scored: bool) -> String {
    let mut text = format!("{HEAD}normalise = {{ method = \"none\" }}\n");
    text += "[[indicators]]\nid = \"seen\"\nname = \"N\"\nkind = \"count\"\n";
    for layer in 0..layers {
        for place in 0..width {
            let below: Vec<_> =
                (0..width).map(|below| format!("[i{}-{below}]", layer.wrapping_sub(1))).collect();
            let formula = if layer == 0 { "[seen]".to_owned() } else { below.join(" + ") };
            computed(
                &mut text,
                &format!("i{layer}-{place}"),
                &formula,
                is_scored || layer + 1 == layers && place == 0,
            );
        }
    }
    text
}

#[test]
fn layers_of_formulas_are_read_in_no_time_where_one_is_scored() {
    assert_eq!(read(&layered(20, 45, false)), Ok(2));
}

#[test]
fn formulas_that_read_too_much_together_are_refused() {
    let problems = problems(&layered(20, 45, true));
    assert_eq!(problems.len(), 1);
    assert!(problems[0].contains("read 50000 values or more"), "{problems:?}");
}

#[test]
fn a_thick_knot_of_formulas_is_found_in_no_time() {
    let mut text = format!("{HEAD}normalise = {{ method = \"none\" }}\n");
    let all: Vec<_> = (0..150).map(|other| format!("[k{other}]")).collect();
    for place in 0..900 {
        computed(&mut text, &format!("k{place}"), &all.join("+"), true);
    }
    let problems = problems(&text);
    assert!(problems.iter().filter(|problem| problem.contains("is computed from itself")).count() >= 150);
}

#[test]
fn a_long_chain_of_formulas_is_refused_once_for_each_that_is_too_deep() {
    let mut text = format!("{HEAD}normalise = {{ method = \"none\" }}\n");
    text += "[[indicators]]\nid = \"c0\"\nname = \"N\"\nkind = \"count\"\n";
    for place in 1..1000 {
        computed(&mut text, &format!("c{place}"), &format!("[c{}]", place - 1), place == 999);
    }
    let problems = problems(&text);
    assert!(
        problems.iter().filter(|problem| problem.contains("more than 64 deep")).count() == 935,
        "{}",
        problems.len()
    );
}

#[test]
fn what_leaves_inherit_stays_small() {
    let leaves = |head: &str| {
        let mut text = head.to_owned();
        while text.len() < BYTES_MAX - 200 {
            let place = text.len();
            write!(text, "[[indicators]]\nid = \"i{place}\"\nname = \"N\"\nkind = \"rubric\"\nrubric = \"r\"\nparent = \"overall\"\n").unwrap();
        }
        text
    };
    let many =
        |one: &dyn Fn(usize) -> String, count: usize| (0..count).map(one).collect::<Vec<_>>().join(", ");
    let rubric = "[[rubrics]]\nid = \"r\"\nlevels = [{ code = \"a\", label = \"A\", score = 0 }, { code = \"b\", label = \"B\", score = 1 }]\n";
    let levels = many(&|place| format!("{{ code = \"c{place}\", label = \"L\", score = 1 }}"), 5_000);
    let cases = [
        format!(
            "{HEAD}normalise = {{ method = \"levels\" }}\n[[rubrics]]\nid = \"r\"\nlevels = [{levels}]\n"
        ),
        format!(
            "{HEAD}normalise = {{ method = \"levels\" }}\nsources = [{}]\n{rubric}",
            many(&|place| format!("\"s{place}\""), 40_000)
        ),
        format!(
            "{HEAD}normalise = {{ method = \"levels\", scores = {{ {} }} }}\n{rubric}",
            many(&|place| format!("c{place} = 1"), 40_000)
        ),
        format!(
            "{HEAD}normalise = {{ method = \"goalposts\", lower = 0, upper = 1, reason = \"{}\" }}\n{rubric}",
            "r".repeat(400_000)
        ),
        format!(
            "{HEAD}normalise = {{ method = \"tiers\", tiers = [{}] }}\n{rubric}",
            many(&|place| format!("{{ at_least = {place}, score = 1 }}"), 12_000)
        ),
    ];
    for head in cases {
        let problems = problems(&leaves(&head));
        assert!(
            problems.iter().any(|problem| problem.contains("are allowed")),
            "{:?}",
            &problems[..3.min(problems.len())]
        );
    }
}

#[test]
fn any_nonsense_is_read_in_no_time() {
    let depth = 100_000;
    let texts = [
        "[".repeat(BYTES_MAX),
        format!("a = {}", "[".repeat(depth)),
        format!("a = {}1{}", "{ b = ".repeat(depth), " }".repeat(depth)),
        "[[indicators]]\n".repeat(9_900),
        "[[nodes]]\nid = \"a\"\n".repeat(9_900),
        format!("{}.x = 1", vec!["a"; 100_000].join(".")),
        "\"\n".repeat(BYTES_MAX / 2),
        (0..60_000).map(|place| format!("k{place} = 1")).collect::<Vec<_>>().join("\n"),
    ];
    for text in texts {
        assert!(read(&text).is_err());
    }
}
