//! Ranks of a group's countries and areas.

use std::io::{self, Write};

use serde_json::{Value as Json, json};
use tenseven_client::v1;

use super::{
    Digits, Document, Sheet, Table, number,
    score::{NONE, named_area},
    value::{COVERAGE_HEADER, coverage_cells, coverage_json, coverage_text, gap_text, named},
};

/// Ranks, as answered.
#[derive(Debug)]
pub(crate) struct RankView {
    /// The answer.
    pub(crate) response: v1::RankAreasResponse,
    /// How many decimals its table has.
    pub(crate) digits: Digits,
}

impl Document for RankView {
    fn table(&self, out: &mut dyn Write) -> io::Result<()> {
        let v1::RankAreasResponse {
            framework,
            node: _,
            node_name,
            period,
            areas,
            area_count,
            ranked,
            unranked,
            revision,
            history_id: _,
        } = &self.response;
        let (areas, count, revision) = (areas.join(" "), ranked.len(), number::count(*revision));
        writeln!(
            out,
            "{node_name} by {framework}, {period}, {areas}: {count} of {area_count} countries and areas have a rank (revision {revision})\n"
        )?;
        let mut table = Table::new(&[">rank", "area", ">score", "band", "indicators with data", "status"]);
        for one in ranked {
            table.row([
                one.rank.to_string(),
                named_area(&one.area, &one.area_name),
                self.digits.text(one.score),
                one.band.clone(),
                coverage_text(one.coverage.as_ref()),
                named(one.status().as_str_name(), "SCORE_STATUS_").replace("filled", "partly filled in"),
            ]);
        }
        for one in unranked {
            table.row([
                NONE.to_owned(),
                named_area(&one.area, &one.area_name),
                NONE.to_owned(),
                String::new(),
                coverage_text(one.coverage.as_ref()),
                gap_text(one.gap()).to_owned(),
            ]);
        }
        table.write(out)
    }

    fn json(&self) -> Json {
        let v1::RankAreasResponse {
            framework,
            node,
            node_name,
            period,
            areas,
            area_count,
            ranked,
            unranked,
            revision,
            history_id,
        } = &self.response;
        json!({
            "framework": framework,
            "node": node,
            "node_name": node_name,
            "period": period,
            "areas": areas,
            "area_count": area_count,
            "ranked": ranked.iter().map(ranked_json).collect::<Vec<_>>(),
            "unranked": unranked.iter().map(unranked_json).collect::<Vec<_>>(),
            "revision": revision,
            "history_id": history_id,
        })
    }

    fn sheet(&self) -> Sheet {
        let mut header = vec![
            "framework",
            "node",
            "period",
            "rank",
            "area",
            "area_name",
            "score",
            "gap",
            "band",
            "status",
        ];
        header.extend(COVERAGE_HEADER);
        let key = |rank: String, area: &str, name: &str| {
            let v1::RankAreasResponse { framework, node, period, .. } = &self.response;
            vec![framework.clone(), node.clone(), period.clone(), rank, area.to_owned(), name.to_owned()]
        };
        let ranked = self.response.ranked.iter().map(|one| {
            let mut cells = key(one.rank.to_string(), &one.area, &one.area_name);
            cells.extend([number::plain(one.score), String::new(), one.band.clone()]);
            cells.push(named(one.status().as_str_name(), "SCORE_STATUS_"));
            cells.extend(coverage_cells(one.coverage.as_ref()));
            cells
        });
        let unranked = self.response.unranked.iter().map(|one| {
            let mut cells = key(String::new(), &one.area, &one.area_name);
            let gap = named(one.gap().as_str_name(), "SCORE_GAP_");
            cells.extend([String::new(), gap, String::new(), "missing".to_owned()]);
            cells.extend(coverage_cells(one.coverage.as_ref()));
            cells
        });
        Sheet { header, rows: ranked.chain(unranked).collect() }
    }
}

fn ranked_json(one: &v1::RankedArea) -> Json {
    let v1::RankedArea { rank, area, area_name, score, band, coverage, status: _ } = one;
    json!({
        "rank": rank,
        "area": area,
        "area_name": area_name,
        "score": number::json(*score),
        "band": band,
        "coverage": coverage_json(coverage.as_ref()),
        "status": named(one.status().as_str_name(), "SCORE_STATUS_"),
    })
}

fn unranked_json(one: &v1::UnrankedArea) -> Json {
    let v1::UnrankedArea { area, area_name, gap: _, coverage } = one;
    json!({
        "area": area,
        "area_name": area_name,
        "gap": named(one.gap().as_str_name(), "SCORE_GAP_"),
        "coverage": coverage_json(coverage.as_ref()),
    })
}
