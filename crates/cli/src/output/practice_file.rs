//! A practice as a file for `tenseven practice put`.

use tenseven_catalog::{PracticeText, write_practice_texts};
use tenseven_client::v1;

/// The text of the file.
pub(crate) fn text(recorded: &v1::RecordedPractice) -> anyhow::Result<String> {
    let v1::Practice { id, areas, title, description, citation, domains, indicators, measures } =
        recorded.practice.clone().unwrap_or_default();
    let practice = PracticeText { id, areas, title, description, citation, domains, indicators, measures };
    let text = write_practice_texts(vec![practice])?;
    let revision = recorded.revision;
    Ok(format!("# As of revision {revision}; to put it changed, give --expect {revision}.\n\n{text}"))
}
