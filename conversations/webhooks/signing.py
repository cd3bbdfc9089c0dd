"""Signatures as Standard Webhooks describes them (https://www.standardwebhooks.com).

Secrets are derived from the server's own key, so that the database holds none: whoever reads it can sign nothing.
"""

import base64
import hashlib
import hmac
from datetime import datetime
from uuid import UUID

from conversations.webhooks.models import WebhookEndpoint
from onboarding import secret_versions

_PREFIX = "whsec_"


def secret(server_key: bytes, endpoint_id: UUID, version: int) -> str:
    return _PREFIX + base64.b64encode(_derived(server_key, endpoint_id, version)).decode()


def headers(
    server_key: bytes, endpoint: WebhookEndpoint, event_id: UUID, timestamp: int, body: bytes, now: datetime
) -> dict[str, str]:
    """While a secret is being replaced, both sign: the newest first, key ids in the same order."""
    webhook_id = f"evt_{event_id.hex}"
    versions = secret_versions.in_use(endpoint, now)
    signed = f"{webhook_id}.{timestamp}.".encode() + body
    signatures = [_signature(_derived(server_key, endpoint.id, version), signed) for version in versions]
    return {
        "webhook-id": webhook_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signatures),
        "webhook-key-id": " ".join(key_id(endpoint.id, version) for version in versions),
    }


def key_id(endpoint_id: UUID, version: int) -> str:
    return f"whk_{endpoint_id.hex[:12]}_{version}"


def _derived(server_key: bytes, endpoint_id: UUID, version: int) -> bytes:
    return hmac.digest(server_key, f"webhook:{endpoint_id}:{version}".encode(), hashlib.sha256)


def _signature(key: bytes, signed: bytes) -> str:
    return "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
