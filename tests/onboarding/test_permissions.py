import pytest
from sqlalchemy.orm import Session

from onboarding import permissions
from onboarding.names import Role
from onboarding.permissions import BrandNotFound, Permission, RoleTooLow
from tests.onboarding.people import INGRID, KENJI, SOFIA, brand, contact

OF_EDITORS = {
    Permission.VIEW, Permission.EDIT_DRAFT, Permission.UPLOAD, Permission.SUBMIT, Permission.EXPEDITE,
    Permission.APPEAL,
}  # fmt: skip


@pytest.mark.parametrize("permission", Permission)
def test_each_role_may_what_the_table_says(permission: Permission) -> None:
    assert permissions.may(Role.OWNER, permission)
    assert permissions.may(Role.EDITOR, permission) is (permission in OF_EDITORS)
    assert permissions.may(Role.VIEWER, permission) is (permission is Permission.VIEW)


def test_a_colleague_who_may_is_let_through_with_their_role(session: Session) -> None:
    nordlys = brand(session, "Nordlys Skincare")

    role = permissions.require(session, contact(session, SOFIA), nordlys.id, Permission.UPLOAD)

    assert role is Role.EDITOR


def test_too_low_a_role_is_refused_and_told_who_may(session: Session) -> None:
    nordlys = brand(session, "Nordlys Skincare")

    with pytest.raises(RoleTooLow, match="Only an owner") as refused:
        permissions.require(session, contact(session, SOFIA), nordlys.id, Permission.INVITE)

    assert (refused.value.code, refused.value.needed) == ("role_too_low", Role.OWNER)


def test_a_stranger_learns_the_same_of_a_brand_as_of_none(session: Session) -> None:
    said = []
    for brand_id in (brand(session, "Nordlys Skincare").id, 999_999):
        with pytest.raises(BrandNotFound) as refused:
            permissions.require(session, contact(session, KENJI), brand_id, Permission.VIEW)
        said.append(str(refused.value))

    assert said[0] == said[1]


def test_an_owner_may_everything(session: Session) -> None:
    nordlys = brand(session, "Nordlys Skincare")

    for permission in Permission:
        assert permissions.require(session, contact(session, INGRID), nordlys.id, permission) is Role.OWNER
