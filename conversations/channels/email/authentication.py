"""Whether our own receiving server found that a mail comes from the domain in its From address (RFC 8601).

Only the topmost header with the configured authserv-id counts, since that is where our server writes it. The server
must remove such headers from what strangers send (RFC 8601, section 5): docs/channels-email.md says how to check it.
"""

import re
from dataclasses import dataclass, field

from conversations.channels.email.received import ReceivedMail

_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
_RESULT = re.compile(r"^\s*([a-z0-9-]+)(?:\s*/\s*\d+)?\s*=\s*([a-z]+)", re.IGNORECASE)
_PROPERTY = re.compile(r"([a-z]+)\s*\.\s*([a-z0-9-]+)\s*=\s*(\S+)", re.IGNORECASE)


@dataclass(frozen=True)
class Result:
    method: str
    outcome: str
    properties: dict[str, str] = field(default_factory=dict)


def is_authentic(mail: ReceivedMail, authserv_id: str) -> bool:
    if not authserv_id:
        return False
    results = results_of_our_server(mail, authserv_id)
    dmarc = [result for result in results if result.method == "dmarc"]
    if dmarc:
        return all(_passes_dmarc(result, mail.sender_domain) for result in dmarc)
    return any(_passes_aligned(result, mail.sender_domain) for result in results)


def results_of_our_server(mail: ReceivedMail, authserv_id: str) -> list[Result]:
    for value in mail.message.get_all("Authentication-Results", []):
        identity, *rest = _statements(_without_comments(str(value)))
        if identity.split(" ")[0].lower() == authserv_id.lower():
            return [result for result in map(_result, rest) if result is not None]
    return []


def _passes_dmarc(result: Result, domain: str) -> bool:
    seen = result.properties.get("header.from", domain)
    return result.outcome == "pass" and seen == domain


def _passes_aligned(result: Result, domain: str) -> bool:
    if result.outcome != "pass":
        return False
    if result.method == "dkim":
        identity = result.properties.get("header.i", "").rpartition("@")[2]
        return _is_aligned(result.properties.get("header.d") or identity, domain)
    if result.method == "spf":
        return _is_aligned(result.properties.get("smtp.mailfrom", "").rpartition("@")[2], domain)
    return False


def _is_aligned(authenticated: str, domain: str) -> bool:
    """Relaxed one way only: a parent domain vouches for its children, never the other way round."""
    return "." in authenticated and (domain == authenticated or domain.endswith(f".{authenticated}"))


def _result(statement: str) -> Result | None:
    found = _RESULT.match(statement)
    if found is None:
        return None
    properties = {
        f"{kind.lower()}.{name.lower()}": value.strip('"').lower().rstrip(".")
        for kind, name, value in _PROPERTY.findall(statement[found.end() :])
    }
    return Result(found[1].lower(), found[2].lower(), properties)


def _statements(value: str) -> list[str]:
    """Parted at semicolons that are not within quotes; always at least one."""
    kept: list[str] = []

    def keep(found: re.Match[str]) -> str:
        kept.append(found[1])
        return f"\x00{len(kept) - 1}\x00"

    parts = _QUOTED.sub(keep, value.replace("\x00", "")).split(";")
    return [re.sub("\x00(\\d+)\x00", lambda found: kept[int(found[1])], part).strip() for part in parts]


def _without_comments(value: str) -> str:
    depth, quoted, kept = 0, False, []
    for char in value:
        quoted ^= char == '"' and depth == 0
        depth += char == "(" and not quoted
        if depth == 0:
            kept.append(char)
        depth -= char == ")" and not quoted and depth > 0
    return " ".join("".join(kept).split())
