//! How the commands connect: named servers, certificates, and keys, which no list of processes and no message shows.

use std::{
    fs::Permissions,
    os::unix::fs::PermissionsExt as _,
    path::Path,
    process::{Command, Output},
    sync::{Arc, Mutex},
};

use tempfile::TempDir;
use tenseven_api::v1::{
    GetServerStatusRequest, GetServerStatusResponse, StreamBackupRequest, StreamBackupResponse,
    admin_service_server::{AdminService, AdminServiceServer},
};
use tenseven_tests::{Server, binary};
use tokio::net::TcpListener;
use tokio_stream::wrappers::TcpListenerStream;
use tonic::{Request, Response, Status};

use tenseven_tests::certificates::{Authority, Files};

const KEY: &str = "ts_a-key-that-nobody-may-see";

/// `tenseven status` with these arguments and variables, and with this folder as that of the configuration.
fn status(config: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> (Option<i32>, String) {
    let mut command = Command::new(binary::path());
    for name in
        ["SERVER", "CA", "KEY", "KEY_FILE", "TOKEN", "TOKEN_FILE"].map(|name| format!("TENSEVEN_{name}"))
    {
        command.env_remove(name);
    }
    command.env("XDG_CONFIG_HOME", config).envs(variables.iter().copied());
    let Output { status, stdout, stderr } = command.arg("status").args(arguments).output().unwrap();
    let text = [stdout, stderr].map(|text| String::from_utf8(text).unwrap()).concat();
    assert!(!text.contains(KEY), "{text}");
    (status.code(), text)
}

/// A folder with a file of named servers.
fn config(text: &str) -> TempDir {
    let folder = TempDir::new().unwrap();
    std::fs::create_dir(folder.path().join("tenseven")).unwrap();
    std::fs::write(folder.path().join("tenseven/config.toml"), text).unwrap();
    folder
}

#[test]
fn commands_call_over_tls_by_an_address_a_name_or_the_default() {
    let authority = Authority::new();
    let files = Files::new(&authority.server());
    let ca = files.write("ca.pem", &authority.pem());
    let server = files.serve(&["--tls-client-ca", &ca]);
    let client = authority.client("spiffe://partner.example/push", "push.partner.example");
    let (cert, key) =
        (files.write("client.pem", &client.certificate), files.write("client.key", &client.key));
    std::fs::set_permissions(&key, Permissions::from_mode(0o600)).unwrap();
    let address = server.address();
    let none = TempDir::new().unwrap();
    let direct = ["--server", address, "--ca", &ca, "--client-cert", &cert, "--client-key", &key];
    for arguments in [&direct[..4], &direct] {
        let (code, text) = status(none.path(), arguments, &[]);
        assert!(code == Some(0) && text.contains("certificate expires"), "{arguments:?}: {text}");
    }
    let named = config(&format!(
        "default = \"ours\"\n[servers.ours]\naddress = \"{address}\"\nca = \"{ca}\"\n\
         client_cert = \"{cert}\"\nclient_key = \"{key}\"\n"
    ));
    for arguments in [&[][..], &["--server", "ours"]] {
        let (code, text) = status(named.path(), arguments, &[]);
        assert!(code == Some(0) && text.contains("revision"), "{arguments:?}: {text}");
    }
    let other = files.write("other.pem", &Authority::new().pem());
    for (arguments, expected, problem) in [
        (&["--server", address, "--ca", &other][..], 69, "certificate"),
        (&["--server", address], 69, "(--ca)"),
        (&["--server", address, "--ca", &key], 64, "no certificate in PEM"),
        (&["--server", address, "--ca", "absent.pem"], 64, "absent.pem cannot be read"),
        (&["--server", address, "--ca", &ca, "--client-cert", &cert], 64, "give --client-key"),
        (&["--server", "theirs"], 64, "config.toml names ours"),
    ] {
        let (code, text) = status(named.path(), arguments, &[]);
        assert!(code == Some(expected) && text.contains(problem), "{arguments:?}: {code:?} {text}");
    }
}

#[test]
fn plain_http_to_a_port_of_tls_names_what_may_be_wrong() {
    let files = Files::new(&Authority::new().server());
    let server = files.serve(&[]);
    let none = TempDir::new().unwrap();
    let plain = server.address().replace("https", "http");
    let (code, text) = status(none.path(), &["--server", &plain], &[]);
    assert!(code == Some(69) && text.contains("https:// if the server uses TLS"), "{code:?} {text}");
}

#[test]
fn a_file_of_named_servers_that_cannot_be_used_is_refused_with_its_path_and_line() {
    let server = Server::start();
    let wrong = config("[servers.ours]\naddress = \"http://127.0.0.1:1\"\nkey = \"k\"\n");
    let (code, text) = status(wrong.path(), &[], &[]);
    assert_eq!(code, Some(64), "{text}");
    assert!(
        text.contains("config.toml") && text.contains("line 3") && text.contains("unknown field `key`"),
        "{text}"
    );
    // It is not read by commands that need nothing of it.
    assert_eq!(status(wrong.path(), &["--server", server.address()], &[]).0, Some(0));
}

/// A server that notes the keys that it is sent.
#[derive(Clone, Default)]
struct Noting(Arc<Mutex<Vec<Option<String>>>>);

#[tonic::async_trait]
impl AdminService for Noting {
    type StreamBackupStream = tokio_stream::Empty<Result<StreamBackupResponse, Status>>;

    async fn get_server_status(
        &self,
        request: Request<GetServerStatusRequest>,
    ) -> Result<Response<GetServerStatusResponse>, Status> {
        let key = request.metadata().get("authorization");
        self.0.lock().unwrap().push(key.map(|key| key.to_str().unwrap().to_owned()));
        Ok(Response::new(GetServerStatusResponse::default()))
    }

    async fn stream_backup(
        &self,
        _: Request<StreamBackupRequest>,
    ) -> Result<Response<Self::StreamBackupStream>, Status> {
        Ok(Response::new(tokio_stream::empty()))
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_comes_from_a_file_or_the_environment_and_goes_to_no_other_machine_unencrypted() {
    let (listener, noting) = (TcpListener::bind("127.0.0.1:0").await.unwrap(), Noting::default());
    let address = format!("http://{}", listener.local_addr().unwrap());
    let service = AdminServiceServer::new(noting.clone());
    let serving = tonic::transport::Server::builder().add_service(service);
    tokio::spawn(serving.serve_with_incoming(TcpListenerStream::new(listener)));
    let files = TempDir::new().unwrap();
    let path = |name: &str| files.path().join(name).to_str().unwrap().to_owned();
    let (own, open, empty) = (path("own.key"), path("open.key"), path("empty.key"));
    std::fs::write(&own, format!("{KEY}-own\n")).unwrap();
    std::fs::set_permissions(&own, Permissions::from_mode(0o600)).unwrap();
    std::fs::write(&open, format!("{KEY}-open")).unwrap();
    std::fs::set_permissions(&open, Permissions::from_mode(0o644)).unwrap();
    std::fs::write(&empty, "\n").unwrap();
    let named = config(&format!("[servers.ours]\naddress = \"{address}\"\nkey_file = \"{own}\"\n"));
    let (variable, other) = ([("TENSEVEN_KEY", KEY)], "http://192.0.2.1:1");
    let at = ["--server", &address];
    for (arguments, variables, sent) in [
        (&at[..], &[][..], None),
        (&at, &variable[..], Some("")),
        (&[at[0], at[1], "--key-file", &own], &variable, Some("-own")),
        (&at, &[("TENSEVEN_KEY_FILE", own.as_str())], Some("-own")),
        (&["--server", "ours"], &[], Some("-own")),
        (&["--server", "ours"], &variable, Some("")),
        (&at, &[("TENSEVEN_TOKEN", KEY)], Some("")),
        (&[at[0], at[1], "--token-file", &own], &variable, Some("-own")),
        (&at, &[("TENSEVEN_TOKEN_FILE", own.as_str()), ("TENSEVEN_KEY", "k")], Some("-own")),
    ] {
        let (code, text) = tokio::task::block_in_place(|| status(named.path(), arguments, variables));
        assert!(code == Some(0) && !text.contains("warning"), "{arguments:?}: {text}");
        let noted = noting.0.lock().unwrap().pop().unwrap();
        assert_eq!(noted, sent.map(|end| format!("Bearer {KEY}{end}")), "{arguments:?} {variables:?}");
    }
    for (arguments, variables, expected, problem) in [
        (&[at[0], at[1], "--key-file", &open][..], &[][..], 0, "chmod 600"),
        (&[at[0], at[1], "--key-file", &empty], &[], 64, "is empty"),
        (&["--server", other, "--timeout", "1s"], &variable[..], 64, "--insecure-key"),
        (&["--server", other, "--timeout", "1s", "--insecure-key"], &variable, 69, "no answer"),
        (&at, &[("TENSEVEN_KEY", "two\nlines")], 64, "cannot be sent"),
        (&at, &[("TENSEVEN_KEY", KEY), ("TENSEVEN_TOKEN", KEY)], 64, "give a key or a token"),
        (&[at[0], at[1], "--key-file", &own, "--token-file", &own], &[], 64, "give a key or a token"),
        (&[at[0], at[1], "--token-file", &empty], &[], 64, "is empty"),
        (&[at[0], at[1], "--token-file", "absent"], &[], 64, "absent cannot be read"),
        (&["--server", other, "--timeout", "1s", "--token-file", &own], &[], 64, "--insecure-key"),
        (&[at[0], at[1], "--token", "t"], &[], 2, "unexpected argument '--token'"),
        (&[at[0], at[1], "--key", "k"], &[], 2, "unexpected argument '--key'"),
    ] {
        let (code, text) = tokio::task::block_in_place(|| status(named.path(), arguments, variables));
        assert!(code == Some(expected) && text.contains(problem), "{arguments:?}: {code:?} {text}");
    }
}
