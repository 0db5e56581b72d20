//! Partners that push until the server is gone.

use std::time::Duration;

use anyhow::Result;
use tenseven_api::v1::observation_service_client::ObservationServiceClient;
use tokio::task::JoinSet;
use tonic::transport::{Channel, Endpoint};

use super::{
    random::Random,
    record::{Shared, lock},
};

/// How long a call may take.
const CALL_MAX: Duration = Duration::from_secs(30);
/// Most observations in a batch, as a rule and once in a while.
const BATCH_MAX: u64 = 12;
const LARGE_BATCH_MAX: u64 = 60;

/// A client with a connection of its own.
pub(crate) async fn connect(address: &str) -> Result<ObservationServiceClient<Channel>> {
    let endpoint = Endpoint::from_shared(address.to_owned())?.timeout(CALL_MAX);
    Ok(ObservationServiceClient::new(endpoint.connect().await?).max_decoding_message_size(64 << 20))
}

/// Clients that push at once.
pub(crate) struct Load(JoinSet<()>);

impl Load {
    /// Lets this number of clients push to the server at this address.
    pub(crate) fn start(address: &str, clients: u32, record: &Shared) -> Self {
        let mut load = JoinSet::new();
        for client in 0..clients {
            load.spawn(push_until_refused(address.to_owned(), client, record.clone()));
        }
        Self(load)
    }

    /// Waits until each client noticed that the server is gone.
    pub(crate) async fn ended(self) {
        self.0.join_all().await;
    }
}

async fn push_until_refused(address: String, client: u32, record: Shared) {
    let Ok(mut service) = connect(&address).await else { return };
    let mut random = Random::new();
    loop {
        let most = if random.once_in(10) { LARGE_BATCH_MAX } else { BATCH_MAX };
        let count = random.within(1..most);
        let comment_bytes = if random.once_in(6) { 700 } else { 0 };
        let batch = lock(&record).batch(client, count, comment_bytes, &mut random);
        let Ok(receipt) = service.push_observations(batch.request()).await else { return };
        lock(&record).accept(&batch.submission, receipt.into_inner().revision);
    }
}
