"""The forms of a channel's page, made from its guide: what is secret is written and never shown again."""

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from multidict import MultiDictProxy
from wtforms import PasswordField, StringField, TextAreaField
from wtforms.fields import Field as FormField
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from conversations.channels.guides import Field, Guide
from web.desk import fields_together
from web.fields import one_line, several_lines
from web.security.forms import DeskForm

_PREFIX = "entered_"
_LONGEST_NAME, _LONGEST, _LONGEST_SECRET = 60, 2000, 8000
_NAME_MISSING = "Enter a name for this channel"

type Meta = dict[str, Any]
type Posted = MultiDictProxy[Any] | None


class ChannelForm(DeskForm):
    """`entered` are the fields of the guide that it has; `known` are the names of what is stored beside them."""

    guide: Guide
    entered: tuple[Field, ...] = ()
    known: Collection[str] = ()

    def validate(self, extra_validators: Any = None) -> bool:
        is_right = super().validate(extra_validators)
        here = {field.name: field for field in self.entered}
        wrong = fields_together.wrong(self.guide, here, self.values(), self.known)
        for name, sentence in wrong.items():
            own = self.field(here[name])
            own.errors = [*own.errors, sentence]
        return is_right and not wrong

    def field(self, field: Field) -> FormField:
        found: FormField = self[_PREFIX + field.name]
        return found

    def is_begun(self, fields: Iterable[Field]) -> bool:
        """Something of them is filled in, stored or wrong."""
        return any(
            self.field(field).data or self.field(field).errors or field.name in self.known for field in fields
        )

    def values(self) -> dict[str, Any]:
        """What was filled in; nothing for what was left empty."""
        given = {field.name: _value(field, str(self.field(field).data or "")) for field in self.entered}
        return {name: value for name, value in given.items() if value}


def add_form(guide: Guide, posted: Posted, meta: Meta, *, https_only: bool) -> ChannelForm:
    return _made(guide, guide.fields, posted, meta, {}, https_only=https_only, with_name=True)


def settings_form(
    guide: Guide,
    posted: Posted,
    meta: Meta,
    name: str,
    settings: Mapping[str, Any],
    known: Collection[str] = (),
    *,
    https_only: bool,
) -> ChannelForm:
    """`known` are the secrets that are stored."""
    kept = {_PREFIX + field.name: _shown(settings.get(field.name, "")) for field in guide.settings}
    data = {"name": name, **kept}
    return _made(guide, guide.settings, posted, meta, data, known, https_only=https_only, with_name=True)


def secrets_form(guide: Guide, posted: Posted, meta: Meta, known: Collection[str] = ()) -> ChannelForm:
    """Each may be left empty: it stays as it is. `known` are the settings and secrets that are stored."""
    return _made(
        guide, guide.secrets, posted, meta, {}, known, https_only=False, with_name=False, may_be_empty=True
    )


def recipient_form(guide: Guide, posted: Posted, meta: Meta, known: str = "") -> ChannelForm:
    kept = {_PREFIX + guide.recipient.name: known}
    return _made(guide, (guide.recipient,), posted, meta, kept, https_only=False, with_name=False)


def _made(
    guide: Guide,
    fields: Iterable[Field],
    posted: Posted,
    meta: Meta,
    data: Mapping[str, Any],
    known: Collection[str] = (),
    *,
    https_only: bool,
    with_name: bool,
    may_be_empty: bool = False,
) -> ChannelForm:
    members: dict[str, Any] = {"guide": guide, "entered": tuple(fields), "known": known}
    if with_name:
        members["name"] = StringField(
            filters=[one_line],
            validators=[
                InputRequired(_NAME_MISSING),
                Length(max=_LONGEST_NAME, message="Use a shorter name"),
            ],
        )
    for field in members["entered"]:
        members[_PREFIX + field.name] = _form_field(field, may_be_empty, https_only)
    form: ChannelForm = type("MadeChannelForm", (ChannelForm,), members)(posted, data=data, meta=meta)
    return form


def _form_field(field: Field, may_be_empty: bool, https_only: bool) -> Any:
    is_required = field.is_required and not may_be_empty
    missing = field.wrong or f"Enter this: {field.label}"
    longest = _LONGEST_SECRET if field.is_secret else _LONGEST
    validators: list[Any] = [
        InputRequired(missing) if is_required else Optional(),
        Length(max=longest, message=f"Use at most {longest:,} characters"),
        _right(field, https_only),
    ]
    if field.is_list:
        return TextAreaField(filters=[several_lines], validators=validators)
    if field.is_secret:
        return PasswordField(filters=[several_lines], validators=validators)
    return StringField(filters=[one_line], validators=validators)


def _right(field: Field, https_only: bool) -> Any:
    def check(_: Any, entered: Any) -> None:
        for value in str(entered.data).splitlines() if field.is_list else [str(entered.data)]:
            if field.pattern and not re.fullmatch(field.pattern, value.strip()):
                raise ValidationError(field.wrong)
            # The token of the account goes there.
            if https_only and value.startswith("http:"):
                raise ValidationError("Enter an address that begins with https://")

    return check


def _value(field: Field, typed: str) -> Any:
    if field.is_list:
        return [line.strip() for line in typed.splitlines() if line.strip()]
    return typed.strip()


def _shown(value: Any) -> str:
    return "\n".join(value) if isinstance(value, list) else str(value)
