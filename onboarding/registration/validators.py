"""One set of rules for each answer, whether it is typed on the page or in the chat.

Each takes what was typed and gives what is stored, or raises AnswerRefused.
"""

import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime

from onboarding.countries import country_code
from onboarding.months import whole_months_between
from onboarding.programme import programme
from onboarding.registration.errors import AnswerRefused
from onboarding.registration.fields import Field
from onboarding.registration.questions import Question, texts

_EMAIL = re.compile(r"[^@\s<>,;]+@[^@\s<>,;.]+(\.[^@\s<>,;.]+)+")
_WEBSITE = re.compile(r"(https?://)?([\w-]+\.)+[^\W\d_]{2,}(:\d+)?(/[^\s<>]*)?", re.IGNORECASE)
_PHONE = re.compile(r"\+\d{7,15}")
_DATE_FORMATS = ("%Y %m %d", "%d %m %Y", "%d %B %Y", "%d %b %Y")
_YEARS = range(1600, 2200)
_LAST_CLASS = 45
# Emoji and their modifiers, invisible marks, and what Unicode has not assigned.
_SYMBOLS = ("So", "Sk", "Cf", "Cn")


def accepted(question: Question, typed: str, today: date) -> str:
    """`today` is China's. An empty answer to an optional question is accepted as none."""
    text = _clean(question, typed)
    if not text:
        return _nothing(question)
    return _RULES[question.kind](question, text, today)


def normal_name(name: str) -> str:
    """How two spellings of one name are told to be the same."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in plain if letter.isalnum())


def _nothing(question: Question) -> str:
    if question.optional:
        return ""
    raise AnswerRefused(question.field, "answer_missing", question.missing)


def _clean(question: Question, typed: str) -> str:
    text = unicodedata.normalize("NFC", typed).replace("\r\n", "\n").strip()
    if question.kind != "text":
        text = re.sub(r"[^\S\n]+", " ", text)
    if any(unicodedata.category(letter) in ("Cc", "Co", "Cs") and letter != "\n" for letter in text):
        raise _refused(question, "control")
    return text


def _line(question: Question, text: str, today: date) -> str:
    if any(letter in "<>\n" or unicodedata.category(letter) in _SYMBOLS for letter in text):
        raise _refused(question, "symbols")
    return _text(question, text, today)


def _text(question: Question, text: str, today: date) -> str:
    if not any(letter.isalnum() for letter in text):
        raise _refused(question, "no_letters")
    if len(text) > question.longest:
        raise _refused(question, "too_long", longest=question.longest, found=len(text))
    return text


def _past_date(question: Question, text: str, today: date) -> str:
    found = _date(question, text)
    months = programme().opening.company_age_months.value
    if found > today:
        raise _refused(question, "not_past")
    if question.field is Field.COMPANY_SINCE and whole_months_between(found, today) < months:
        raise _refused(question, "too_young", months=months)
    return found.isoformat()


def _future_date(question: Question, text: str, today: date) -> str:
    found = _date(question, text)
    if found <= today:
        raise _refused(question, "not_future")
    return found.isoformat()


def _date(question: Question, text: str) -> date:
    """Day, month and year in this order, or as ISO writes them."""
    parts = " ".join(re.split(r"[\s./-]+", text.strip()))
    for written in _DATE_FORMATS:
        try:
            found = datetime.strptime(parts, written).date()  # noqa: DTZ007 - a date has no zone
        except ValueError:
            continue
        if found.year not in _YEARS:
            raise _refused(question, "too_far")
        return found
    raise _refused(question, "not_a_date")


def _choice(question: Question, text: str, today: date) -> str:
    for choice in question.choices:
        if text.casefold() in (choice.value.casefold(), choice.label.casefold()):
            return choice.value
    raise _refused(question, "not_a_choice")


def _any_country(question: Question, text: str, today: date) -> str:
    code = country_code(text)
    if code is None:
        raise _refused(question, "not_a_country")
    return code


def _country(question: Question, text: str, today: date) -> str:
    code = _any_country(question, text, today)
    if code in programme().registration.excluded_countries.value:
        raise _refused(question, "excluded_country")
    return code


def _number(question: Question, text: str, today: date) -> str:
    digits = re.sub(r"[\s,]", "", text)
    if not re.fullmatch(r"[0-9]{1,9}", digits) or not question.least <= int(digits) <= question.most:
        raise _refused(question, "not_a_number", least=question.least, most=f"{question.most:,}")
    return str(int(digits))


def _classes(question: Question, text: str, today: date) -> str:
    parts = [part for part in re.split(r"[\s,;]+|and|class(?:es)?", text.casefold()) if part]
    if not parts or not all(re.fullmatch(r"[0-9]{1,2}", part) for part in parts):
        raise _refused(question, "not_classes")
    numbers = sorted({int(part) for part in parts})
    if numbers[0] < 1 or numbers[-1] > _LAST_CLASS:
        raise _refused(question, "not_classes")
    return ", ".join(str(number) for number in numbers)


def _email(question: Question, text: str, today: date) -> str:
    address = re.sub(r"\s+", "", text).lower()
    if not _EMAIL.fullmatch(address) or len(address) > question.longest:
        raise _refused(question, "not_an_email")
    return address


def _phone(question: Question, text: str, today: date) -> str:
    digits = re.sub(r"\(0\)|[\s()./-]", "", text)
    digits = f"+{digits[2:]}" if digits.startswith("00") else digits
    if not _PHONE.fullmatch(digits):
        raise _refused(question, "not_a_phone")
    return text


def _website(question: Question, text: str, today: date) -> str:
    if len(text) > question.longest or not _WEBSITE.fullmatch(text):
        raise _refused(question, "not_a_website")
    return text


def _refused(question: Question, rule: str, **values: object) -> AnswerRefused:
    sentence = texts()["refused"][rule].format(subject=question.subject, **values)
    return AnswerRefused(question.field, f"answer_{rule}", sentence)


_RULES: dict[str, Callable[[Question, str, date], str]] = {
    "line": _line,
    "text": _text,
    "past_date": _past_date,
    "future_date": _future_date,
    "choice": _choice,
    "country": _country,
    "any_country": _any_country,
    "number": _number,
    "classes": _classes,
    "email": _email,
    "phone": _phone,
    "website": _website,
}
