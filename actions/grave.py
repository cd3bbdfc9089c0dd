"""What must not wait for the assistant to understand it: a threat of law, and data in the wrong hands."""

import re

from actions.turn import Turn
from conversations.names import HandoffReason

_SOMEBODY_ELSES = r"(another|an other|other|someone else'?s?|somebody else'?s?|a different|a competitor'?s?)"
_DATA = r"(data|documents?|files?|figures|sales|passports?|certificates?|contracts?|messages?|applications?)"
_PATTERNS = {
    HandoffReason.LEGAL_THREAT: re.compile(
        r"\b(we|i)('ll| will| shall| are going to| am going to|'re going to|'m going to| may have to| intend to)"
        r"( have to)? (sue\b|take (you|this|the platform) to court|go to court|take legal (action|steps))"
        r"|\b(our|my) (lawyers?|attorneys?|solicitors?) (will|shall|is going to|are going to|write|contact)"
        r"|\byou('ll| will) hear from (our|my) (lawyers?|attorneys?|solicitors?)"
        r"|\bsee you in court\b|\b(suing|to sue) you\b",
        re.IGNORECASE,
    ),
    HandoffReason.DATA_LEAK: re.compile(
        rf"\b(i|we) (can )?(now )?(see|saw|got|received|was shown|were shown|am shown|are shown)\b.{{0,30}}\b"
        rf"{_SOMEBODY_ELSES}\b.{{0,30}}\b{_DATA}"
        rf"|\byou (sent|showed|gave) (me|us)\b.{{0,20}}\b{_SOMEBODY_ELSES}\b.{{0,30}}\b{_DATA}"
        rf"|\b(our|my)\b.{{0,30}}\b{_DATA}\b.{{0,20}}\b(was|were|has been|have been|is|are|got) "
        r"(leaked|exposed|published|stolen)\b"
        r"|\bdata (leak|breach)\b(?!.*\?)",
        re.IGNORECASE,
    ),
}


def grave_reason(turn: Turn) -> HandoffReason | None:
    if turn.heard.is_button:
        return None
    text = turn.heard.text.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    return next((reason for reason, pattern in _PATTERNS.items() if pattern.search(text)), None)
