//! Looking up which submissions were accepted.

use tenseven_api::v1::{
    AcceptedSubmission, GetFrameworkRequest, LookUpSubmissionsRequest, PublishFrameworkRequest,
    PushObservationsResponse, ReadAt, SubmitChangesResponse, publish_framework_response::Step,
};
use tenseven_tests::{Draft, Refusal, Server, level};
use tonic::Code;
use uuid::Uuid;

fn of_year(year: usize) -> Draft {
    Draft::new().with("dual-nationality", "MAR", &year.to_string(), level("basic"))
}

async fn pushed(server: &Server, draft: &Draft) -> (String, PushObservationsResponse) {
    let request = draft.request();
    let id = request.submission_id.clone();
    (id, server.observations().await.push_observations(request).await.unwrap().into_inner())
}

async fn looked_up(server: &Server, ids: &[&str]) -> (Vec<AcceptedSubmission>, u64) {
    let submission_ids = ids.iter().map(ToString::to_string).collect();
    let request = LookUpSubmissionsRequest { submission_ids, ..Default::default() };
    let answer = server.observations().await.look_up_submissions(request).await.unwrap().into_inner();
    (answer.submissions, answer.revision)
}

fn accepted(id: &str, receipt: PushObservationsResponse) -> AcceptedSubmission {
    let receipt = SubmitChangesResponse {
        revision: receipt.revision,
        new_count: receipt.new_count,
        revised_count: receipt.revised_count,
        unchanged_count: receipt.unchanged_count,
        withdrawn_count: 0,
        accept_time: receipt.accept_time,
        history_id: receipt.history_id,
    };
    AcceptedSubmission { submission_id: id.to_owned(), receipt: Some(receipt) }
}

#[tokio::test]
async fn what_was_accepted_is_listed_in_the_order_asked_with_its_first_answer() {
    let server = Server::start();
    let (first, first_receipt) = pushed(&server, &of_year(2000)).await;
    let both = of_year(2000).with("dual-nationality", "MAR", "2001", level("elaborated"));
    let (second, second_receipt) = pushed(&server, &both).await;
    assert_eq!((second_receipt.new_count, second_receipt.unchanged_count), (1, 1));
    let unknown = Uuid::new_v4().to_string();
    let shouted = first.to_uppercase();
    let asked = [second.as_str(), &unknown, &shouted, &second];
    let expected = [
        accepted(&second, second_receipt.clone()),
        accepted(&first, first_receipt),
        accepted(&second, second_receipt.clone()),
    ];
    let (found, revision) = looked_up(&server, &asked).await;
    assert_eq!((found.as_slice(), revision), (expected.as_slice(), second_receipt.revision));
    let server = server.killed_and_restarted();
    assert_eq!(looked_up(&server, &asked).await.0, expected, "a restart changes nothing");
}

#[tokio::test]
async fn a_refused_or_checked_batch_is_not_there() {
    let server = Server::start();
    let refused = Draft::new().with("dual-nationality", "QQQ", "2000", level("basic")).request();
    let mut checked = of_year(2000).request();
    checked.validate_only = true;
    let ids = [refused.submission_id.clone(), checked.submission_id.clone()];
    let mut client = server.observations().await;
    client.push_observations(refused).await.unwrap_err();
    client.push_observations(checked).await.unwrap();
    assert_eq!(looked_up(&server, &[&ids[0], &ids[1]]).await.0, []);
}

#[tokio::test]
async fn the_submission_of_a_framework_has_a_receipt_without_observations() {
    let server = Server::start();
    let mut client = server.frameworks().await;
    let request = GetFrameworkRequest { framework: "target-10-7".to_owned(), ..Default::default() };
    let text = client.get_framework(request).await.unwrap().into_inner().framework.unwrap().definition;
    let definition = text.replacen("version = \"1.1.0\"", "version = \"99.0.0\"", 1);
    let submission_id = Uuid::new_v4().to_string();
    let request =
        PublishFrameworkRequest { submission_id: submission_id.clone(), definition, ..Default::default() };
    let mut steps = client.publish_framework(request).await.unwrap().into_inner();
    let mut published = 0;
    while let Some(step) = steps.message().await.unwrap() {
        if let Some(Step::Receipt(receipt)) = step.step {
            published = receipt.revision;
        }
    }
    let (found, _) = looked_up(&server, &[&submission_id]).await;
    let receipt = found[0].receipt.clone().unwrap();
    assert_eq!((receipt.revision, receipt.new_count, receipt.unchanged_count), (published, 0, 0));
    assert!(receipt.accept_time.is_some());
}

#[tokio::test]
async fn many_are_looked_up_at_once() {
    let server = Server::start();
    let mut expected = Vec::new();
    for year in 1950..2000 {
        let (id, receipt) = pushed(&server, &of_year(year)).await;
        expected.push(accepted(&id, receipt));
    }
    // Each known one among two hundred that are not.
    let strangers: Vec<String> = (0..9_950).map(|_| Uuid::new_v4().to_string()).collect();
    let mut asked: Vec<&str> = strangers.iter().map(String::as_str).collect();
    for (place, one) in expected.iter().enumerate() {
        asked.insert(place * 200, &one.submission_id);
    }
    assert_eq!(asked.len(), 10_000);
    assert_eq!(looked_up(&server, &asked).await.0, expected);
}

#[tokio::test]
async fn what_is_no_id_and_what_is_too_much_is_refused() {
    let server = Server::start();
    let ask = async |submission_ids: Vec<String>, min_revision| {
        let request =
            LookUpSubmissionsRequest { submission_ids, read_at: Some(ReadAt::not_before(min_revision)) };
        let mut request = tonic::Request::new(request);
        request.set_timeout(std::time::Duration::from_millis(300));
        Refusal::of(server.observations().await.look_up_submissions(request).await)
    };
    let id = Uuid::new_v4().to_string();
    let none = ask(Vec::new(), 0).await;
    assert_eq!(none.faults(), [("submission_ids", "REQUIRED")]);
    let odd = ask(vec![id.clone(), "mine".to_owned(), Uuid::nil().to_string()], 0).await;
    assert_eq!(odd.faults(), [("submission_ids[1]", "MALFORMED"), ("submission_ids[2]", "MALFORMED")]);
    let many = ask(vec![id.clone(); 10_001], 0).await;
    assert_eq!(many.faults(), [("submission_ids", "TOO_MANY")]);
    let early = ask(vec![id], 1_000_000).await;
    assert_eq!((early.code, early.reason.as_str()), (Code::DeadlineExceeded, "REVISION_NOT_REACHED"));
}
