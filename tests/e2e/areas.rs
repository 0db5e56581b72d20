//! Listing areas.

use tenseven_api::v1::{
    Area, AreaKind, AreaListSelection, AreaNames, GroupKind, ListAreasRequest, ListAreasResponse, Page,
    ReadAt,
};
use tenseven_tests::{Draft, Refusal, Server, number};
use tonic::Code;

/// A server that holds observations of two local units, a country with a name and one without.
async fn filled() -> (Server, u64) {
    let server = Server::start();
    let mut draft = Draft::new();
    for area in ["MAR/casablanca", "XAB/quay", "LBY", "XAA"] {
        draft = draft.with("cities-with-crisis-measures", area, "2020", number(1.0));
    }
    let pushed = server.observations().await.push_observations(draft.request()).await.unwrap();
    (server, pushed.into_inner().revision)
}

async fn list(server: &Server, request: ListAreasRequest) -> ListAreasResponse {
    server.frameworks().await.list_areas(request).await.unwrap().into_inner()
}

fn codes(page: &ListAreasResponse) -> Vec<&str> {
    page.areas.iter().map(|area| area.code.as_str()).collect()
}

fn of(selection: AreaListSelection) -> ListAreasRequest {
    ListAreasRequest { selection: Some(selection), page: Some(Page::of_size(1_000)), ..Default::default() }
}

fn of_kind(kind: AreaKind) -> AreaListSelection {
    AreaListSelection { kind: kind.into(), ..Default::default() }
}

fn searched(search: &str) -> AreaListSelection {
    AreaListSelection { search: search.into(), ..Default::default() }
}

#[tokio::test]
async fn an_area_has_its_codes_names_and_groups() {
    let (server, _) = filled().await;
    let found = list(&server, of(searched("maroc"))).await;
    let names = AreaNames {
        ar: "المغرب".into(),
        zh: "摩洛哥".into(),
        en: "Morocco".into(),
        fr: "Maroc".into(),
        ru: "Марокко".into(),
        es: "Marruecos".into(),
    };
    let morocco = Area {
        code: "MAR".into(),
        kind: AreaKind::Country.into(),
        names: Some(names),
        alpha2: "MA".into(),
        m49: "504".into(),
        groups: ["m49:001", "m49:002", "m49:015"].map(String::from).to_vec(),
        group_kind: GroupKind::Unspecified.into(),
    };
    assert_eq!(found.areas, [morocco]);
    let found = list(&server, of(searched("m49:015"))).await;
    let north = Area {
        code: "m49:015".into(),
        kind: AreaKind::Group.into(),
        names: Some(AreaNames { en: "Northern Africa".into(), ..Default::default() }),
        m49: "015".into(),
        group_kind: GroupKind::SubRegion.into(),
        ..Default::default()
    };
    assert_eq!(found.areas, [north]);
}

#[tokio::test]
async fn a_search_finds_codes_numbers_and_names() {
    let (server, _) = filled().await;
    for (search, expected) in [
        ("mar", &["MAR", "MAR/casablanca"][..]),
        ("MA", &["MAR"]),
        ("504", &["MAR"]),
        ("15", &["m49:015"]),
        ("МАРОККО", &["MAR"]),
        ("摩洛哥", &["MAR"]),
        ("مغرب", &["MAR"]),
        ("cote ivoire", &["CIV"]),
        ("quay", &["XAB/quay"]),
        ("mar/CASABLANCA", &["MAR/casablanca"]),
        ("XAA", &["XAA"]),
        ("landlocked", &["m49:432"]),
        ("nowhere", &[]),
        ("-", &[]),
    ] {
        assert_eq!(codes(&list(&server, of(searched(search))).await), expected, "{search}");
    }
}

#[tokio::test]
async fn a_kind_and_a_group_narrow_the_list() {
    let (server, _) = filled().await;
    let units = list(&server, of(of_kind(AreaKind::LocalUnit))).await;
    assert_eq!(codes(&units), ["MAR/casablanca", "XAB/quay"]);
    assert_eq!(list(&server, of(of_kind(AreaKind::Group))).await.areas.len(), 33);
    let countries = list(&server, of(of_kind(AreaKind::Country))).await;
    assert_eq!(countries.areas.len(), 251, "those of the catalogue and XAA");
    let group = |group: &str| AreaListSelection { group: group.into(), ..Default::default() };
    let members = ["DZA", "EGY", "ESH", "LBY", "MAR", "SDN", "TUN"];
    assert_eq!(codes(&list(&server, of(group("m49:015"))).await), members);
    assert_eq!(list(&server, of(group("m49:001"))).await.areas.len(), 248);
    assert_eq!(list(&server, of(group("world"))).await.areas.len(), 250);
    let all =
        AreaListSelection { search: "sudan".into(), kind: AreaKind::Country.into(), ..group("m49:015") };
    assert_eq!(codes(&list(&server, of(all.clone())).await), ["SDN"]);
    let none = AreaListSelection { kind: AreaKind::LocalUnit.into(), ..all };
    assert_eq!(codes(&list(&server, of(none)).await), [""; 0]);
}

#[tokio::test]
async fn all_pages_show_the_revision_of_the_first() {
    let (server, _) = filled().await;
    let request = ListAreasRequest { page: Some(Page::of_size(70)), ..Default::default() };
    let first = list(&server, request.clone()).await;
    let later = Draft::new().with("cities-with-crisis-measures", "MAR/rabat", "2020", number(1.0));
    server.observations().await.push_observations(later.request()).await.unwrap();
    let (mut all, mut token) = (first.areas.clone(), first.next_page_token.clone());
    while !token.is_empty() {
        let page =
            list(&server, ListAreasRequest { page: Some(Page { size: 70, token }), ..request.clone() });
        let page = page.await;
        assert_eq!(page.revision, first.revision);
        all.extend(page.areas);
        token = page.next_page_token;
    }
    assert_eq!(all.len(), 251 + 2 + 33);
    let place = |code: &str| all.iter().position(|area| area.code == code);
    assert_eq!((place("ABW"), place("MAR/casablanca"), place("m49:001")), (Some(0), Some(251), Some(253)));
    assert_eq!(place("MAR/rabat"), None);
    let token = first.next_page_token;
    let other = ListAreasRequest { page: Some(Page { size: 70, token }), ..of(searched("mar")) };
    let refusal = Refusal::of(server.frameworks().await.list_areas(other).await);
    assert_eq!((refusal.code, refusal.reason.as_str()), (Code::InvalidArgument, "INVALID_PAGE_TOKEN"));
}

#[tokio::test]
async fn local_units_are_those_that_were_observed_at_the_moment_asked_about() {
    let (server, revision) = filled().await;
    let units = async |at: u64| {
        let read_at = Some(ReadAt::revision(at));
        let request = ListAreasRequest { read_at, ..of(of_kind(AreaKind::LocalUnit)) };
        codes(&list(&server, request).await).iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    let later = Draft::new().with("cities-with-crisis-measures", "MAR/rabat", "2020", number(1.0));
    let later = server.observations().await.push_observations(later.request()).await.unwrap().into_inner();
    assert_eq!(units(revision - 1).await, [""; 0]);
    assert_eq!(units(revision).await, ["MAR/casablanca", "XAB/quay"]);
    assert_eq!(units(later.revision).await, ["MAR/casablanca", "MAR/rabat", "XAB/quay"]);
    let before = ListAreasRequest { read_at: Some(ReadAt::revision(revision - 1)), ..of(searched("XAA")) };
    assert_eq!(codes(&list(&server, before).await), [""; 0]);
}

#[tokio::test]
async fn bad_selections_are_refused_each_with_its_remedy() {
    let server = Server::start();
    let mut client = server.frameworks().await;
    let selection = AreaListSelection { search: "x".repeat(201), kind: 99, group: "m49:15".into() };
    let request = ListAreasRequest { page: Some(Page::of_size(1_001)), ..of(selection) };
    let refusal = Refusal::of(client.list_areas(request).await);
    let expected = [
        ("page.size", "OUT_OF_RANGE"),
        ("selection.search", "TOO_LONG"),
        ("selection.kind", "MALFORMED"),
        ("selection.group", "MALFORMED"),
    ];
    assert_eq!(refusal.faults(), expected);
    let group = |group: &str| of(AreaListSelection { group: group.into(), ..Default::default() });
    for (unknown, meant) in [("m49:504", "MAR (Morocco)"), ("WLD", "m49:001 (World)")] {
        let refusal = Refusal::of(client.list_areas(group(unknown)).await);
        assert_eq!((refusal.code, refusal.reason.as_str()), (Code::NotFound, "UNKNOWN_AREA"));
        assert!(refusal.message.ends_with(&format!("did you mean {meant}?")), "{}", refusal.message);
    }
    for country in ["MAR", "XAA", "MAR/casablanca"] {
        let refusal = Refusal::of(client.list_areas(group(country)).await);
        assert_eq!(refusal.faults(), [("selection.group", "NOT_ALLOWED")]);
    }
}
