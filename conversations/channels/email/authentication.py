"""Whether our own receiving server found that a mail comes from the domain in its From address (RFC 8601).

Only the topmost header with the configured authserv-id counts, since that is where our server writes it. The server
must remove such headers from what strangers send (RFC 8601, section 5): docs/channels-email.md says how to check it.
"""

import re
from dataclasses import dataclass, field

from conversations.channels.email.received import ReceivedMail

_OUTSIDE = re.compile(r'[^"()]+|"(?:[^"\\]|\\.)*+"|[()]', re.DOTALL)
_IN_COMMENT = re.compile(r"[^()\\]+|\\.|[()]", re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_MARK = re.compile("\x00([0-9]+)\x00")
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
    """Nothing where one above them is written against the grammar: it cannot be told what in it is a stranger's."""
    for value in mail.message.get_all("Authentication-Results", []):
        tokens = _tokens(str(value))
        if tokens is None:
            return []
        identity, *rest = tokens.statements
        if tokens.whole(identity.split(" ")[0]).lower() == authserv_id.lower():
            return [result for result in (_result(one, tokens) for one in rest) if result is not None]
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


def _result(statement: str, tokens: "_Tokens") -> Result | None:
    found = _RESULT.match(statement)
    if found is None:
        return None
    properties: dict[str, str] = {}
    for kind, name, value in _PROPERTY.findall(statement[found.end() :]):
        # The first counts: what a stranger chose stands within a value.
        properties.setdefault(f"{kind}.{name}".lower(), tokens.whole(value).lower().rstrip("."))
    return Result(found[1].lower(), found[2].lower(), properties)


@dataclass(frozen=True)
class _Tokens:
    """A header without comments, parted at its semicolons; quoted strings are kept apart, each a mark in its place."""

    statements: list[str]
    quoted: list[str]

    def whole(self, value: str) -> str:
        return _MARK.sub(lambda found: self.quoted[int(found[1])], value)


def _tokens(value: str) -> _Tokens | None:
    """Strings and comments as RFC 5322, 3.2, has them; None where one of them does not end, or ends unbegun."""
    kept, depth, at = "", 0, 0
    quoted: list[str] = []
    value = value.replace("\x00", "")
    while found := (_IN_COMMENT if depth else _OUTSIDE).match(value, at):
        at, token = found.end(), found[0]
        if token == "(":
            depth += 1
        elif token == ")" and depth:
            depth -= 1
            kept += " "
        elif token == ")":
            return None
        elif not depth and token.startswith('"'):
            kept += f"\x00{len(quoted)}\x00"
            quoted.append(_ESCAPED.sub(r"\1", token[1:-1]))
        elif not depth:
            kept += token
    if depth or at < len(value):
        return None
    return _Tokens([" ".join(part.split()) for part in kept.split(";")], quoted)
