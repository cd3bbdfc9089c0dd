"""Origins that an owner types, one a line: whole ones of the web, without a path or a star."""

import re

from wtforms import TextAreaField
from wtforms.validators import ValidationError

_NAME = r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}"
_ORIGIN = re.compile(rf"https://{_NAME}(:[1-9][0-9]{{0,4}})?")
# For trying it out: this machine, where a demonstration runs.
_LOCAL = re.compile(r"http://(localhost|127\.0\.0\.1)(:[1-9][0-9]{0,4})?")
_MOST = 10


def origins_in(typed: str | None) -> list[str]:
    """In the order in which they were typed, each once; a slash at the end is dropped."""
    lines = [line.strip().lower().rstrip("/") for line in re.split(r"[\s,]+", typed or "")]
    return list(dict.fromkeys(line for line in lines if line))


def origins_field(missing: str | None = None) -> TextAreaField:
    return TextAreaField(validators=[_Origins(missing)])


class _Origins:
    def __init__(self, missing: str | None) -> None:
        self._missing = missing

    def __call__(self, form: object, field: TextAreaField) -> None:
        found = origins_in(field.data)
        if not found and self._missing:
            raise ValidationError(self._missing)
        if len(found) > _MOST:
            raise ValidationError(f"Enter at most {_MOST} addresses")
        for origin in found:
            if not (_ORIGIN.fullmatch(origin) or _LOCAL.fullmatch(origin)):
                raise ValidationError(
                    f"Enter {origin[:80]} as https:// and the name of the site, without a path"
                )
