"""Several questions in one message: where one ends and the next begins."""

import re
from dataclasses import dataclass

_SENTENCE_END = re.compile(r"(?<=[?!.;])\s+|\s*\n+\s*")
_ASKING_WORD = (
    r"(?:what|which|when|where|who|whose|why|how|do|does|did|is|are|was|can|could|may|must|shall|should|will|would"
    r"|have|has|until|tell me|show me|let me know|please tell|please show)\b"
)
_NEXT_QUESTION = re.compile(
    rf"(?:,|\s)\s*(?:and also|and|also|plus|as well as|&)\s+(?={_ASKING_WORD})", re.IGNORECASE
)
_BEGINS_LIKE_A_QUESTION = re.compile(
    rf"\W*(?:(?:and|also|but|so|ok|then|just|now|please|well|second|first|finally|1\)|2\)|3\))[\s,:]+)*"
    rf"{_ASKING_WORD}",
    re.IGNORECASE,
)
_WANTS_TO_KNOW = re.compile(
    r"\b(?:(?:i|we)(?:'d| would| want| need| wish| should)?(?: also)?(?: like| love)? to know|wonder(?:ing)?"
    r"|(?:inform|let) (?:me|us)(?: know)?|(?:tell|advise) (?:me|us))\b",
    re.IGNORECASE,
)
_FEWEST_WORDS = 2
_MOST_PARTS = 6


@dataclass(frozen=True)
class Question:
    """`with_lead` begins with what was said since the question before, without which "is that right?" means nothing."""

    text: str
    with_lead: str


def questions_in(text: str) -> list[Question]:
    """The parts of a message that ask something, in order; one or none where there is nothing to take apart."""
    sentences = [part for part in _SENTENCE_END.split(text) if part.strip()]
    parts = [clause.strip() for sentence in sentences for clause in _NEXT_QUESTION.split(sentence)]
    asking: list[Question] = []
    lead: list[str] = []
    for part in parts:
        lead.append(part)
        if _asks(part):
            asking.append(Question(part, " ".join(lead)))
            lead = []
    return asking if len(parts) <= _MOST_PARTS or len(asking) <= _MOST_PARTS else []


def _asks(part: str) -> bool:
    if len(part.split()) < _FEWEST_WORDS:
        return False
    if part.rstrip().endswith("?") or _BEGINS_LIKE_A_QUESTION.match(part):
        return True
    return bool(_WANTS_TO_KNOW.search(part))
