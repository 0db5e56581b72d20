//! The client: one connection to one server, shared by all calls.

use std::sync::{Arc, atomic::AtomicU64};

use tenseven_api::v1::{
    access_service_client::AccessServiceClient, admin_service_client::AdminServiceClient,
    assessment_service_client::AssessmentServiceClient, audit_service_client::AuditServiceClient,
    framework_service_client::FrameworkServiceClient, observation_service_client::ObservationServiceClient,
    practice_service_client::PracticeServiceClient, score_service_client::ScoreServiceClient,
};
use tonic::{
    service::interceptor::InterceptedService,
    transport::{Channel, Endpoint},
};
use uuid::Uuid;

use crate::{
    ClientError, ClientOptions, call::Caller, error::from_transport, retry::RetryPolicy,
    security::Authorization,
};

/// Largest part of a backup: the longest record of a journal, and what goes with it.
const BACKUP_BYTES_MAX: usize = 72 * 1024 * 1024;

/// The connection, over which each call has the client's key.
pub(crate) type Transport = InterceptedService<Channel, Authorization>;

/// A client of one server. Cloning is cheap; clones share the connection, which is made again when it breaks.
#[derive(Debug, Clone)]
pub struct Client {
    transport: Transport,
    answer_bytes_max: usize,
    pub(crate) caller: Arc<Caller>,
}

impl Client {
    /// A client of the server at `endpoint` (`https://host:port` or `http://host:port`), connected.
    ///
    /// Fails with [`ClientError::Endpoint`] if the address cannot be used, with [`ClientError::Connect`] if nobody
    /// answers there within the connect timeout, and as [`Client::lazy`] if the options cannot be used.
    pub async fn connect(endpoint: &str, options: ClientOptions) -> Result<Self, ClientError> {
        let (address, authorization) = address(endpoint, &options)?;
        let channel = address.connect().await.map_err(|error| from_transport(error, endpoint))?;
        Ok(Self::over(InterceptedService::new(channel, authorization), endpoint, &options))
    }

    /// A client of the server at `endpoint` that connects with its first call. Must be made inside a Tokio runtime.
    ///
    /// Fails only with [`ClientError::Endpoint`], or if the security options cannot be used with the address:
    /// [`ClientError::Certificates`], [`ClientError::InsecureKey`], [`ClientError::UnusableKey`],
    /// [`ClientError::TokenFile`].
    #[expect(clippy::needless_pass_by_value, reason = "options are made for one client")]
    pub fn lazy(endpoint: &str, options: ClientOptions) -> Result<Self, ClientError> {
        let (address, authorization) = address(endpoint, &options)?;
        Ok(Self::over(InterceptedService::new(address.connect_lazy(), authorization), endpoint, &options))
    }

    /// The same client over the same connection, which tries each call again so often.
    #[must_use]
    pub fn with_retries_max(&self, retries_max: u32) -> Self {
        let Caller { endpoint, deadline, policy, .. } = self.caller.as_ref();
        let caller = Caller {
            endpoint: endpoint.clone(),
            deadline: *deadline,
            policy: RetryPolicy { retries_max, ..*policy },
            seed: Uuid::new_v4().as_u64_pair().0,
            waits: AtomicU64::new(0),
        };
        Self { caller: Arc::new(caller), ..self.clone() }
    }

    /// The address that the client was made with.
    pub fn endpoint(&self) -> &str {
        &self.caller.endpoint
    }

    fn over(transport: Transport, endpoint: &str, options: &ClientOptions) -> Self {
        let policy = RetryPolicy { retries_max: options.retries_max, backoff: options.backoff };
        let caller = Caller {
            endpoint: endpoint.to_owned(),
            deadline: options.deadline,
            policy,
            seed: Uuid::new_v4().as_u64_pair().0,
            waits: AtomicU64::new(0),
        };
        Self { transport, answer_bytes_max: options.answer_bytes_max, caller: Arc::new(caller) }
    }

    pub(crate) fn observation_service(&self) -> ObservationServiceClient<Transport> {
        ObservationServiceClient::new(self.transport.clone()).max_decoding_message_size(self.answer_bytes_max)
    }

    pub(crate) fn access_service(&self) -> AccessServiceClient<Transport> {
        AccessServiceClient::new(self.transport.clone()).max_decoding_message_size(self.answer_bytes_max)
    }

    pub(crate) fn admin_service(&self) -> AdminServiceClient<Transport> {
        AdminServiceClient::new(self.transport.clone()).max_decoding_message_size(self.backup_bytes_max())
    }

    pub(crate) fn audit_service(&self) -> AuditServiceClient<Transport> {
        AuditServiceClient::new(self.transport.clone()).max_decoding_message_size(self.answer_bytes_max)
    }

    /// A part of a backup may be one record alone, however large.
    fn backup_bytes_max(&self) -> usize {
        self.answer_bytes_max.max(BACKUP_BYTES_MAX)
    }

    pub(crate) fn score_service(&self) -> ScoreServiceClient<Transport> {
        ScoreServiceClient::new(self.transport.clone()).max_decoding_message_size(self.answer_bytes_max)
    }

    pub(crate) fn assessment_service(&self) -> AssessmentServiceClient<Transport> {
        AssessmentServiceClient::new(self.transport.clone()).max_decoding_message_size(self.answer_bytes_max)
    }

    pub(crate) fn practice_service(&self) -> PracticeServiceClient<Transport> {
        PracticeServiceClient::new(self.transport.clone()).max_decoding_message_size(self.answer_bytes_max)
    }

    pub(crate) fn framework_service(&self) -> FrameworkServiceClient<Transport> {
        FrameworkServiceClient::new(self.transport.clone()).max_decoding_message_size(self.answer_bytes_max)
    }
}

/// The address with all options, and what adds the key to calls to it.
fn address(endpoint: &str, options: &ClientOptions) -> Result<(Endpoint, Authorization), ClientError> {
    let bad = |source| ClientError::Endpoint { endpoint: endpoint.to_owned(), source };
    if endpoint.contains('@') {
        return Err(ClientError::UserInAddress);
    }
    let address = Endpoint::from_shared(endpoint.to_owned()).map_err(|error| bad(Some(error)))?;
    let has_scheme = matches!(address.uri().scheme_str(), Some("http" | "https"));
    if !has_scheme || address.uri().host().is_none() {
        return Err(bad(None));
    }
    let address = address
        .connect_timeout(options.connect_timeout)
        .tcp_nodelay(true)
        .user_agent(concat!("tenseven-client/", env!("CARGO_PKG_VERSION")))
        .map_err(|error| bad(Some(error)))?;
    let authorization = options.security.authorization(&address, endpoint)?;
    Ok((options.security.secured(address, endpoint)?, authorization))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn impatient() -> ClientOptions {
        ClientOptions { connect_timeout: Duration::from_millis(500), retries_max: 0, ..Default::default() }
    }

    #[tokio::test]
    async fn refuses_what_is_no_address() {
        for bad in ["", "127.0.0.1:50107", "ftp://host:1", "http://", "not an address"] {
            let client = Client::lazy(bad, impatient());
            assert!(matches!(client, Err(ClientError::Endpoint { .. })), "{bad:?}: {client:?}");
        }
    }

    #[tokio::test]
    async fn does_not_repeat_a_password_in_an_address() {
        for bad in ["http://user:secret@host:1", "user:secret@host:1", "https://secret@host"] {
            let client = Client::lazy(bad, impatient()).unwrap_err();
            assert!(matches!(client, ClientError::UserInAddress), "{client:?}");
            assert!(!client.to_string().contains("secret"), "{client}");
        }
    }

    #[tokio::test]
    async fn says_where_nobody_answers() {
        // A port that was free a moment ago: bound, then closed.
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let endpoint = format!("http://{free}");
        let connected = Client::connect(&endpoint, impatient()).await.unwrap_err();
        let lazy = Client::lazy(&endpoint, impatient()).unwrap();
        let called =
            lazy.list_frameworks(tenseven_api::v1::ListFrameworksRequest::default()).await.unwrap_err();
        for error in [connected, called] {
            assert!(matches!(error, ClientError::Connect { .. }), "{error:?}");
            assert!(error.to_string().contains(&endpoint), "{error}");
            assert!(error.to_string().contains("refused"), "{error}");
        }
    }
}
