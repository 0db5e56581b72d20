//! Which addresses a server listens at, and what it needs to be given for that.

use std::process::Command;

use tempfile::TempDir;
use tenseven_tests::{Server, binary};

use tenseven_tests::certificates::{Authority, Files};

/// The exit code and the error of a server that does not start.
fn refused(arguments: &[&str]) -> (Option<i32>, String) {
    let home = TempDir::new().unwrap();
    let data = home.path().join("data");
    // One that starts in spite of that would not end.
    let output = Command::new("timeout")
        .arg("20")
        .arg(binary::path())
        .args(["serve", "--data"])
        .arg(&data)
        .args(arguments)
        .env("TENSEVEN_ALLOW_ANONYMOUS", "no")
        .output()
        .unwrap();
    assert!(!data.exists(), "a journal was made by {arguments:?}");
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

#[test]
fn an_address_that_others_reach_needs_tls_a_proxy_or_an_explicit_permission() {
    let files = Files::new(&Authority::new().server());
    let pair = files.arguments();
    let pair: Vec<_> = pair.iter().map(String::as_str).collect();
    for listen in ["127.0.0.1:0", "[::1]:0", "0.0.0.0:0", "[::]:0"] {
        let is_loopback = listen.contains('1');
        for tls in [&[][..], &pair[..]] {
            for proxy in [&[][..], &["--tls-terminated-by-proxy"]] {
                for anonymous in ["no", "read", "write"] {
                    let start = [&["--listen", listen, "--allow-anonymous", anonymous], tls, proxy].concat();
                    if is_loopback || !tls.is_empty() || !proxy.is_empty() || anonymous != "no" {
                        let home = TempDir::new().unwrap();
                        let server = Server::start_on(&home.path().join("data"), &start);
                        let scheme = if tls.is_empty() { "http://" } else { "https://" };
                        assert!(server.address().starts_with(scheme), "{start:?}");
                    } else {
                        let (code, error) = refused(&start);
                        assert_eq!(code, Some(64), "{start:?}: {error}");
                        for remedy in [
                            "--tls-cert",
                            "--tls-key",
                            "--tls-terminated-by-proxy",
                            "--allow-anonymous",
                            "127.0.0.1",
                        ] {
                            assert!(error.contains(remedy), "{start:?}: {error}");
                        }
                    }
                }
            }
        }
    }
}

#[test]
fn settings_of_tls_that_cannot_be_used_are_refused_with_what_is_missing() {
    let authority = Authority::new();
    let (pair, other) = (authority.server(), authority.server());
    let files = Files::new(&pair);
    let file = |name: &str, content: &str| files.write(name, content);
    let (certificate, key) = (file("a.pem", &pair.certificate), file("a.key", &pair.key));
    let (other_key, text) = (file("b.key", &other.key), file("text.pem", "no PEM"));
    let with = |client_ca| ["--tls-cert", &certificate, "--tls-key", &key, "--tls-client-ca", client_ca];
    for (arguments, problem) in [
        (&["--tls-cert", &certificate][..], "give --tls-key"),
        (&["--tls-key", &key], "give --tls-cert"),
        (&["--tls-client-ca", &certificate], "give --tls-cert and --tls-key"),
        (&["--tls-cert", "absent.pem", "--tls-key", &key], "absent.pem cannot be read"),
        (&["--tls-cert", &text, "--tls-key", &key], "text.pem contains no certificate"),
        (&["--tls-cert", &certificate, "--tls-key", &certificate], "a.pem contains no private key"),
        (&["--tls-cert", &certificate, "--tls-key", &other_key], "b.key cannot be used together"),
        (&with(&text), "text.pem contains no certificate"),
        (&["--allow-anonymous", "all"], "invalid value"),
    ] {
        let (code, error) = refused(arguments);
        assert_eq!(code, Some(64), "{arguments:?}: {error}");
        assert!(error.contains(problem), "{arguments:?}: {error}");
    }
}

#[test]
fn a_server_that_everybody_may_write_to_warns_once_unless_that_was_allowed() {
    let home = TempDir::new().unwrap();
    let warned = Server::start_on(&home.path().join("warned"), &[]);
    let allowed = Server::start_on(&home.path().join("allowed"), &["--allow-anonymous", "write"]);
    let warnings = |server: &Server| server.log().matches("callers are not authenticated").count();
    assert_eq!((warnings(&warned), warnings(&allowed)), (1, 0));
}
