//! Attacks by frameworks.

use tenseven_api::v1::{PublishFrameworkRequest, ValidateFrameworkRequest};
use tenseven_catalog::Catalog;
use tenseven_tests::Server;
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::attacks::Hold;

const COMPUTED: usize = 900;
const PUBLICATIONS: usize = 6;
const VALIDATIONS: usize = 64;

/// A framework of many indicators that are computed from others, published again and again.
pub(crate) async fn costly(server: &Server) -> Hold {
    for version in 0..PUBLICATIONS {
        let definition = framework(version);
        let submission_id = Uuid::new_v4().to_string();
        let request = PublishFrameworkRequest { submission_id, definition, validate_only: false };
        let mut client = server.frameworks().await;
        // It is published, or refused for what it costs.
        if let Ok(steps) = client.publish_framework(request).await {
            let mut steps = steps.into_inner();
            while let Ok(Some(_)) = steps.message().await {}
        }
    }
    Box::new(())
}

/// Texts as long as they may be, checked at once.
pub(crate) async fn large(server: &Server) -> Hold {
    let text = framework(0);
    let filler = "# a line that says nothing\n".repeat((1024 * 1024 - text.len()) / 27);
    let mut calls = JoinSet::new();
    for _ in 0..VALIDATIONS {
        let mut client = server.frameworks().await;
        let request =
            ValidateFrameworkRequest { definition: format!("{text}{filler}"), ..Default::default() };
        calls.spawn(async move { client.validate_framework(request).await.map(drop) });
    }
    while calls.join_next().await.is_some() {}
    Box::new(())
}

/// The framework that ships, with many more indicators.
fn framework(version: usize) -> String {
    let texts = Catalog::bundled().framework_texts();
    let target = texts.iter().find(|text| text.contains("id = \"target-10-7\"")).expect("it ships");
    let version = format!("version = \"2.{version}.0\"");
    let mut text = target.replacen("version = \"1.0.0\"", &version, 1);
    for number in 0..COMPUTED {
        let indicator = format!(
            "\n[[indicators]]\nid = \"computed-{number}\"\nname = \"Computed {number}\"\nkind = \"number\"\n\
             formula = \"[migrant-casualties] + {number}\"\nparent = \"overall\"\nnormalise = {{ method = \"prank\" }}\n"
        );
        text.push_str(&indicator);
    }
    text
}
