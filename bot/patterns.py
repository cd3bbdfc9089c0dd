"""Numbers, months and addresses in the forms in which people type them."""

import re
from collections.abc import Iterator
from decimal import Decimal

from bot.vocabulary import Found
from onboarding.company_kinds import ending_of_a_name
from onboarding.dates import hour_meant

_APPLICATION_NO = re.compile(r"(?<![^\W_])bd[\s\-–—_./#]*(20\d\d)[\s\-–—_./]*(\d{1,6})(?!\d)", re.IGNORECASE)
_BARE_APPLICATION_NO = re.compile(r"(?<![\w-])(20\d\d)[-–](\d{6})(?!\d)")
_EMAIL = re.compile(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)*\.[A-Za-z]{2,}")
_PHONE = re.compile(r"(?<![\w@.])\+?\d[\d\s()./-]{6,18}\d(?![\w@])")
_ISO_MONTH = re.compile(r"(?<!\d)(20\d\d)-(0[1-9]|1[0-2])(?![\d-])")
_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAMED_MONTH = re.compile(
    r"\b(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|"
    r"oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?(?:\s+(20\d\d)\b)?",
    re.IGNORECASE,
)
_RELATIVE_MONTH = re.compile(r"\b(last|previous|this|current|next|coming|following) month\b", re.IGNORECASE)
_MONTHS_AWAY = {"last": "-1", "previous": "-1", "this": "0", "current": "0"}
_DAYS = re.compile(
    r"\b(today|tonight|yesterday|tomorrow|day after tomorrow|this week|last week|next week"
    r"|monday|tuesday|wednesday|thursday|friday|saturday|sunday)\b",
    re.IGNORECASE,
)
_ISO_DAY = re.compile(r"(?<!\d)(20\d\d)-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])(?!\d)")
_DAY_OF_MONTH = re.compile(r"(?<![\d:.])(\d{1,2})(?:st|nd|rd|th)?\s+(?:of\s+)?$")
_DAY_AFTER_MONTH = re.compile(r"^\s+(?:the\s+)?(\d{1,2})(?:st|nd|rd|th)?(?![\d:])", re.IGNORECASE)
_LAST_DAY_OF_A_MONTH = 31
_TIME = re.compile(
    r"(?<![\d:.,-])(?:(?P<clock>[01]?\d|2[0-3])[:.h](?P<minutes>[0-5]\d)(?:\s*(?P<half>[ap])\.?m\b)?"
    r"|(?P<hour>1[0-2]|0?[1-9])\s*(?P<half_of_hour>[ap])\.?m\b"
    r"|(?P<of_day>1[0-2]|0?[1-9])(?::00)?\s+(?:o'?clock\s+)?in\s+the\s+(?P<part>morning|afternoon|evening)\b"
    r"|(?P<full>[01]?\d|2[0-3])\s*(?:o'?clock|h|hrs|uhr)\b"
    r"|(?<=\bat )(?P<bare>[01]?\d|2[0-3])(?![\d%.,]|\s*(?:%|percent|days?|weeks?|months?|years?|brands?|euros?|rmb))"
    r"|\b(?P<noon>noon|midday)\b)(?![\d%])",
    re.IGNORECASE,
)
_CURRENCIES = {
    "rmb": "CNY", "cny": "CNY", "yuan": "CNY", "¥": "CNY", "eur": "EUR", "euro": "EUR", "euros": "EUR", "€": "EUR",
    "usd": "USD", "dollar": "USD", "dollars": "USD", "us$": "USD", "$": "USD",
    "gbp": "GBP", "pounds": "GBP", "£": "GBP",
}  # fmt: skip
_CURRENCY = "|".join(re.escape(sign) for sign in sorted(_CURRENCIES, key=len, reverse=True))
_AMOUNT = re.compile(
    rf"(?<![\w.])(?:(?P<before>{_CURRENCY})\s*)?(?P<number>\d{{1,3}}(?:[, \u00a0]\d{{3}})+|\d+(?:\.\d+)?)"
    rf"(?:\s*(?P<times>million|mio|mn|m|k|thousand)\b)?(?:\s*(?P<after>{_CURRENCY})(?!\w))?",
    re.IGNORECASE,
)
_TIMES = {
    "million": 1_000_000,
    "mio": 1_000_000,
    "mn": 1_000_000,
    "m": 1_000_000,
    "k": 1_000,
    "thousand": 1_000,
}
_COMPANY = re.compile(
    rf"(?:[A-ZÀ-Þ][\w&'’-]*,?\s+(?:(?:&|and|und|et)\s+)?){{1,4}}(?:{ending_of_a_name()})(?![\w])"
)
_HALF_A_DAY = 12
# "may" and "march" are verbs unless something about them says that they are months.
_MEANS_A_MONTH = re.compile(r"(?:\b(?:in|of|for|since|until|till|by|the|last|next|this|late|early)|\d)\s*$")
_GOES_ON_AS_A_VERB = re.compile(r"^\s+(?:i|we|you|they|it|be|not|have|take|our|my)\b", re.IGNORECASE)


def known_patterns(text: str) -> Iterator[Found]:
    yield from application_numbers(text)
    yield from (Found("email", match[0], *match.span()) for match in _EMAIL.finditer(text))
    yield from phones(text)
    yield from months(text)
    yield from amounts(text)
    yield from companies(text)
    yield from days(text)
    yield from times(text)


def application_numbers(text: str) -> Iterator[Found]:
    """As "BD-2026-004217", whatever was typed: "bd2026 4217", "BD 2026-4217"."""
    match = _APPLICATION_NO.search(text) or _BARE_APPLICATION_NO.search(text)
    while match:
        yield Found("application_no", f"BD-{match[1]}-{int(match[2]):06d}", *match.span())
        match = _APPLICATION_NO.search(text, match.end())


def phones(text: str) -> Iterator[Found]:
    for match in _PHONE.finditer(text):
        digits = sum(letter.isdigit() for letter in match[0])
        dated = re.match(r"20\d\d-\d\d", match[0]) or _APPLICATION_NO.search(text[: match.end()])
        if 8 <= digits <= 15 and not dated:
            yield Found("phone", match[0], *match.span())


def months(text: str) -> Iterator[Found]:
    """As "2026-06", as "06" where no year is said, or as months away from this one: "-1", "0", "+1"."""
    for match in _ISO_MONTH.finditer(text):
        yield Found("month", match[0], *match.span())
    for match in _NAMED_MONTH.finditer(text):
        if _is_month(text, match):
            number = f"{_NAMES.index(match[1][:3].lower()) + 1:02d}"
            yield Found("month", f"{match[2]}-{number}" if match[2] else number, *match.span())
    for match in _RELATIVE_MONTH.finditer(text):
        yield Found("month", _MONTHS_AWAY.get(match[1].lower(), "+1"), *match.span())


def amounts(text: str) -> Iterator[Found]:
    """As "CNY 1500000.00": in whole and hundredths of the currency that is written beside the number."""
    for match in _AMOUNT.finditer(text):
        if not match["before"] and not match["after"]:
            continue
        code = match["before"] or match["after"]
        number = Decimal((match["number"]).replace(",", "").replace(" ", "").replace("\u00a0", ""))
        total = number * _TIMES.get((match["times"] or "").lower(), 1)
        yield Found("amount", f"{_CURRENCIES[code.lower()]} {total:.2f}", *match.span())


def companies(text: str) -> Iterator[Found]:
    """Names that end in a legal form: "Nordlys Skincare AS"."""
    for match in _COMPANY.finditer(text):
        yield Found("company", match[0], *match.span())


def days(text: str) -> Iterator[Found]:
    """As "2026-05-21", as "05-21" where no year is said, or as the word that was said: "tomorrow", "friday"."""
    yield from (Found("date", match[0], *match.span()) for match in _ISO_DAY.finditer(text))
    yield from (Found("date", match[0].lower(), *match.span()) for match in _DAYS.finditer(text))
    for match in _NAMED_MONTH.finditer(text):
        before, after = (
            _DAY_OF_MONTH.search(text[: match.start()]),
            _DAY_AFTER_MONTH.match(text[match.end(1) :]),
        )
        number = before or after
        if number is None or not 1 <= int(number[1]) <= _LAST_DAY_OF_A_MONTH:
            continue
        start = before.start() if before else match.start()
        end = match.end(1) if before or after is None else match.end(1) + after.end()
        month = _NAMES.index(match[1][:3].lower()) + 1
        yield Found("date", f"{month:02d}-{int(number[1]):02d}", start, end)


def times(text: str) -> Iterator[Found]:
    """Of the day, as "15:00"."""
    for match in _TIME.finditer(text):
        yield Found("time", _of_the_day(match), *match.span())


def _of_the_day(match: re.Match[str]) -> str:
    if match["noon"]:
        return "12:00"
    hour = int(match["clock"] or match["hour"] or match["of_day"] or match["full"] or match["bare"])
    half = _half_of_day(match)
    if half:
        hour = hour % _HALF_A_DAY + (_HALF_A_DAY if half == "p" else 0)
    elif match["bare"]:
        hour = hour_meant(hour)
    return f"{hour:02d}:{match['minutes'] or '00'}"


def _half_of_day(match: re.Match[str]) -> str:
    if match["part"]:
        return "a" if match["part"].lower() == "morning" else "p"
    return (match["half"] or match["half_of_hour"] or "").lower()


def _is_month(text: str, match: re.Match[str]) -> bool:
    if match[1].lower() not in ("may", "march", "mar") or match[2]:
        return True
    if _MEANS_A_MONTH.search(text[: match.start()].lower()):
        return True
    return match[1][0].isupper() and not _GOES_ON_AS_A_VERB.match(text[match.end() :])
