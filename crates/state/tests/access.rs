//! What grants promise: what is not granted is not allowed, and nobody can lock everybody out.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests: what does not hold fails them")]

use std::{num::NonZero, sync::LazyLock};

use tenseven_catalog::Catalog;
use tenseven_model::{
    Observation, PartnerId, Revision, Ruling, Timestamp, Unit, Value, Withdrawal,
    access::{
        ApiKey, CodingScope, ContributionScope, Grant, IssuedKey, Partner, PartnerDraft, PartnerStatus,
        PrefixScope, Quota, QuotaLimit, Role, Scope,
    },
    event::FrameworkRetirement,
};
use tenseven_state::{
    Accepted, Operation, RuleLimits, Rules, State, World,
    access::{
        AccessRejection, AddGrant, Author, CredentialError, IssueKey, KEYS_MAX, NotGranted, OutsideGrants,
        PutPartner, RevokeGrant, RevokeKey,
    },
    authorize,
    codings::AdjudicateCodings,
    decide,
    frameworks::{BudgetLimits, PublishFramework, RetireFramework},
    observations::{Change, SubmitChanges},
};
use tenseven_testkit::observation;

static WORLD: LazyLock<World> = LazyLock::new(|| World::new(Catalog::bundled()));

fn rules() -> Rules<'static> {
    let limits = RuleLimits {
        batch_observations_max: 100,
        definition_bytes_max: 1 << 20,
        practices_max: 60,
        budget: BudgetLimits::default(),
    };
    Rules { world: &WORLD, limits }
}

fn id(id: &str) -> PartnerId {
    id.parse().unwrap()
}

fn key(byte: u8) -> ApiKey {
    ApiKey::from_random(random(byte))
}

/// Bytes of a key whose id is another for each byte.
fn random(byte: u8) -> [u8; ApiKey::RANDOM_BYTES] {
    std::array::from_fn(|index| if index == 0 { byte / 36 } else { byte })
}

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

/// Decides a command of somebody, and folds what it becomes in. Returns its revision.
fn apply<O: Operation<Rejection: std::fmt::Debug>>(
    state: &mut State,
    author: Option<&PartnerId>,
    command: O,
) -> Revision {
    let by = author.cloned().map(Author::from);
    authorize(state, &command, &rules(), by.as_ref()).unwrap();
    let decision = decide(state, command, &rules()).unwrap();
    let revision = state.revision().next();
    let accepted = Accepted { revision, at: Timestamp::from_micros(0), author };
    state.fold(accepted, &decision.event).unwrap();
    revision
}

fn partner(name: &str, status: PartnerStatus) -> PutPartner {
    let (name, contact) = (name.to_owned(), String::new());
    let draft = PartnerDraft {
        id: id(&name),
        name,
        contact,
        status,
        certificate_names: Vec::new(),
        quota: Quota::default(),
    };
    PutPartner { partner: Partner::new(draft).unwrap(), keeps_status: false, keeps_quota: false }
}

fn issue(partner: &str, byte: u8, expires_at: Option<Timestamp>) -> IssueKey {
    let key = key(byte);
    let (key_id, name) = (key.id().clone(), "push".parse().unwrap());
    IssueKey(IssuedKey { id: key_id, partner: id(partner), name, hash: key.hash(), expires_at })
}

fn add(partner: &str, grant: Grant) -> AddGrant {
    AddGrant { partner: id(partner), grant }
}

fn contributor(indicators: &[&str], frameworks: &[&str], areas: &[&str], sources: &[&str]) -> Grant {
    let scope =
        ContributionScope::parse(&names(indicators), &names(frameworks), &names(areas), &names(sources));
    Grant::Contributor(Box::new(scope.unwrap()))
}

/// A state with the framework `target-10-7` and two partners without grants.
fn state() -> State {
    let texts = Catalog::bundled().framework_texts();
    let text = texts.iter().find(|text| text.contains("id = \"target-10-7\"")).unwrap();
    let mut state = State::default();
    apply(&mut state, None, PublishFramework::read(text.to_string(), &rules().limits).unwrap());
    for name in ["hcp", "iom"] {
        apply(&mut state, None, partner(name, PartnerStatus::Active));
    }
    state
}

fn observed(area: &str, period: &str) -> Observation {
    observation("dual-nationality", area, period, Value::Level("basic".parse().unwrap()))
}

fn push(observations: &[Observation]) -> SubmitChanges {
    SubmitChanges { changes: observations.iter().cloned().map(Change::from).collect() }
}

/// The indices of the changes that are outside the grants of a partner.
fn outside(state: &State, partner: &str, command: &SubmitChanges) -> Vec<(usize, bool)> {
    match authorize(state, command, &rules(), Some(&Author::from(id(partner)))) {
        Ok(()) => Vec::new(),
        Err(NotGranted::Changes { outside, .. }) => {
            let is_of_another = |problem: &OutsideGrants| matches!(problem, OutsideGrants::OfAnother(_));
            outside.iter().map(|(index, problem)| (*index, is_of_another(problem))).collect()
        }
        Err(other) => panic!("{other}"),
    }
}

#[test]
fn without_a_grant_nothing_is_allowed_and_without_an_identity_nothing_is_asked() {
    let state = state();
    let command = push(&[observed("MAR", "2020"), observed("ITA", "2020")]);
    assert_eq!(outside(&state, "hcp", &command), [(0, false), (1, false)]);
    assert_eq!(authorize(&state, &command, &rules(), None), Ok(()));
    let unknown = authorize(&state, &command, &rules(), Some(&Author::from(id("nobody"))));
    assert_eq!(unknown, Err(NotGranted::Suspended(id("nobody"))));
}

#[test]
fn a_contributor_changes_what_one_grant_covers_in_all_three_ways() {
    let mut state = state();
    let source = observed("MAR", "2020").key().source.to_string();
    let batch = push(&[
        observed("MAR", "2020"),
        observed("MAR/fes", "2020"),
        observed("ITA", "2020"),
        observed("SEN", "2020"),
    ]);
    let mut granted = |grant| {
        let revision = apply(&mut state, None, add("hcp", grant));
        let found = outside(&state, "hcp", &batch).into_iter().map(|(index, _)| index).collect::<Vec<_>>();
        let reason = "tried".parse().unwrap();
        apply(&mut state, None, RevokeGrant { partner: id("hcp"), grant: revision, reason });
        found
    };
    let all: &[&str] = &["*"];
    assert_eq!(granted(contributor(all, &[], &["MAR"], all)), [2, 3], "a country covers its local units");
    assert_eq!(granted(contributor(all, &[], &["MAR/fes"], all)), [0, 2, 3]);
    assert_eq!(granted(contributor(all, &[], &["m49:015", "ITA"], all)), [3], "a group covers its members");
    assert_eq!(granted(contributor(&["dual-nationality"], &[], all, &[&source])), [0_usize; 0]);
    assert_eq!(granted(contributor(&["migrant-casualties"], &[], all, all)), [0, 1, 2, 3]);
    assert_eq!(granted(contributor(&[], &["target-10-7"], all, all)), [0_usize; 0]);
    assert_eq!(granted(contributor(all, &[], all, &["another"])), [0, 1, 2, 3]);
}

#[test]
fn grants_do_not_add_up_across_their_parts() {
    let mut state = state();
    for (indicator, area) in [("migrant-casualties", "MAR"), ("dual-nationality", "ITA")] {
        apply(&mut state, None, add("hcp", contributor(&[indicator], &[], &[area], &["*"])));
    }
    let command = push(&[observed("MAR", "2020"), observed("ITA", "2020")]);
    assert_eq!(outside(&state, "hcp", &command), [(0, false)]);
}

#[test]
fn what_another_partner_made_needs_a_grant_that_names_the_source() {
    let mut state = state();
    let source = observed("MAR", "2020").key().source.to_string();
    for name in ["hcp", "iom"] {
        apply(&mut state, None, add(name, contributor(&["*"], &[], &["*"], &["*"])));
    }
    let (of_iom, of_nobody) = (observed("MAR", "2020"), observed("MAR", "2019"));
    apply(&mut state, Some(&id("iom")), push(std::slice::from_ref(&of_iom)));
    apply(&mut state, None, push(std::slice::from_ref(&of_nobody)));
    let withdrawal = Withdrawal::new(of_iom.key().clone(), "sent by mistake".parse().unwrap()).unwrap();
    let command =
        SubmitChanges { changes: vec![of_nobody.into(), withdrawal.into(), observed("MAR", "2018").into()] };
    assert_eq!(outside(&state, "hcp", &command), [(1, true)]);
    assert_eq!(outside(&state, "iom", &command), []);
    apply(&mut state, None, add("hcp", contributor(&["*"], &[], &["*"], &[&source])));
    assert_eq!(outside(&state, "hcp", &command), []);
}

#[test]
fn a_publisher_has_prefixes_and_only_an_admin_manages_access() {
    let mut state = state();
    let retirement = FrameworkRetirement {
        id: "target-10-7".parse().unwrap(),
        version: "1.0.0".parse().unwrap(),
        reason: "Over.".parse().unwrap(),
    };
    let retire = RetireFramework { retirement };
    let allowed = |state: &State| authorize(state, &retire, &rules(), Some(&Author::from(id("hcp")))).is_ok();
    let publisher = |prefix: &str| Grant::Publisher(PrefixScope(Scope::parse(&names(&[prefix])).unwrap()));
    apply(&mut state, None, add("hcp", publisher("nso-")));
    assert!(!allowed(&state));
    apply(&mut state, None, add("hcp", publisher("target-")));
    assert!(allowed(&state));
    let manage = add("hcp", Grant::Admin);
    assert!(authorize(&state, &manage, &rules(), Some(&Author::from(id("hcp")))).is_err());
    apply(&mut state, None, add("iom", Grant::Admin));
    assert!(authorize(&state, &manage, &rules(), Some(&Author::from(id("iom")))).is_ok());
    assert!(
        authorize(&state, &retire, &rules(), Some(&Author::from(id("iom")))).is_ok(),
        "an admin may do everything"
    );
}

#[test]
fn a_coder_rates_under_its_ids_and_a_role_is_one_of_those_asked_for() {
    let mut state = state();
    let scope = CodingScope {
        coders: Scope::parse(&names(&["ada"])).unwrap(),
        indicators: Scope::parse(&names(&["dual-nationality"])).unwrap(),
    };
    apply(&mut state, None, add("hcp", Grant::Coder(Box::new(scope))));
    let stored = state.partners().get(&id("hcp")).unwrap();
    let may = |coder: &str, indicator: &str| {
        stored.grants().check_coding(&coder.parse().unwrap(), &indicator.parse().unwrap()).is_ok()
    };
    assert!(
        may("ada", "dual-nationality")
            && !may("ben", "dual-nationality")
            && !may("ada", "migrant-casualties")
    );
    assert!(stored.grants().check_role(&[Role::Reader, Role::Coder]).is_ok());
    let missing = stored.grants().check_role(&[Role::Reader, Role::Curator]).unwrap_err();
    assert_eq!(missing.to_string(), "partner hcp lacks a grant: reader or curator");
}

#[test]
fn a_key_shows_its_partner_until_it_expires_is_revoked_or_the_partner_is_suspended() {
    let mut state = state();
    let at = Timestamp::from_micros;
    apply(&mut state, None, issue("hcp", 1, Some(at(100))));
    apply(&mut state, None, issue("hcp", 2, None));
    let shows = |state: &State, byte, now| {
        state.partners().of_key(&key(byte), at(now)).map(|stored| stored.partner.id.to_string())
    };
    assert_eq!(shows(&state, 1, 99), Ok("hcp".to_owned()));
    assert_eq!(shows(&state, 1, 100), Err(CredentialError::Expired(key(1).id().clone())));
    assert_eq!(shows(&state, 3, 0), Err(CredentialError::UnknownKey(key(3).id().clone())));
    let mut forged = random(2);
    forged[ApiKey::RANDOM_BYTES - 1] = 9;
    let forged = ApiKey::from_random(forged);
    assert_eq!(forged.id(), key(2).id());
    let refused = state.partners().of_key(&forged, at(0)).map(|_| ());
    assert_eq!(refused, Err(CredentialError::UnknownKey(key(2).id().clone())));
    let reason = "left".parse().unwrap();
    apply(&mut state, None, RevokeKey { partner: id("hcp"), key: key(1).id().clone(), reason });
    assert_eq!(shows(&state, 1, 0), Err(CredentialError::Revoked(key(1).id().clone())));
    apply(&mut state, None, partner("hcp", PartnerStatus::Suspended));
    assert_eq!(shows(&state, 2, 0), Err(CredentialError::Suspended(id("hcp"))));
    apply(&mut state, None, partner("hcp", PartnerStatus::Active));
    assert_eq!(shows(&state, 2, 0), Ok("hcp".to_owned()), "its keys were kept");
}

#[test]
fn the_last_admin_keeps_grant_key_and_status() {
    let mut state = state();
    let grant = apply(&mut state, None, add("hcp", Grant::Admin));
    apply(&mut state, None, issue("hcp", 1, None));
    let (partner_id, reason) = (|| id("hcp"), || "over".parse().unwrap());
    let last = |rejected: Result<tenseven_state::Decision, AccessRejection>| {
        matches!(rejected, Err(AccessRejection::LastAdmin(_)))
    };
    let without_grant = RevokeGrant { partner: partner_id(), grant, reason: reason() };
    let without_key = RevokeKey { partner: partner_id(), key: key(1).id().clone(), reason: reason() };
    let suspended = partner("hcp", PartnerStatus::Suspended);
    let all = |state: &State| {
        [
            last(decide(state, without_grant.clone(), &rules())),
            last(decide(state, without_key.clone(), &rules())),
            last(decide(state, suspended.clone(), &rules())),
        ]
    };
    assert_eq!(all(&state), [true; 3]);
    apply(&mut state, None, add("iom", Grant::Admin));
    assert_eq!(all(&state), [true; 3], "an admin without a key cannot call");
    apply(&mut state, None, issue("iom", 2, None));
    assert_eq!(all(&state), [false; 3]);
}

#[test]
fn a_partner_has_a_limited_number_of_keys_and_a_grant_names_what_is_known() {
    let mut state = state();
    for byte in 0..u8::try_from(KEYS_MAX).unwrap() {
        apply(&mut state, None, issue("hcp", byte, None));
    }
    let full = decide(&state, issue("hcp", 99, None), &rules());
    assert!(matches!(full, Err(AccessRejection::TooMany(_))), "{full:?}");
    let reason = "rotated".parse().unwrap();
    apply(&mut state, None, RevokeKey { partner: id("hcp"), key: key(0).id().clone(), reason });
    apply(&mut state, None, issue("hcp", 99, None));
    let all: &[&str] = &["*"];
    for (grant, field) in [
        (contributor(&["dual-nationalty"], &[], all, all), "indicators"),
        (contributor(&[], &["target-10-8"], all, all), "frameworks"),
        (contributor(all, &[], &["QQQ"], all), "areas"),
    ] {
        match decide(&state, add("hcp", grant), &rules()) {
            Err(AccessRejection::Unknown { field: found, .. }) => assert_eq!(found, field),
            other => panic!("{field}: {other:?}"),
        }
    }
}

#[test]
fn a_curator_decides_over_what_another_partner_made_only_with_a_grant_that_names_its_source() {
    let mut state = state();
    let source = observed("MAR", "2020").key().source.clone();
    let curator = || Grant::Curator(Scope::All);
    for (name, grant) in [("hcp", curator()), ("iom", contributor(&["*"], &[], &["*"], &["*"]))] {
        apply(&mut state, None, add(name, grant));
    }
    apply(&mut state, Some(&id("iom")), push(&[observed("MAR", "2020")]));
    let adjudicate = |period: &str| {
        let (indicator, area) = ("dual-nationality".parse().unwrap(), "MAR".parse().unwrap());
        let unit = Unit::new(indicator, area, period.parse().unwrap()).unwrap();
        let curator = "rosa".parse().unwrap();
        AdjudicateCodings::new(unit, source.clone(), curator, Ruling::Median, String::new()).unwrap()
    };
    let may = |state: &State, period| {
        authorize(state, &adjudicate(period), &rules(), Some(&Author::from(id("hcp")))).is_ok()
    };
    assert!(!may(&state, "2020") && may(&state, "2019"));
    apply(&mut state, None, add("hcp", contributor(&["*"], &[], &["*"], &["*"])));
    assert!(!may(&state, "2020"), "the source has to be named");
    apply(&mut state, None, add("hcp", contributor(&["*"], &[], &["MAR"], &[source.as_str()])));
    assert!(may(&state, "2020"));
}

#[test]
fn a_partner_that_is_put_without_a_status_keeps_it() {
    let mut state = state();
    apply(&mut state, None, partner("hcp", PartnerStatus::Suspended));
    let PutPartner { partner: put, .. } = partner("hcp", PartnerStatus::Active);
    apply(&mut state, None, PutPartner { partner: put, keeps_status: true, keeps_quota: true });
    assert!(!state.partners().get(&id("hcp")).unwrap().is_active());
    let PutPartner { partner: put, .. } = partner("new", PartnerStatus::Active);
    apply(&mut state, None, PutPartner { partner: put, keeps_status: true, keeps_quota: true });
    assert!(state.partners().get(&id("new")).unwrap().is_active());
}

#[test]
fn a_partner_that_is_put_without_a_quota_keeps_it_and_another_content_has_another_digest() {
    let quota = Quota::default().with(QuotaLimit::Watches, NonZero::new(2));
    let put = |quota: Option<Quota>| {
        let PutPartner { partner, .. } = partner("hcp", PartnerStatus::Active);
        let partner = partner.with_quota(quota.unwrap_or_default());
        PutPartner { partner, keeps_status: true, keeps_quota: quota.is_none() }
    };
    let mut state = state();
    let stored = |state: &State| state.partners().get(&id("hcp")).unwrap().partner.quota;
    for (sent, kept) in [(Some(quota), quota), (None, quota), (Some(Quota::default()), Quota::default())] {
        apply(&mut state, None, put(sent));
        assert_eq!(stored(&state), kept, "{sent:?}");
    }
    let other = quota.with(QuotaLimit::Watches, NonZero::new(3));
    assert_ne!(put(Some(quota)).digest(), put(None).digest());
    assert_ne!(put(Some(quota)).digest(), put(Some(other)).digest());
}

#[test]
fn keys_that_expired_neither_count_nor_keep_the_last_admin_and_revoked_ids_are_never_issued_again() {
    let mut state = state();
    let expired = Some(Timestamp::from_micros(0));
    for byte in 0..u8::try_from(KEYS_MAX).unwrap() {
        apply(&mut state, None, issue("iom", byte, expired));
    }
    apply(&mut state, None, issue("iom", 99, expired));
    for name in ["hcp", "iom"] {
        apply(&mut state, None, add(name, Grant::Admin));
    }
    apply(&mut state, None, issue("hcp", 100, None));
    let reason = || "rotated".parse().unwrap();
    let revoke = |byte| RevokeKey { partner: id("hcp"), key: key(byte).id().clone(), reason: reason() };
    let last = decide(&state, revoke(100), &rules());
    assert!(
        matches!(last, Err(AccessRejection::LastAdmin(_))),
        "the other admin's keys have expired: {last:?}"
    );
    for byte in 101..=200 {
        apply(&mut state, None, issue("hcp", byte, None));
        apply(&mut state, None, revoke(byte));
    }
    let kept = state.partners().get(&id("hcp")).unwrap().keys.len();
    assert!(kept < 40, "{kept} keys are kept whole");
    let again = decide(&state, issue("hcp", 101, None), &rules());
    assert!(matches!(again, Err(AccessRejection::KeyIdTaken(_))), "{again:?}");
    assert!(state.partners().of_key(&key(101), Timestamp::from_micros(0)).is_err());
}

#[test]
fn a_change_asked_for_with_a_key_needs_that_key_until_it_is_decided() {
    let mut state = state();
    apply(&mut state, None, add("hcp", contributor(&["*"], &[], &["*"], &["*"])));
    apply(&mut state, None, issue("hcp", 1, None));
    let author = Author { partner: id("hcp"), key: Some(key(1).id().clone()) };
    let command = push(&[observed("MAR", "2020")]);
    assert_eq!(authorize(&state, &command, &rules(), Some(&author)), Ok(()));
    let reason = "stolen".parse().unwrap();
    apply(&mut state, None, RevokeKey { partner: id("hcp"), key: key(1).id().clone(), reason });
    let refused = authorize(&state, &command, &rules(), Some(&author));
    assert_eq!(refused, Err(NotGranted::KeyRevoked(key(1).id().clone())));
}

#[test]
fn an_admin_whose_key_expires_is_not_relied_on() {
    let mut state = state();
    for (name, byte, expires_at) in [("hcp", 1, None), ("iom", 2, Some(Timestamp::from_micros(i64::MAX - 1)))]
    {
        apply(&mut state, None, add(name, Grant::Admin));
        apply(&mut state, None, issue(name, byte, expires_at));
    }
    let suspended = |name: &str| decide(&state, partner(name, PartnerStatus::Suspended), &rules());
    assert!(matches!(suspended("hcp"), Err(AccessRejection::LastAdmin(_))));
    assert!(suspended("iom").is_ok());
}
