//! Stages 2 and 5, and the changes of scale of stage 4.

use tenseven_engine::{
    Column,
    denominate::denominate as divide,
    treat::{box_cox_shifted, log_either, log_shifted, winsorise},
};
use tenseven_model::framework::Limits;

use super::{
    Case,
    data::{Frame, Meta, Table},
    sheet::Sheet,
};

pub(super) fn check(case: &Case, meta: &Meta, sheet: &mut Sheet) {
    let rule: fn(&mut Column) = match case.name.as_str() {
        "asem_boxcox_0" | "asem_log_CT_orig" => |column| box_cox_shifted(column, 0.0),
        "asem_boxcox_half" => |column| box_cox_shifted(column, 0.5),
        "asem_log_CT" => |column| log_shifted(column),
        "asem_log_CT_plus" => |column| {
            log_either(column);
        },
        "asem_winsorise" => |column| drop(winsorise(column, &Limits::default(), 5, false)),
        "asem_winsorise_force3" => |column| drop(winsorise(column, &Limits::default(), 3, true)),
        "asem_log_GII" => {
            sheet.file_left = Some("defect of COINr: log_GII changes nothing");
            return;
        }
        other => panic!("no rule for {other}"),
    };
    let raw = Frame::observations(case.input()).table(meta.codes());
    sheet.table(case.expected(), &raw.change(|_, column| rule(column)));
}

pub(super) fn denominate(case: &Case, meta: &Meta, sheet: &mut Sheet) {
    let scale = match case.name.as_str() {
        "asem_default" => 1.0,
        "asem_scale1000" => 1_000.0,
        other => panic!("no rule for {other}"),
    };
    let observations = Frame::observations(case.input());
    sheet.table(case.expected(), &denominated(&observations, meta, scale));
}

/// The indicators, each that has a denominator divided by it.
pub(super) fn denominated(observations: &Frame, meta: &Meta, scale: f64) -> Table {
    observations.table(meta.codes()).change(|code, column| {
        if let Some(denominator) = &meta.indicator(code).denominator {
            divide(column, &observations.column(denominator), scale);
        }
    })
}
