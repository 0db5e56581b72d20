//! Ranks.

use tenseven_api::{convert::gap_message, v1};
use tenseven_model::AreaSelection;
use tenseven_observatory::{RankedArea, Ranking};

use super::{count::count, score};

/// The ranks of a group of areas.
pub(crate) fn ranking(ranking: &Ranking, areas: &[AreaSelection]) -> v1::RankAreasResponse {
    let Ranking { published, node, period, areas: listed } = ranking;
    let framework = &published.framework;
    let known = &framework.nodes()[*node];
    let (mut ranked, mut unranked) = (Vec::new(), Vec::new());
    for RankedArea { area, area_name, rank, score } in listed {
        let (area, area_name) = (area.to_string(), area_name.clone());
        let coverage = Some(score::node_coverage(score));
        match rank {
            Ok(rank) => ranked.push(v1::RankedArea {
                rank: *rank,
                area,
                area_name,
                score: score.outcome.unwrap_or_default(),
                band: score::band(framework, score.outcome),
                coverage,
                status: score::status(score).into(),
            }),
            Err(gap) => {
                unranked.push(v1::UnrankedArea { area, area_name, gap: gap_message(*gap).into(), coverage });
            }
        }
    }
    v1::RankAreasResponse {
        framework: framework.reference().to_string(),
        node: known.id.to_string(),
        node_name: known.name.clone(),
        period: period.to_string(),
        areas: areas.iter().map(ToString::to_string).collect(),
        area_count: count(listed.len()),
        ranked,
        unranked,
        ..Default::default()
    }
}
