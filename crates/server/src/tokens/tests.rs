//! Which tokens are accepted, and why others are not.

use serde_json::{Value, json};
use tempfile::TempDir;
use tenseven_model::Timestamp;
use tenseven_testkit::{RSA_PUBLIC_PEM, TokenSigner, hs256, key_set, signed_part};

use super::{TokenRefusal, Tokens, key_set::KeySet};

const ISSUER: &str = "https://idp.example";
const NOW: i64 = 1_800_000_000;

fn now() -> Timestamp {
    Timestamp::from_micros(NOW * 1_000_000)
}

fn claims() -> Value {
    json!({ "iss": ISSUER, "aud": "tenseven", "sub": "hcp", "exp": NOW + 300, "iat": NOW })
}

/// The claims with one that is set.
fn with(claim: &str, value: Value) -> Value {
    let mut claims = claims();
    claims[claim] = value;
    claims
}

/// The claims without one.
fn without(claim: &str) -> Value {
    let mut claims = claims();
    claims.as_object_mut().unwrap().remove(claim);
    claims
}

/// An issuer whose keys are in a file.
struct Registry {
    tokens: Tokens,
    rs: TokenSigner,
    es: TokenSigner,
    ed: TokenSigner,
    _folder: TempDir,
}

impl Registry {
    fn new() -> Self {
        let (rs, es, ed) = (TokenSigner::rs256("rs"), TokenSigner::es256("es"), TokenSigner::ed25519("ed"));
        let folder = TempDir::new().unwrap();
        std::fs::write(folder.path().join("keys.json"), key_set(&[&rs, &es, &ed])).unwrap();
        let issuers = folder.path().join("issuers.toml");
        let text = format!(
            "[[issuer]]\nissuer = \"{ISSUER}\"\naudience = [\"tenseven\", \"other\"]\njwks = \"keys.json\"\n"
        );
        std::fs::write(&issuers, text).unwrap();
        Self { tokens: Tokens::open(&issuers, now()).unwrap(), rs, es, ed, _folder: folder }
    }

    fn verify(&self, token: &str) -> Result<String, TokenRefusal> {
        self.tokens.verify(token, now()).map(|(partner, _)| partner.to_string())
    }

    /// What the refusal of a token states.
    fn refused(&self, token: &str) -> String {
        self.verify(token).expect_err(token).to_string()
    }

    /// A token of these claims.
    fn token(&self, claims: &Value) -> String {
        self.es.token(claims)
    }
}

#[test]
fn tokens_of_each_algorithm_show_the_partner_that_they_name() {
    let registry = Registry::new();
    for signer in [&registry.rs, &registry.es, &registry.ed] {
        assert_eq!(registry.verify(&signer.token(&claims())), Ok("hcp".to_owned()));
    }
    for aud in [json!("other"), json!(["elsewhere", "other"])] {
        assert_eq!(registry.verify(&registry.token(&with("aud", aud))), Ok("hcp".to_owned()));
    }
    for header in
        [r#"{"alg":"ES256"}"#, r#"{"alg":"ES256","typ":"AT+JWT","kid":"es","jku":"https://a.example"}"#]
    {
        let token = registry.es.token_of(header, &claims().to_string());
        assert_eq!(registry.verify(&token), Ok("hcp".to_owned()), "{header}");
    }
}

#[test]
fn a_token_is_valid_within_its_times_and_a_minute_more() {
    let registry = Registry::new();
    for (claim, value, expected) in [
        ("exp", json!(NOW - 59), true),
        ("exp", json!(NOW - 60), false),
        ("exp", json!(NOW as f64 - 59.5), false),
        ("exp", json!(253_402_300_799_i64), true),
        ("nbf", json!(NOW + 60), true),
        ("nbf", json!(NOW + 61), false),
        ("iat", json!(NOW + 60), true),
        ("iat", json!(NOW + 61), false),
        ("nbf", json!(0), true),
        ("nbf", json!(NOW as f64 + 60.9), true),
    ] {
        let verified = registry.verify(&registry.token(&with(claim, value.clone())));
        let refusal = if claim == "exp" { TokenRefusal::Expired } else { TokenRefusal::NotYetValid };
        assert_eq!(verified, if expected { Ok("hcp".to_owned()) } else { Err(refusal) }, "{claim} {value}");
    }
}

#[test]
fn a_claim_that_is_absent_or_of_another_kind_is_refused_by_name() {
    let registry = Registry::new();
    for claim in ["iss", "aud", "exp", "sub"] {
        assert!(
            registry
                .refused(&registry.token(&without(claim)))
                .contains(&format!("`{claim}` of the token is absent"))
        );
    }
    for (claim, values) in [
        (
            "exp",
            &[
                "\"1900000000\"",
                "null",
                "-1",
                "1e300",
                "-1e300",
                "253402300800",
                "99999999999999999999",
                "[1]",
            ][..],
        ),
        ("nbf", &["\"0\"", "null", "-1", "1e300", "9223372036854775807", "18446744073709551615"]),
        ("iat", &["\"0\"", "true", "-0.5"]),
        ("aud", &["null", "7", "{}", "[\"tenseven\", 7]"]),
        ("sub", &["null", "7", "[\"hcp\"]", "\"\""]),
        ("iss", &["null", "[\"https://idp.example\"]", "\"\""]),
    ] {
        for value in values {
            let text = without(claim).to_string().replacen('{', &format!("{{\"{claim}\":{value},"), 1);
            let refused = registry.refused(&registry.es.token_of(r#"{"alg":"ES256"}"#, &text));
            assert!(refused.contains(&format!("the claim `{claim}`")), "{claim} {value}: {refused}");
        }
    }
    for (claims, says) in [
        (with("iss", json!("https://idp.example/")), "is not one that this registry accepts"),
        (with("iss", json!("HTTPS://idp.example")), "is not one that this registry accepts"),
        (with("aud", json!("tenseven ")), "is for another audience"),
        (with("aud", json!([])), "is for another audience"),
        (with("aud", json!(["Tenseven"])), "is for another audience"),
        (with("sub", json!("../admin")), "\"../admin\", which is no partner"),
        (with("sub", json!("x".repeat(300))), "x…\", which is no partner"),
    ] {
        let refused = registry.refused(&registry.token(&claims));
        assert!(refused.contains(says), "{says}: {refused}");
    }
}

#[test]
fn what_is_not_signed_by_the_key_and_its_algorithm_is_refused() {
    let registry = Registry::new();
    let Registry { rs, es, ed, .. } = &registry;
    let claims = claims().to_string();
    let header = |algorithm: &str, kid: &str| format!(r#"{{"alg":"{algorithm}","kid":"{kid}"}}"#);
    for none in ["none", "None", "NONE", "nOnE", ""] {
        for signature in ["", "AA"] {
            let token = format!("{}.{signature}", signed_part(&header(none, "es"), &claims));
            assert!(registry.refused(&token).contains("RS256, ES256 and EdDSA are accepted"), "{none}");
        }
    }
    for secret in [RSA_PUBLIC_PEM, RSA_PUBLIC_PEM.trim_end(), rs.jwk()["n"].as_str().unwrap()] {
        for algorithm in ["HS256", "hs256"] {
            let token = hs256(secret.as_bytes(), &header(algorithm, "rs"), &claims);
            assert!(
                registry
                    .refused(&token)
                    .contains("is signed by \"HS256\"".replace("HS256", algorithm).as_str())
            );
        }
        let token = hs256(secret.as_bytes(), &header("RS256", "rs"), &claims);
        assert!(registry.refused(&token).contains("is not one by issuer"));
    }
    for algorithm in ["PS256", "RS384", "RS512", "ES384", "ES256K", "es256", "Ed25519", "RS256 "] {
        let token = rs.token_of(&header(algorithm, "rs"), &claims);
        assert!(registry.refused(&token).contains("RS256, ES256 and EdDSA are accepted"), "{algorithm}");
    }
    // The key of one kind under the algorithm of another.
    for (signer, algorithm, kid) in
        [(es, "RS256", "es"), (rs, "ES256", "rs"), (ed, "ES256", "ed"), (es, "EdDSA", "es")]
    {
        let refused = registry.refused(&signer.token_of(&header(algorithm, kid), &claims));
        assert!(refused.contains("publishes no key"), "{algorithm} {kid}: {refused}");
    }
    // Another key under a known id, a published one under the id of another, and claims that were replaced.
    for signer in [TokenSigner::es256("es"), TokenSigner::ed25519("ed")] {
        assert!(
            registry.refused(&signer.token(&with("sub", json!("admin")))).contains("is not one by issuer")
        );
    }
    let token = es.token(&self::claims());
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let replaced = signed_part(&header("ES256", "es"), &with("sub", json!("admin")).to_string());
    assert!(registry.refused(&format!("{replaced}.{signature}")).contains("is not one by issuer"));
    assert!(registry.refused(&format!("{signed}.")).contains("is not one by issuer"));
    let zeros = "A".repeat(86);
    assert!(registry.refused(&format!("{signed}.{zeros}")).contains("is not one by issuer"));
}

#[test]
fn headers_cannot_name_another_key() {
    let registry = Registry::new();
    let (other, claims) = (TokenSigner::es256("other"), claims().to_string());
    let embedded = json!({ "alg": "ES256", "kid": "es", "jwk": other.jwk(), "jku": "https://evil.example/keys", "x5u": "https://evil.example/", "x5c": ["AA"] });
    assert!(
        registry.refused(&other.token_of(&embedded.to_string(), &claims)).contains("is not one by issuer")
    );
    for kid in
        ["../../keys.json", "/etc/passwd", "es\u{0}", "' OR 1=1 --", "https://evil.example/keys", "ES", ""]
    {
        let header = json!({ "alg": "ES256", "kid": kid }).to_string();
        assert!(registry.refused(&other.token_of(&header, &claims)).contains("publishes no key"), "{kid:?}");
    }
    for (header, says) in [
        (r#"{"alg":"ES256","kid":"es","crit":["exp"]}"#, "`crit`"),
        (r#"{"alg":"ES256","kid":"es","crit":[],"b64":false}"#, "`crit`"),
        (r#"{"alg":"ES256","kid":"es","typ":"logout+jwt"}"#, "is of type \"logout+jwt\""),
        (r#"{"alg":"ES256","kid":7}"#, "`kid` is no text"),
        (r#"{"alg":["ES256"],"kid":"es"}"#, "`alg` is no text"),
        (r#"{"kid":"es"}"#, "has no `alg`"),
        (r#"{"alg":"none","alg":"ES256","kid":"es"}"#, "header is no JSON object"),
        (r#"["ES256"]"#, "header is no JSON object"),
        ("", "header is no JSON object"),
    ] {
        let refused = registry.refused(&registry.es.token_of(header, &claims));
        assert!(refused.contains(says), "{header}: {refused}");
    }
}

#[test]
fn what_is_malformed_or_too_long_is_refused_and_not_repeated() {
    let registry = Registry::new();
    let token = registry.token(&claims());
    let [header, claims_part, signature] = token.split('.').collect::<Vec<_>>()[..] else {
        panic!("three parts")
    };
    let duplicated = claims().to_string().replacen('{', r#"{"sub":"admin","#, 1);
    let deep = format!(r#"{{"a":{}"#, "[".repeat(5_000));
    for bad in [
        String::new(),
        ".".to_owned(),
        "..".to_owned(),
        "secret".to_owned(),
        format!("{header}.{claims_part}"),
        format!("{token}.{signature}"),
        format!("{header}=.{claims_part}.{signature}"),
        format!("{header}.{claims_part}.{signature}="),
        format!("{header}.{claims_part}.{}+", &signature[1..]),
        format!("{header}. {claims_part}.{signature}"),
        registry.es.token_of(r#"{"alg":"ES256"}"#, &duplicated),
        registry.es.token_of(r#"{"alg":"ES256"}"#, &deep),
        registry.es.token_of(r#"{"alg":"ES256"}"#, "7"),
        format!("{header}.{}.{signature}", data_encoding::BASE64URL_NOPAD.encode(b"{\"sub\":\"\xff\"}")),
    ] {
        let refused = registry.refused(&bad);
        assert!(refused.contains("is no JWT"), "{bad}: {refused}");
        assert!(bad.len() < 5 || !refused.contains(&bad), "{refused}");
    }
    let long = registry.token(&with("padding", json!("x".repeat(8 * 1024))));
    assert!(registry.refused(&long).contains("more than 8192 bytes"));
}

#[test]
fn keys_for_other_purposes_are_left_out_and_a_set_without_one_that_verifies_is_an_error() {
    let (rs, es) = (TokenSigner::rs256("rs").jwk(), TokenSigner::es256("es").jwk());
    let set = |keys: &[Value]| KeySet::read(json!({ "keys": keys }).to_string().as_bytes());
    let but = |key: &Value, name: &str, value: Value| {
        let mut key = key.clone();
        key[name] = value;
        key
    };
    let half = data_encoding::BASE64URL_NOPAD.encode(&[0xff; 128]);
    for (key, says) in [
        (but(&rs, "use", json!("enc")), "`use`"),
        (but(&rs, "n", json!(half)), "RSA of 1024 bits"),
        (but(&rs, "alg", json!("PS256")), "`alg`"),
        (but(&rs, "e", json!("")), "`e`"),
        (but(&rs, "e", json!("AAAAAAAA")), "`e`"),
        (but(&es, "crv", json!("P-384")), "not one of"),
        (but(&es, "alg", json!("RS256")), "`alg`"),
        (but(&es, "x", json!("AA")), "`x` has 1 bytes"),
        (but(&es, "y", Value::Null), "no `y`"),
        (but(&es, "key_ops", json!(["sign"])), "`key_ops`"),
        (json!({ "kty": "oct", "k": "c2VjcmV0" }), "not one of"),
        (json!("key"), "keys[0]"),
    ] {
        let problem = set(std::slice::from_ref(&key)).unwrap_err().to_string();
        assert!(problem.contains(says), "{says}: {problem}");
        assert_eq!(set(&[key, es.clone()]).unwrap().len(), 1);
    }
    assert!(set(&vec![es.clone(); 101]).unwrap_err().to_string().contains("101 keys"));
    assert!(set(&[]).is_err() && KeySet::read(b"[]").is_err() && KeySet::read(b"").is_err());
    // Which of two keys with the same id is meant is not guessed.
    let twice = set(&[es.clone(), TokenSigner::es256("es").jwk()]).unwrap_err().to_string();
    assert!(twice.contains("more than one key \"es\""), "{twice}");
    assert_eq!(set(&[es, TokenSigner::ed25519("es").jwk()]).unwrap().len(), 2, "their kinds differ");
}

#[test]
#[ignore = "measures; run it with --release"]
fn the_cost_of_a_token() {
    let registry = Registry::new();
    for (name, signer) in [("RS256", &registry.rs), ("ES256", &registry.es), ("EdDSA", &registry.ed)] {
        let token = signer.token(&claims());
        let start = tokio::time::Instant::now();
        for _ in 0..2_000 {
            registry.verify(&token).unwrap();
        }
        println!("{name}: {:.1} µs", start.elapsed().as_secs_f64() * 1e6 / 2_000.0);
    }
}
