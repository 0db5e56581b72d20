//! Tokens as an identity provider signs them, and the keys that it publishes.

use data_encoding::{BASE64, BASE64URL_NOPAD};
use ring::{
    rand::SystemRandom,
    rsa::PublicKeyComponents,
    signature::{
        ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256,
        RsaKeyPair,
    },
};
use serde_json::{Value, json};

/// The public part of the key of [`TokenSigner::rs256`], in PEM.
pub const RSA_PUBLIC_PEM: &str = include_str!("rsa-test-key.public.pem");
const RSA_PEM: &str = include_str!("rsa-test-key.pem");

/// A key that signs tokens.
pub struct TokenSigner {
    kid: String,
    key: Key,
}

enum Key {
    Rs256(RsaKeyPair),
    Es256(EcdsaKeyPair),
    EdDsa(Ed25519KeyPair),
}

impl TokenSigner {
    /// A new key of P-256.
    pub fn es256(kid: &str) -> Self {
        let (random, curve) = (SystemRandom::new(), &ECDSA_P256_SHA256_FIXED_SIGNING);
        let document = EcdsaKeyPair::generate_pkcs8(curve, &random).expect("a key can be made");
        let key = EcdsaKeyPair::from_pkcs8(curve, document.as_ref(), &random).expect("it was made");
        Self { kid: kid.to_owned(), key: Key::Es256(key) }
    }

    /// A new key of Ed25519.
    pub fn ed25519(kid: &str) -> Self {
        let document = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).expect("a key can be made");
        let key = Ed25519KeyPair::from_pkcs8(document.as_ref()).expect("it was made");
        Self { kid: kid.to_owned(), key: Key::EdDsa(key) }
    }

    /// The one key of RSA, which is part of the tests.
    pub fn rs256(kid: &str) -> Self {
        let lines = RSA_PEM.lines().skip_while(|line| !line.starts_with("-----BEGIN")).skip(1);
        let body: String = lines.take_while(|line| !line.starts_with('-')).collect();
        let document = BASE64.decode(body.as_bytes()).expect("the file is PEM");
        let key = RsaKeyPair::from_pkcs8(&document).expect("the file has a key");
        Self { kid: kid.to_owned(), key: Key::Rs256(key) }
    }

    /// The public key, as it is published.
    pub fn jwk(&self) -> Value {
        let base64url = |bytes: &[u8]| BASE64URL_NOPAD.encode(bytes);
        let kid = &self.kid;
        match &self.key {
            Key::Rs256(key) => {
                let PublicKeyComponents { n, e } = PublicKeyComponents::<Vec<u8>>::from(key.public());
                let (n, e) = (base64url(&n), base64url(&e));
                json!({ "kty": "RSA", "use": "sig", "alg": "RS256", "kid": kid, "n": n, "e": e })
            }
            Key::Es256(key) => {
                let (x, y) = key.public_key().as_ref()[1..].split_at(32);
                let (x, y) = (base64url(x), base64url(y));
                json!({ "kty": "EC", "crv": "P-256", "use": "sig", "kid": kid, "x": x, "y": y })
            }
            Key::EdDsa(key) => {
                let x = base64url(key.public_key().as_ref());
                json!({ "kty": "OKP", "crv": "Ed25519", "kid": kid, "x": x })
            }
        }
    }

    /// A token with these claims.
    pub fn token(&self, claims: &Value) -> String {
        let algorithm = match self.key {
            Key::Rs256(_) => "RS256",
            Key::Es256(_) => "ES256",
            Key::EdDsa(_) => "EdDSA",
        };
        let header = json!({ "alg": algorithm, "typ": "JWT", "kid": self.kid });
        self.token_of(&header.to_string(), &claims.to_string())
    }

    /// A token of this header and these claims, whatever they are.
    pub fn token_of(&self, header: &str, claims: &str) -> String {
        let signed = signed_part(header, claims);
        let message = signed.as_bytes();
        let random = SystemRandom::new();
        let signature = match &self.key {
            Key::Rs256(key) => {
                let mut signature = vec![0; key.public().modulus_len()];
                key.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature).expect("it signs");
                signature
            }
            Key::Es256(key) => key.sign(&random, message).expect("it signs").as_ref().to_vec(),
            Key::EdDsa(key) => key.sign(message).as_ref().to_vec(),
        };
        format!("{signed}.{}", BASE64URL_NOPAD.encode(&signature))
    }
}

/// The keys that are published, as a JSON Web Key Set.
pub fn key_set(signers: &[&TokenSigner]) -> String {
    let keys: Vec<Value> = signers.iter().map(|signer| signer.jwk()).collect();
    json!({ "keys": keys }).to_string()
}

/// A token that is signed with a shared secret.
pub fn hs256(secret: &[u8], header: &str, claims: &str) -> String {
    let signed = signed_part(header, claims);
    let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, secret);
    format!("{signed}.{}", BASE64URL_NOPAD.encode(ring::hmac::sign(&key, signed.as_bytes()).as_ref()))
}

/// What of a token is signed.
pub fn signed_part(header: &str, claims: &str) -> String {
    [header, claims].map(|part| BASE64URL_NOPAD.encode(part.as_bytes())).join(".")
}
