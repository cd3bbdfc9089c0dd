"""Kinds of columns that several tables share."""

from enum import StrEnum

from sqlalchemy import Enum

_ROOM_FOR_LONGER_NAMES = 40


def one_of(names: type[StrEnum], constraint: str) -> Enum:
    """Text with a CHECK, so that a new name is a plain migration."""
    return Enum(
        names,
        name=constraint,
        native_enum=False,
        create_constraint=True,
        length=_ROOM_FOR_LONGER_NAMES,
        values_callable=lambda members: [member.value for member in members],
    )
