//! Good practices: found, kept by curators, and remembered.

use std::process::{Command, Output};

use tempfile::TempDir;
use tenseven_api::v1::{
    GetInstrumentRequest, GetMeasureRequest, GetPracticeRequest, ListInstrumentsRequest, ListMeasuresRequest,
    ListPracticeRevisionsRequest, ListPracticesRequest, Page, Practice, PracticeHit, PracticeSelection,
    PutPracticeRequest, PutPracticeResponse, ReadAt, RecordedPractice, SearchPracticesRequest, SnippetPart,
    WithdrawPracticeRequest,
};
use tenseven_tests::{Refusal, Server, binary, coding};
use tonic::{Code, Status};
use uuid::Uuid;

fn practice(id: &str) -> Practice {
    Practice {
        id: id.to_owned(),
        areas: vec!["MAR".to_owned()],
        title: "Welcoming fishermen".to_owned(),
        description: "Quays have offices where fishermen who arrive find help in their language.".to_owned(),
        citation: "Harbour Act (2019)".to_owned(),
        domains: vec!["mobility".to_owned()],
        indicators: vec!["dual-nationality".to_owned()],
        measures: vec!["skills".to_owned()],
    }
}

fn put_request(practice: Practice, curator: &str, expected_revision: u64) -> PutPracticeRequest {
    PutPracticeRequest {
        submission_id: Uuid::new_v4().to_string(),
        caller: coding::curator(curator),
        practice: Some(practice),
        expected_revision,
        validate_only: false,
    }
}

async fn put(server: &Server, request: PutPracticeRequest) -> Result<PutPracticeResponse, Status> {
    server.practices().await.put_practice(request).await.map(tonic::Response::into_inner)
}

async fn search(server: &Server, request: SearchPracticesRequest) -> Vec<PracticeHit> {
    server.practices().await.search_practices(request).await.unwrap().into_inner().hits
}

fn of(query: &str) -> SearchPracticesRequest {
    SearchPracticesRequest { query: query.to_owned(), ..Default::default() }
}

fn ids(hits: &[PracticeHit]) -> Vec<String> {
    hits.iter().filter_map(|hit| Some(hit.practice.as_ref()?.practice.as_ref()?.id.clone())).collect()
}

fn text(parts: &[SnippetPart]) -> String {
    let mark = |part: &SnippetPart| if part.matched { format!("[{}]", part.text) } else { part.text.clone() };
    parts.iter().map(mark).collect()
}

async fn listed(server: &Server, request: ListPracticesRequest) -> Vec<String> {
    let answer = server.practices().await.list_practices(request).await.unwrap().into_inner();
    answer.practices.into_iter().filter_map(|one| Some(one.practice?.id)).collect()
}

#[tokio::test]
async fn bundled_practices_are_found_by_forms_of_their_words_and_matches_are_marked() {
    let server = Server::start();
    let hits = search(&server, of("integrating")).await;
    // Others are found too: they bear on a measure with that word in its name.
    assert_eq!(ids(&hits)[0], "comprehensive-migration-policies");
    let shown = text(&hits[0].snippet);
    assert!(shown.contains("[integration]"), "{shown}");
    assert!(hits[0].score > 0.0);
    let recorded = hits[0].practice.as_ref().unwrap();
    assert_eq!((recorded.curator.as_str(), recorded.previous_revision), ("", 0));
    // By the name of the country, which no text of it contains in this form.
    assert_eq!(ids(&search(&server, of("türkiye")).await), ["resilience-in-mass-movements"]);
    let diaspora = search(&server, of("diaspora")).await;
    assert!(diaspora.is_sorted_by(|one, next| one.score >= next.score));
    let mut found = ids(&diaspora);
    found.sort_unstable();
    assert_eq!(found, ["migration-and-development-links", "out-migration-and-diaspora-support"]);
    let supported = ids(&diaspora).iter().position(|id| id.starts_with("out")).unwrap();
    assert!(text(&diaspora[supported].title).ends_with("supporting the [diaspora]"));
    assert_eq!(ids(&search(&server, of("diaspora -embassies")).await), ["migration-and-development-links"]);
    assert_eq!(
        ids(&search(&server, of("\"labour officers\"")).await),
        ["out-migration-and-diaspora-support"]
    );
    assert_eq!(search(&server, of("\"officers labour\"")).await, []);
}

#[tokio::test]
async fn filters_narrow_listings_and_searches() {
    let server = Server::start();
    let all = listed(&server, ListPracticesRequest::default()).await;
    assert!(all.len() >= 5 && all.is_sorted(), "{all:?}");
    let filters = [
        ListPracticesRequest {
            selection: Some(PracticeSelection { area: "JAM".into(), ..Default::default() }),
            ..Default::default()
        },
        ListPracticesRequest {
            selection: Some(PracticeSelection {
                indicator: "financial-literacy-training".into(),
                ..Default::default()
            }),
            ..Default::default()
        },
        ListPracticesRequest {
            selection: Some(PracticeSelection { measure: "skills".into(), ..Default::default() }),
            ..Default::default()
        },
        ListPracticesRequest {
            selection: Some(PracticeSelection {
                domain: "partnerships".into(),
                area: "MDA".into(),
                ..Default::default()
            }),
            ..Default::default()
        },
    ];
    for request in filters {
        let found = listed(&server, request.clone()).await;
        assert!(found.contains(&"migration-and-development-links".to_owned()), "{request:?}: {found:?}");
        assert!(found.len() < all.len(), "{request:?}");
    }
    let africa = ListPracticesRequest {
        selection: Some(PracticeSelection { area: "m49:002".into(), ..Default::default() }),
        ..Default::default()
    };
    assert_eq!(listed(&server, africa).await, ["comprehensive-migration-policies"]);
    let world = ListPracticesRequest {
        selection: Some(PracticeSelection { area: "world".into(), ..Default::default() }),
        ..Default::default()
    };
    assert_eq!(listed(&server, world).await, all);
    let filtered = SearchPracticesRequest {
        selection: Some(PracticeSelection { area: "PHL".into(), ..Default::default() }),
        ..of("diaspora")
    };
    assert_eq!(ids(&search(&server, filtered).await), ["out-migration-and-diaspora-support"]);
    let (mut paged, mut page_token) = (Vec::new(), String::new());
    loop {
        let request =
            ListPracticesRequest { page: Some(Page { size: 2, token: page_token }), ..Default::default() };
        let page = server.practices().await.list_practices(request).await.unwrap().into_inner();
        paged.extend(page.practices.into_iter().filter_map(|one| Some(one.practice?.id)));
        page_token = page.next_page_token;
        if page_token.is_empty() {
            break;
        }
    }
    assert_eq!(paged, all);
}

#[tokio::test]
async fn two_curators_add_and_revise_and_a_stale_write_is_refused() {
    let server = Server::start();
    let added = put(&server, put_request(practice("quays"), "harbour", 0)).await.unwrap();
    assert!(added.created && added.accept_time.is_some());
    assert_eq!(ids(&search(&server, of("fisherman quay")).await), ["quays"]);
    let better = Practice { description: "Offices on quays, and boats too.".into(), ..practice("quays") };
    let revised = put(&server, put_request(better.clone(), "coast", added.revision)).await.unwrap();
    assert!(!revised.created && revised.revision > added.revision);

    let refusal = Refusal::of(put(&server, put_request(practice("quays"), "harbour", added.revision)).await);
    assert_eq!((refusal.code, refusal.reason.as_str()), (Code::Aborted, "PRACTICE_REVISED"));
    assert_eq!(refusal.metadata["revision"], revised.revision.to_string());
    let refusal = Refusal::of(put(&server, put_request(practice("quays"), "harbour", 0)).await);
    assert_eq!((refusal.code, refusal.reason.as_str()), (Code::Aborted, "PRACTICE_REVISED"));
    assert!(refusal.message.contains("is there already"), "{}", refusal.message);

    // The old text is found in the past and nowhere else.
    assert_eq!(search(&server, of("\"arrive find\"")).await, []);
    let read_at = Some(ReadAt::revision(added.revision));
    let then = search(&server, SearchPracticesRequest { read_at, ..of("\"arrive find\"") }).await;
    assert_eq!(ids(&then), ["quays"]);
    assert!(text(&then[0].snippet).contains("who [arrive] [find] help"), "{}", text(&then[0].snippet));
    let read_at = Some(ReadAt::revision(added.revision - 1));
    assert_eq!(search(&server, SearchPracticesRequest { read_at, ..of("quays") }).await, []);

    let server = server.killed_and_restarted();
    let request = GetPracticeRequest { practice: "quays".into(), ..Default::default() };
    let now = server.practices().await.get_practice(request).await.unwrap().into_inner().practice.unwrap();
    assert_eq!((now.practice, now.curator.as_str(), now.revision), (Some(better), "coast", revised.revision));
    assert_eq!(search(&server, of("boats")).await.len(), 1);
}

async fn revisions(server: &Server, id: &str) -> Vec<RecordedPractice> {
    let request = ListPracticeRevisionsRequest { practice: id.to_owned(), ..Default::default() };
    server.practices().await.list_practice_revisions(request).await.unwrap().into_inner().versions
}

#[tokio::test]
async fn a_withdrawn_practice_keeps_its_history_and_comes_back() {
    let server = Server::start();
    let shipped = "out-migration-and-diaspora-support";
    let first = revisions(&server, shipped).await.remove(0);
    let request = WithdrawPracticeRequest {
        submission_id: Uuid::new_v4().to_string(),
        caller: coding::curator("harbour"),
        practice: shipped.into(),
        reason: "Superseded by law.".into(),
        expected_revision: first.revision,
        validate_only: false,
    };
    let mut client = server.practices().await;
    let checked = WithdrawPracticeRequest { validate_only: true, ..request.clone() };
    assert_eq!(client.withdraw_practice(checked).await.unwrap().into_inner().accept_time, None);
    let gone = client.withdraw_practice(request.clone()).await.unwrap().into_inner();
    assert_eq!(client.withdraw_practice(request.clone()).await.unwrap().into_inner(), gone, "a retry");
    let get = GetPracticeRequest { practice: shipped.into(), ..Default::default() };
    let refusal = Refusal::of(client.get_practice(get).await);
    assert_eq!((refusal.code, refusal.reason.as_str()), (Code::NotFound, "UNKNOWN_PRACTICE"));
    assert_eq!(refusal.metadata["withdrawn_revision"], gone.revision.to_string());
    assert!(refusal.message.contains("Superseded by law."), "{}", refusal.message);
    let again = WithdrawPracticeRequest { submission_id: Uuid::new_v4().to_string(), ..request };
    assert_eq!(Refusal::of(client.withdraw_practice(again).await).code, Code::NotFound);
    assert_eq!(search(&server, of("\"labour officers\"")).await, []);

    // The next start does not bring back what ships.
    let server = server.killed_and_restarted();
    let back = put(&server, put_request(practice(shipped), "coast", gone.revision)).await.unwrap();
    let versions = revisions(&server, shipped).await;
    let reported: Vec<_> = versions
        .iter()
        .map(|one| {
            (one.revision, one.previous_revision, one.curator.as_str(), one.withdrawal_reason.as_str())
        })
        .collect();
    assert_eq!(
        reported,
        [
            (back.revision, gone.revision, "coast", ""),
            (gone.revision, first.revision, "harbour", "Superseded by law."),
            (first.revision, 0, "", ""),
        ]
    );
    assert_eq!(versions[2].practice, first.practice);
}

#[tokio::test]
async fn a_write_is_accepted_once_however_often_it_is_sent() {
    let server = Server::start();
    let request = put_request(practice("quays"), "harbour", 0);
    let checked = PutPracticeRequest { validate_only: true, ..request.clone() };
    let preview = put(&server, checked.clone()).await.unwrap();
    assert_eq!((preview.created, preview.accept_time), (true, None));
    assert_eq!(listed(&server, ListPracticesRequest::default()).await.len(), 5);
    let first = put(&server, request.clone()).await.unwrap();
    assert_eq!(put(&server, request.clone()).await.unwrap(), first);
    let server = server.killed_and_restarted();
    assert_eq!(put(&server, request.clone()).await.unwrap(), first);
    let other = PutPracticeRequest { caller: coding::curator("coast"), ..request };
    let refusal = Refusal::of(put(&server, other).await);
    assert_eq!((refusal.code, refusal.reason.as_str()), (Code::AlreadyExists, "SUBMISSION_ID_REUSED"));
    assert_eq!(revisions(&server, "quays").await.len(), 1);
}

#[tokio::test]
async fn everything_that_is_wrong_is_reported_at_once_with_its_path() {
    let server = Server::start();
    let bad = Practice {
        id: "two words".into(),
        areas: vec!["mar".into(), "PHI".into()],
        title: String::new(),
        description: "x".repeat(8_001),
        domains: vec!["mobilty".into()],
        indicators: vec!["dual-nationalty".into()],
        measures: vec!["skils".into()],
        ..practice("quays")
    };
    let request = PutPracticeRequest { submission_id: "7".into(), ..put_request(bad, "", 0) };
    let refusal = Refusal::of(put(&server, request).await);
    assert_eq!(
        refusal.faults(),
        [
            ("submission_id", "MALFORMED"),
            ("caller.curator", "REQUIRED"),
            ("practice.id", "MALFORMED"),
            ("practice.areas[0]", "MALFORMED"),
            ("practice.title", "REQUIRED"),
            ("practice.description", "TOO_LONG"),
            ("practice.areas[1]", "UNKNOWN_AREA"),
            ("practice.domains[0]", "UNKNOWN_DOMAIN"),
            ("practice.indicators[0]", "UNKNOWN_INDICATOR"),
            ("practice.measures[0]", "UNKNOWN_MEASURE"),
        ]
    );
    for (place, hint) in [(6, "PHL"), (7, "mobility"), (8, "dual-nationality"), (9, "skills")] {
        assert!(refusal.violations[place].2.contains(&format!("did you mean {hint}")), "{refusal:?}");
    }
    let by_coder =
        PutPracticeRequest { caller: coding::coder("ada"), ..put_request(practice("quays"), "", 0) };
    let refusal = Refusal::of(put(&server, by_coder).await);
    assert_eq!(refusal.faults(), [("caller", "WRONG_ROLE")]);
    assert!(
        refusal.message.ends_with("only a curator writes and withdraws practices"),
        "{}",
        refusal.message
    );
    let by_nobody = PutPracticeRequest { caller: None, ..put_request(practice("quays"), "", 0) };
    assert_eq!(Refusal::of(put(&server, by_nobody).await).faults(), [("caller", "REQUIRED")]);
    let twice = Practice { measures: vec!["skills".into(), "skills".into()], areas: vec![], ..practice("q") };
    let refusal = Refusal::of(put(&server, put_request(twice, "harbour", 0)).await);
    assert_eq!(refusal.faults(), [("practice.areas", "REQUIRED"), ("practice.measures[1]", "DUPLICATE")]);
    let leaf = Practice { domains: vec!["dual-nationality".into()], ..practice("q") };
    let refusal = Refusal::of(put(&server, put_request(leaf, "harbour", 0)).await);
    assert_eq!(refusal.faults(), [("practice.domains[0]", "UNKNOWN_DOMAIN")]);
    let none = PutPracticeRequest { practice: None, ..put_request(practice("q"), "harbour", 0) };
    assert_eq!(Refusal::of(put(&server, none).await).faults(), [("practice", "REQUIRED")]);
}

#[tokio::test]
async fn what_cannot_be_asked_is_refused_with_the_field_and_the_remedy() {
    let server = Server::start();
    let mut client = server.practices().await;
    for (query, place) in [
        ("", "is empty"),
        ("diaspora \"labour", "character 10"),
        ("diaspora - visa", "character 10"),
        ("-visa the", "names nothing"),
    ] {
        let refusal = Refusal::of(client.search_practices(of(query)).await);
        assert_eq!((refusal.code, refusal.violations[0].0.as_str()), (Code::InvalidArgument, "query"));
        assert!(refusal.violations[0].2.contains(place), "{query}: {refusal:?}");
    }
    let local = ListPracticesRequest {
        selection: Some(PracticeSelection { area: "MAR/fes".into(), ..Default::default() }),
        ..Default::default()
    };
    assert_eq!(Refusal::of(client.list_practices(local).await).faults(), [("selection.area", "NOT_ALLOWED")]);
    let domain = ListPracticesRequest {
        selection: Some(PracticeSelection { domain: "mobilty".into(), ..Default::default() }),
        ..Default::default()
    };
    assert_eq!(
        Refusal::of(client.list_practices(domain).await).faults(),
        [("selection.domain", "UNKNOWN_DOMAIN")]
    );
    let measure = ListPracticesRequest {
        selection: Some(PracticeSelection { measure: "skils".into(), ..Default::default() }),
        ..Default::default()
    };
    let refusal = Refusal::of(client.list_practices(measure).await);
    assert_eq!((refusal.code, refusal.reason.as_str()), (Code::NotFound, "UNKNOWN_MEASURE"));
    let whole = ids(&search(&server, of("diaspora")).await);
    let first = client
        .search_practices(SearchPracticesRequest { page: Some(Page::of_size(1)), ..of("diaspora") })
        .await;
    let page_token = first.unwrap().into_inner().next_page_token;
    let turned =
        SearchPracticesRequest { page: Some(Page { size: 1, token: page_token.clone() }), ..of("diaspora") };
    let second = client.search_practices(turned).await.unwrap().into_inner();
    assert_eq!(ids(&second.hits), whole[1..]);
    let refusal = Refusal::of(
        client
            .search_practices(SearchPracticesRequest {
                page: Some(Page { token: page_token, ..Default::default() }),
                ..of("visa")
            })
            .await,
    );
    assert_eq!(refusal.reason, "INVALID_PAGE_TOKEN");
    let get = GetPracticeRequest { practice: "migration-and-development-link".into(), ..Default::default() };
    let refusal = Refusal::of(client.get_practice(get).await);
    assert!(refusal.message.contains("did you mean migration-and-development-links"), "{}", refusal.message);
}

#[tokio::test]
async fn measures_and_instruments_are_listed_with_what_cites_them() {
    let server = Server::start();
    put(&server, put_request(practice("quays"), "harbour", 0)).await.unwrap();
    let mut client = server.practices().await;
    let listed = client.list_measures(ListMeasuresRequest::default()).await.unwrap().into_inner();
    assert!(listed.measures.iter().any(|one| one.id == "skills" && !one.citation.is_empty()));
    let request = GetMeasureRequest { measure: "skills".into(), ..Default::default() };
    let skills = client.get_measure(request).await.unwrap().into_inner();
    assert!(skills.indicators.contains(&"diaspora-investment-schemes".to_owned()), "{skills:?}");
    assert!(skills.practices.contains(&"quays".to_owned()), "{skills:?}");
    let page = ListInstrumentsRequest { page: Some(Page::of_size(4)), ..Default::default() };
    let page = client.list_instruments(page).await.unwrap().into_inner();
    let rest = ListInstrumentsRequest {
        page: Some(Page { size: 4, token: page.next_page_token }),
        ..Default::default()
    };
    let rest = client.list_instruments(rest).await.unwrap().into_inner();
    assert_eq!((page.instruments.len(), rest.instruments.len(), rest.next_page_token.as_str()), (4, 2, ""));
    let read_at = Some(ReadAt::revision(1));
    let request = ListMeasuresRequest { read_at, ..Default::default() };
    let then = client.list_measures(request).await.unwrap().into_inner();
    assert_eq!((then.revision, then.measures), (1, listed.measures));
    let read_at = Some(ReadAt::revision(1_000));
    let request = ListInstrumentsRequest { read_at, ..Default::default() };
    assert_eq!(Refusal::of(client.list_instruments(request).await).reason, "NO_SUCH_REVISION");
    let request = GetInstrumentRequest { instrument: "gfmd".into(), ..Default::default() };
    let gfmd = client.get_instrument(request).await.unwrap().into_inner();
    assert!(!gfmd.indicators.is_empty() && gfmd.practices.is_sorted() && !gfmd.practices.is_empty());
    let request = GetInstrumentRequest { instrument: "gmfd".into(), ..Default::default() };
    let refusal = Refusal::of(client.get_instrument(request).await);
    assert_eq!((refusal.code, refusal.reason.as_str()), (Code::NotFound, "UNKNOWN_INSTRUMENT"));
    assert!(refusal.message.contains("did you mean gfmd"), "{}", refusal.message);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn compaction_keeps_every_version_of_a_practice() {
    let mut server = Server::start();
    let first = put(&server, put_request(practice("quays"), "harbour", 0)).await.unwrap();
    let better = Practice { title: "Better".into(), ..practice("quays") };
    let second = put(&server, put_request(better, "harbour", first.revision)).await.unwrap();
    let before = revisions(&server, "quays").await;
    server.terminate();
    let data = server.data().to_str().unwrap();
    let oldest = second.revision.to_string();
    let (code, _, error) = tenseven(&server, &["compact", "--data", data, "--oldest", &oldest]);
    assert_eq!(code, Some(0), "{error}");
    let (code, output, error) = tenseven(&server, &["verify", data]);
    assert_eq!(code, Some(0), "{output}{error}");
    let server = Server::start_on(server.data(), &[]);
    assert_eq!(revisions(&server, "quays").await, before);
}

fn tenseven(server: &Server, arguments: &[&str]) -> (Option<i32>, String, String) {
    let mut command = Command::new(binary::path());
    command.args(arguments).env("TENSEVEN_SERVER", server.address());
    let Output { status, stdout, stderr } = command.output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (status.code(), text(stdout), text(stderr))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_commands_find_keep_and_withdraw_practices() {
    let (server, home) = (Server::start(), TempDir::new().unwrap());
    let shipped = "out-migration-and-diaspora-support";
    let (code, output, error) = tenseven(&server, &["practice", "search", "diaspora", "--area", "PHL"]);
    assert_eq!(code, Some(0), "{error}");
    assert!(
        output.contains("supporting the [diaspora]") && !output.contains("migration-and-dev"),
        "{output}"
    );
    let found = tenseven(&server, &["practice", "search", "+diaspora", "embassy", "--format", "json"]).1;
    let found: serde_json::Value = serde_json::from_str(&found).unwrap();
    assert_eq!(
        (found["total_size"].as_u64(), &found["hits"][0]["practice"]["practice"]["id"]),
        (Some(2), &shipped.into())
    );

    // Shown as a file, changed, and put.
    let (_, text, _) = tenseven(&server, &["practice", "show", shipped, "--toml"]);
    let revision = found["hits"][0]["practice"]["revision"].to_string();
    assert!(text.contains(&format!("--expect {revision}")), "{text}");
    let file = home.path().join("practice.toml");
    std::fs::write(&file, text.replace("supporting the diaspora", "standing by those abroad")).unwrap();
    let file = file.to_str().unwrap();
    let (code, _, error) = tenseven(&server, &["practice", "put", file, "--curator", "harbour"]);
    assert_eq!(code, Some(1));
    assert!(error.contains("is there already") && error.contains("PRACTICE_REVISED"), "{error}");
    let put = ["practice", "put", file, "--curator", "harbour", "--expect", &revision];
    let (code, first, error) = tenseven(&server, &put);
    assert_eq!(code, Some(0), "{error}");
    assert_eq!(tenseven(&server, &put).1, first, "given again, it changes nothing more");
    let output = tenseven(&server, &["practice", "revisions", shipped, "--format", "csv"]).1;
    assert_eq!(output.lines().count(), 3, "{output}");

    let newest = first.trim().rsplit(' ').next().unwrap();
    let withdraw =
        ["practice", "withdraw", shipped, "--reason", "Over.", "--curator", "harbour", "--expect", newest];
    assert_eq!(tenseven(&server, &withdraw).0, Some(0));
    let output = tenseven(&server, &["practice", "list"]).1;
    assert!(!output.contains(shipped) && output.contains("migration-and-development-links"), "{output}");
    let (code, output, _) = tenseven(&server, &["measures", "skills"]);
    assert_eq!(code, Some(0));
    assert!(output.contains("Practices: migration-and-development-links"), "{output}");
    assert!(tenseven(&server, &["instruments", "--format", "csv"]).1.starts_with("id,label,"));
}
