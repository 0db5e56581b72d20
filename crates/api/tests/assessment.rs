//! Codings go over the wire and come back as they were, and nothing that is sent makes the server stumble.

#![allow(clippy::unwrap_used, reason = "tests: what does not hold fails them")]

use proptest::{collection::vec, option, prelude::*, sample::select};
use tenseven_api::{
    convert::{Adjudicate, SubmitCoding, coding_message},
    v1::{self, caller::Role},
};
use tenseven_model::{Coding, Evidence, Judgement, MissingReason, Unit};

const ID: &str = "67e55044-10b1-426f-9247-bb680e5fe0c8";

fn judgement() -> impl Strategy<Value = Judgement> {
    prop_oneof![
        "[a-z][a-z0-9-]{0,20}".prop_map(|level| Judgement::Level(level.parse().unwrap())),
        select(MissingReason::ALL.to_vec()).prop_map(Judgement::Missing),
    ]
}

fn coding() -> impl Strategy<Value = Coding> {
    let evidence = ("\\PC{1,40}", option::of("https://\\PC{0,40}"), "\\PC{0,80}")
        .prop_filter_map("cites", |(citation, url, quote)| {
            Evidence::new(citation, url.unwrap_or_default(), quote).ok()
        });
    let unit = ("[a-z][a-z0-9-]{0,20}", "[A-Z]{3}(/[a-z]{1,9})?", "20[0-9]{2}(-Q[1-4])?").prop_map(
        |(indicator, area, period)| {
            Unit::new(indicator.parse().unwrap(), area.parse().unwrap(), period.parse().unwrap()).unwrap()
        },
    );
    (unit, "[a-z]{1,9}", judgement(), "\\PC{0,80}", vec(evidence, 0..3)).prop_map(
        |(unit, coder, judgement, narrative, evidence)| {
            Coding::new(unit, coder.parse().unwrap(), judgement, narrative, evidence).unwrap()
        },
    )
}

fn caller() -> impl Strategy<Value = Option<v1::Caller>> {
    let role = prop_oneof![
        "\\PC{0,9}".prop_map(|id| Some(Role::Coder(id))),
        "\\PC{0,9}".prop_map(|id| Some(Role::Curator(id))),
        Just(None),
    ];
    option::of(role.prop_map(|role| v1::Caller { role }))
}

proptest! {
    #[test]
    fn every_coding_comes_back_as_it_was(coding in coding(), names_coder: bool) {
        let mut message = coding_message(&coding);
        if !names_coder {
            message.coder.clear();
        }
        let read = SubmitCoding::try_from(v1::SubmitCodingRequest {
            submission_id: ID.to_owned(),
            caller: Some(v1::Caller { role: Some(Role::Coder(coding.coder().to_string())) }),
            coding: Some(message),
            validate_only: true,
        });
        prop_assert_eq!(read.map(|read| read.coding), Ok(coding));
    }

    #[test]
    fn no_message_makes_it_panic_or_passes_without_who_calls(
        caller in caller(), texts: [String; 5], rule: i32, reason: i32, names_unit: bool, decides: bool,
    ) {
        let [indicator, area, period, source, text] = texts;
        let unit = names_unit.then_some(v1::CodingUnit { indicator, area, period });
        let is = |wanted: fn(&Role) -> bool| {
            caller.as_ref().and_then(|caller| caller.role.as_ref()).is_some_and(wanted)
        };
        let (is_coder, is_curator) = (is(|role| matches!(role, Role::Coder(_))), is(|role| matches!(role, Role::Curator(_))));
        let coding = v1::Coding {
            unit: unit.clone(),
            judgement: Some(v1::coding::Judgement::Missing(reason)),
            narrative: text.clone(),
            ..Default::default()
        };
        let submission_id = ID.to_owned();
        let request = v1::SubmitCodingRequest {
            submission_id: submission_id.clone(),
            caller: caller.clone(),
            coding: decides.then_some(coding),
            validate_only: false,
        };
        prop_assert!(SubmitCoding::try_from(request).is_err() || is_coder);
        let decision = v1::Decision { judgement: Some(v1::decision::Judgement::Level(source.clone())), rationale: text.clone() };
        let request = v1::AdjudicateCodingsRequest {
            submission_id,
            caller: caller.clone(),
            unit,
            source,
            rule,
            decision: decides.then_some(decision),
            comment: text,
            validate_only: false,
        };
        prop_assert!(Adjudicate::try_from(request).is_err() || is_curator);
    }
}
