"""What a site's server signs to say who somebody is: a JWT for this site alone, of a few minutes, that works once.

Its times are real ones, as the site's server has no other clock.
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import jwt
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from onboarding import secret_versions
from onboarding.errors import DomainError
from onboarding.models import ChatSite
from onboarding.names import ProofAlgorithm

LONGEST_SECONDS = 600
_LEEWAY_SECONDS = 30
_LONGEST_PROOF = 4096
_REQUIRED = ["aud", "exp", "iat", "jti", "sub"]


class ProofRefused(DomainError):
    code = "identity_refused"
    what_to_do = "Reload the page. If this stays so, tell the people who run this site."


class ProofExpired(ProofRefused):
    code = "identity_expired"
    what_to_do = "Reload the page to be known here again."


class KeyNotUsable(DomainError):
    code = "public_key_invalid"
    what_to_do = "Paste the public key of a P-256 key pair as PEM: it begins with -----BEGIN PUBLIC KEY-----."


@dataclass(frozen=True)
class Proof:
    subject: str
    jti: str
    expires_at: datetime


def read(proof: str, site: ChatSite, server_key: bytes, now: datetime) -> Proof:
    """Raises ProofRefused or ProofExpired; `now` is the clock's, for the secrets of the site."""
    if len(proof) > _LONGEST_PROOF:
        raise ProofRefused("The proof of who you are is too long.")
    found = _decoded(proof, site, server_key, now)
    subject, jti = found["sub"], found["jti"]
    if (
        not isinstance(jti, str)
        or not 8 <= len(jti) <= 200
        or not 0 < len(subject) <= 254
        or "\x00" in subject + jti
    ):
        raise ProofRefused("The proof of who you are lacks a sub or a jti.")
    if found["exp"] - found["iat"] > LONGEST_SECONDS:
        raise ProofRefused("The proof of who you are lasts too long.")
    return Proof(subject, jti, datetime.fromtimestamp(found["exp"] + _LEEWAY_SECONDS, UTC))


def secret(server_key: bytes, site: ChatSite, version: int) -> str:
    """Derived, so that whoever reads the database can vouch for nobody."""
    derived = hmac.digest(server_key, f"chat-site:{site.id}:{version}".encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(derived).decode().rstrip("=")


def usable_key(pem: str) -> str:
    """Raises KeyNotUsable."""
    try:
        key = load_pem_public_key(pem.strip().encode())
    except (ValueError, UnsupportedAlgorithm):
        raise KeyNotUsable("This is not a public key.") from None
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise KeyNotUsable("This key is not one of the curve P-256.")
    return pem.strip()


def _decoded(proof: str, site: ChatSite, server_key: bytes, now: datetime) -> dict[str, Any]:
    for key in _keys(site, server_key, now):
        try:
            return dict(
                jwt.decode(
                    proof,
                    key,
                    algorithms=[site.algorithm.value],
                    audience=str(site.id),
                    leeway=_LEEWAY_SECONDS,
                    options={"require": _REQUIRED, "strict_aud": True},
                )
            )
        except jwt.InvalidSignatureError:
            continue
        except jwt.ExpiredSignatureError:
            raise ProofExpired("The proof of who you are has expired.") from None
        except jwt.InvalidTokenError:
            break
    raise ProofRefused("The proof of who you are is not valid.")


def _keys(site: ChatSite, server_key: bytes, now: datetime) -> list[str]:
    if site.algorithm is ProofAlgorithm.ES256:
        return [site.public_key or ""]
    return [secret(server_key, site, version) for version in secret_versions.in_use(site, now)]
