"""Tokens that another library signs, as identity providers do."""

import json
import subprocess
import time

import grpc
import jwt
import pytest
from conftest import BINARY, Server
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

import tenseven

ISSUER = "https://idp.example"
KEYS = {
    "RS256": (rsa.generate_private_key(65537, 2048), RSAAlgorithm),
    "ES256": (ec.generate_private_key(ec.SECP256R1()), ECAlgorithm),
    "EdDSA": (ed25519.Ed25519PrivateKey.generate(), OKPAlgorithm),
}


def token(algorithm, **claims):
    now = int(time.time())
    whole = {
        "iss": ISSUER,
        "aud": ["tenseven"],
        "sub": "hcp",
        "iat": now,
        "nbf": now,
        "exp": now + 60,
        **claims,
    }
    return jwt.encode(whole, KEYS[algorithm][0], algorithm, headers={"kid": algorithm})


@pytest.fixture
def address(tmp_path, monkeypatch):
    """A registry with the partner `hcp` that accepts tokens."""
    for name in ("TENSEVEN_KEY", "TENSEVEN_KEY_FILE", "TENSEVEN_TOKEN", "TENSEVEN_TOKEN_FILE"):
        monkeypatch.delenv(name, raising=False)
    keys = [
        {**json.loads(kind.to_jwk(key.public_key())), "kid": algorithm, "use": "sig"}
        for algorithm, (key, kind) in KEYS.items()
    ]
    (tmp_path / "keys.json").write_text(json.dumps({"keys": keys}))
    issuers = tmp_path / "issuers.toml"
    issuers.write_text(f'[[issuer]]\nissuer = "{ISSUER}"\naudience = "tenseven"\njwks = "keys.json"\n')
    admin_key = tmp_path / "admin.key"
    subprocess.run([BINARY, "key", "generate", "--out", str(admin_key)], check=True)
    server = Server(tmp_path)
    server.start("--jwt-issuers", str(issuers), "--admin-key-file", str(admin_key))
    with tenseven.Client(server.address, key_file=admin_key) as client:
        assert client.status().token_issuers[0].key_count == len(KEYS)
        client.put_partner("hcp", name="HCP")
    yield server.address
    server.stop()


@pytest.mark.parametrize("algorithm", KEYS)
def test_tokens_of_a_stock_library_are_accepted(address, algorithm, tmp_path):
    file = tmp_path / "token"
    file.write_text(token(algorithm))
    with tenseven.Client(address, token_file=file) as client:
        caller = client.caller()
        assert (caller.credential, caller.partner, caller.token_issuer) == ("token", "hcp", ISSUER)
        file.write_text(token(algorithm, exp=int(time.time()) - 61))
        with pytest.raises(tenseven.TensevenError, match="has expired") as error:
            client.caller()
    assert error.value.code == grpc.StatusCode.UNAUTHENTICATED
    assert error.value.reason == "INVALID_CREDENTIAL"
