//! Keys and certificates that are replaced while partners call: nobody who does it in the documented order sees a failed call.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use tenseven_api::v1::{
    GetFrameworkRequest, RevokeKeyRequest, Role, access_service_client::AccessServiceClient,
    framework_service_client::FrameworkServiceClient, observation_service_client::ObservationServiceClient,
};
use tenseven_tests::{
    Draft,
    admin::{Guarded, with_key},
    certificates::{Authority, Files, der},
    level,
};
use tokio::sync::watch;
use tonic::{
    Status,
    transport::{Certificate, Channel, ClientTlsConfig, Endpoint},
};

use super::registry::{everything, id, issue, partner};
use crate::tls::served_certificate;

/// How often the key and the certificate are replaced.
const ROTATIONS: usize = 20;
/// In every round whose number this divides, the server is not asked to read the files, and has to notice that they changed.
const UNASKED_EVERY: usize = 4;
const CALLERS: usize = 6;

/// What all callers share.
struct Load {
    endpoint: Endpoint,
    keys: watch::Receiver<(usize, String)>,
    /// The number of the key that each caller began its last call with.
    begun: [AtomicUsize; CALLERS],
    calls: AtomicUsize,
    is_over: AtomicBool,
}

impl Load {
    /// Calls until the load is over; half of the callers make another connection for each call.
    async fn call(&self, caller: usize) -> Result<(), String> {
        let connect = || async { self.endpoint.connect().await.map_err(|error| format!("{error:?}")) };
        let mut channel = connect().await?;
        while !self.is_over.load(Ordering::SeqCst) {
            if caller.is_multiple_of(2) {
                channel = connect().await?;
            }
            let (number, key) = self.keys.borrow().clone();
            self.begun[caller].store(number, Ordering::SeqCst);
            call(&channel, &key, caller).await.map_err(|status| format!("{status:?}"))?;
            self.calls.fetch_add(1, Ordering::SeqCst);
        }
        Ok(())
    }

    /// Waits until no caller uses a key before the one with this number.
    async fn switched(&self, number: usize) {
        while self.begun.iter().any(|begun| begun.load(Ordering::SeqCst) < number) {
            assert!(!self.is_over.load(Ordering::SeqCst), "a call failed");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

/// One read or one write.
async fn call(channel: &Channel, key: &str, caller: usize) -> Result<(), Status> {
    if caller < 2 {
        let push = Draft::new().with("dual-nationality", "MAR", "2020", level("basic")).request();
        let mut service = ObservationServiceClient::new(channel.clone());
        return service.push_observations(with_key(key, push)).await.map(drop);
    }
    let request = GetFrameworkRequest { framework: "target-10-7".to_owned(), ..Default::default() };
    FrameworkServiceClient::new(channel.clone()).get_framework(with_key(key, request)).await.map(drop)
}

/// A partner's key is replaced: the new one is issued, callers take it, and the old one is revoked.
async fn replace_key(
    guarded: &Guarded,
    channel: &Channel,
    (load, keys): (&Load, &watch::Sender<(usize, String)>),
    (number, old_id): (usize, String),
) -> String {
    let (new_id, key) = issue(guarded, channel, "hcp").await;
    keys.send_replace((number, key));
    load.switched(number).await;
    let request = RevokeKeyRequest {
        submission_id: id(),
        partner: "hcp".to_owned(),
        key_id: old_id,
        reason: "rotated".to_owned(),
        ..Default::default()
    };
    AccessServiceClient::new(channel.clone()).revoke_key(with_key(&guarded.admin, request)).await.unwrap();
    new_id
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn keys_and_certificates_are_replaced_under_load_without_a_failed_call() {
    let authority = Authority::new();
    let files = Files::new(&authority.server());
    let pair = files.arguments();
    let guarded = Guarded::start(&pair.each_ref().map(String::as_str));
    let tls = ClientTlsConfig::new().ca_certificate(Certificate::from_pem(authority.pem()));
    let endpoint =
        Endpoint::from_shared(guarded.server.address().to_owned()).unwrap().tls_config(tls).unwrap();
    let channel = endpoint.connect().await.unwrap();
    partner(&guarded, &channel, "hcp", [Role::Reader, Role::Contributor].map(everything).to_vec()).await;
    let (mut key_id, key) = issue(&guarded, &channel, "hcp").await;
    let (keys, received) = watch::channel((0, key));
    let load = Arc::new(Load {
        endpoint,
        keys: received,
        begun: Default::default(),
        calls: AtomicUsize::new(0),
        is_over: AtomicBool::new(false),
    });
    let callers: Vec<_> = (0..CALLERS)
        .map(|caller| {
            let load = Arc::clone(&load);
            tokio::spawn(async move {
                let ended = load.call(caller).await;
                load.is_over.store(true, Ordering::SeqCst);
                ended
            })
        })
        .collect();
    for number in 1..=ROTATIONS {
        let next = authority.server();
        files.rename(&next);
        if !number.is_multiple_of(UNASKED_EVERY) {
            guarded.server.signal("HUP");
        }
        key_id = replace_key(&guarded, &channel, (&load, &keys), (number, key_id)).await;
        let is_used = (0..1_000).any(|_| {
            std::thread::sleep(Duration::from_millis(10));
            served_certificate(&guarded.server, &authority) == der(&next.certificate)
        });
        assert!(is_used, "certificate {number} is not used");
    }
    load.is_over.store(true, Ordering::SeqCst);
    for caller in callers {
        caller.await.unwrap().expect("no call fails");
    }
    let calls = load.calls.load(Ordering::SeqCst);
    println!("{calls} calls during {ROTATIONS} rotations of keys and certificates, none failed");
    assert!(calls > ROTATIONS * CALLERS, "{calls}");
}
