from datetime import UTC, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from onboarding import brands, clock, people
from onboarding.database import SessionFactory
from onboarding.models import Application, Contact, Membership
from onboarding.names import Channel, PeopleEvent, Role, Stage
from onboarding.permissions import BrandNotFound, RoleTooLow
from onboarding.registration import answers, drafts, progress
from onboarding.registration.errors import (
    AlreadyBegun,
    AlreadySubmitted,
    AnswerChanged,
    AnswerRefused,
    AnswersRefused,
    NotADraft,
)
from onboarding.registration.fields import Field, SectionName
from onboarding.registration.progress import SectionStatus
from tests.onboarding.people import INGRID, application, contact
from tests.onboarding.registration.answers import F, begun, filled, person


def save(session: Session, who: Contact, draft: Application, field: Field, value: str) -> str:
    return drafts.save_answer(session, who, draft, field, value).value


@pytest.fixture
def nora(session: Session) -> Contact:
    return person(session)


@pytest.fixture
def draft(session: Session, nora: Contact) -> Application:
    return begun(session, nora)


def test_who_begins_a_registration_owns_the_brand(session, nora, draft):
    assert brands.role_of(session, nora, draft.brand) is Role.OWNER
    assert (draft.stage, draft.company.country, draft.category) == (Stage.DRAFT, "NO", "HOME_AND_KITCHEN")
    assert draft.number.startswith("BD-2026-")


def test_the_first_owner_is_among_the_changes_of_people(session, nora, draft):
    change = people.changes_of(session, draft.brand_id)[0]

    assert (change.event, change.by, change.whom, change.new_role) == (
        PeopleEvent.BEGAN,
        "Nora Glade",
        "Nora Glade",
        Role.OWNER,
    )


def test_all_that_is_wrong_at_the_beginning_is_said_at_once(session, nora):
    with pytest.raises(AnswersRefused) as refused:
        drafts.begin(session, nora, {F.BRAND_NAME: "Kumo 😀", F.COUNTRY: "China"})

    assert set(refused.value.refused) == set(drafts.FIRST_FIELDS)
    assert refused.value.refused[F.COUNTRY].code == "answer_excluded_country"


def test_the_same_application_is_not_begun_twice(session, nora, draft):
    with pytest.raises(AlreadyBegun) as refused:
        begun(session, nora, brand_name="GLADE  ceramics")

    assert refused.value.number == draft.number


def test_two_beginnings_at_the_same_moment_make_one_draft(sessions: SessionFactory):
    with sessions.begin() as session:
        who = person(session)
    with sessions() as early, sessions() as late:
        begun(early, early.get_one(Contact, who.id))
        late.execute(text("SET lock_timeout = '50ms'"))
        with pytest.raises(OperationalError, match="lock timeout"):
            begun(late, late.get_one(Contact, who.id))
        late.rollback()
        early.commit()
        with pytest.raises(AlreadyBegun):
            begun(late, late.get_one(Contact, who.id))


def test_a_draft_is_not_renamed_into_another_of_ones_own(session, nora, draft):
    second = begun(session, nora, brand_name="Other")

    with pytest.raises(AlreadyBegun):
        save(session, nora, second, F.BRAND_NAME, "Glade Ceramics")
    refused = drafts.save_answers(session, nora, second, {F.BRAND_NAME: "Glade Ceramics"}, {})

    assert draft.number in str(refused[F.BRAND_NAME])
    assert second.brand.name == "Other"


def test_after_a_refusal_the_same_brand_may_apply_again(session, nora, draft):
    draft.stage, draft.submitted_at = Stage.REJECTED, clock.now(session)
    draft.store_type, draft.declares = "FLAGSHIP", "OWNER"
    session.flush()

    again = begun(session, nora)

    assert (again.brand_id, again.number) == (draft.brand_id, again.number)
    assert again.id != draft.id


@pytest.mark.parametrize(
    ("field", "typed", "stored"),
    [
        (F.COMPANY_SINCE, "27 3 2016", "2016-03-27"),
        (F.COMPANY_SINCE, "27 March 2016", "2016-03-27"),
        (F.COMPANY_SINCE, "2016-03-27", "2016-03-27"),
        (F.COMPANY_SINCE, "27/03/2016", "2016-03-27"),
        (F.TRADEMARK_CLASSES, "class 35 and 3", "3, 35"),
        (F.COUNTRY, " south korea ", "KR"),
        (F.COUNTRY, "Taiwan", "TW"),
        (F.DECLARES, "owner of the trademark", "OWNER"),
        (F.CONTACT_EMAIL, " Nora @Glade.example", "nora@glade.example"),
        (F.CONTACT_PHONE, "0047 (22) 12-34-56", "0047 (22) 12-34-56"),
        (F.PRODUCT_COUNT, "1 200", "1200"),
        (F.COMPANY_NAME, "  Glade \t Keramikk & Søn A/S ", "Glade Keramikk & Søn A/S"),
        (F.BRAND_NAME, "株式会社くも", "株式会社くも"),
        (F.WEBSITE, "www.glade.example", "www.glade.example"),
        (F.WEBSITE, "", ""),
    ],
)
def test_what_people_type_is_understood(session, nora, draft, field, typed, stored):
    assert save(session, nora, draft, field, typed) == stored


@pytest.mark.parametrize(
    ("field", "typed", "code"),
    [
        (F.COMPANY_NAME, "", "answer_missing"),
        (F.COMPANY_NAME, "   ", "answer_missing"),
        (F.COMPANY_NAME, "Glade 😀 AS", "answer_symbols"),
        (F.COMPANY_NAME, "<b>Glade</b>", "answer_symbols"),
        (F.COMPANY_NAME, "x" * 121, "answer_too_long"),
        (F.COMPANY_NAME, "...", "answer_no_letters"),
        (F.COMPANY_NAME, "Glade\x00AS", "answer_control"),
        (F.COMPANY_SINCE, "31 2 2016", "answer_not_a_date"),
        (F.COMPANY_SINCE, "yesterday", "answer_not_a_date"),
        (F.COMPANY_SINCE, "1 1 0016", "answer_too_far"),
        (F.COMPANY_SINCE, "21 5 2026", "answer_not_past"),
        (F.TRADEMARK_UNTIL, "20 5 2026", "answer_not_future"),
        (F.TRADEMARK_CLASSES, "3, 46", "answer_not_classes"),
        (F.TRADEMARK_CLASSES, "cosmetics", "answer_not_classes"),
        (F.COUNTRY, "China", "answer_excluded_country"),
        (F.COUNTRY, "Atlantis", "answer_not_a_country"),
        (F.STORE_TYPE, "MARKET_STALL", "answer_not_a_choice"),
        (F.PRODUCT_COUNT, "0", "answer_not_a_number"),
        (F.PRODUCT_COUNT, "a dozen", "answer_not_a_number"),
        (F.PRODUCT_COUNT, "٣", "answer_not_a_number"),
        (F.CONTACT_EMAIL, "nora@glade", "answer_not_an_email"),
        (F.CONTACT_PHONE, "22 12 34 56", "answer_not_a_phone"),
        (F.WEBSITE, "javascript:alert(1)", "answer_not_a_website"),
    ],
)
def test_what_cannot_be_is_refused_with_what_to_do(session, nora, draft, field, typed, code):
    with pytest.raises(AnswerRefused) as refused:
        save(session, nora, draft, field, typed)

    assert refused.value.code == code
    assert str(refused.value)[0].isupper()


def test_an_answer_that_is_refused_leaves_the_old_one(session, nora, draft):
    with pytest.raises(AnswerRefused):
        save(session, nora, draft, F.COMPANY_NAME, "😀")

    assert answers.answers_of(session, draft)[F.COMPANY_NAME].value == "Glade Ceramics AS"


def test_every_answer_is_kept_with_who_and_when_and_where(session, nora, draft):
    drafts.save_answer(session, nora, draft, F.COMPANY_NUMBER, "1", channel=Channel.CHAT)
    save(session, nora, draft, F.COMPANY_NUMBER, "2")

    kept = [row for row in answers.history_of(session, draft) if row.field == F.COMPANY_NUMBER]
    assert [(row.value, row.version, row.by, row.channel) for row in kept] == [
        ("1", 1, "Nora Glade", "CHAT"),
        ("2", 2, "Nora Glade", "PAGE"),
    ]


def test_the_rest_of_the_house_reads_the_answer_too(session, nora, draft):
    save(session, nora, draft, F.BRAND_NAME, "Glade")
    save(session, nora, draft, F.COMPANY_NAME, "Glade AS")
    save(session, nora, draft, F.STORE_TYPE, "SPECIALTY")

    assert (draft.brand.name, draft.company.name, draft.store_type) == ("Glade", "Glade AS", "SPECIALTY")


def test_a_second_tab_sees_the_conflict_and_loses_nothing(session, nora, draft):
    seen = save_number(session, nora, draft, "1", None)
    save_number(session, nora, draft, "2", seen)

    with pytest.raises(AnswerChanged) as changed:
        save_number(session, nora, draft, "3", seen)

    assert "Nora Glade changed this to “2”" in str(changed.value)
    assert save_number(session, nora, draft, "3", changed.value.version) == 3


def test_a_second_tab_that_changed_nothing_does_not_undo_the_first(session, nora, draft):
    seen = save_number(session, nora, draft, "1", None)
    save_number(session, nora, draft, "2", seen)

    save_number(session, nora, draft, "1", seen)

    assert answers.answers_of(session, draft)[F.COMPANY_NUMBER].value == "2"


def test_two_people_saving_at_the_same_moment_do_not_overwrite_each_other(sessions: SessionFactory):
    with sessions.begin() as session:
        who = person(session)
        number = begun(session, who).number
    with sessions() as first, sessions.begin() as second:
        early = brands.application_by_number(first, first.get_one(Contact, who.id), number)
        late = brands.application_by_number(second, second.get_one(Contact, who.id), number)
        drafts.save_answer(second, second.get_one(Contact, who.id), late, F.COMPANY_NUMBER, "2", version=0)
        second.commit()
        with pytest.raises(AnswerChanged):
            drafts.save_answer(first, first.get_one(Contact, who.id), early, F.COMPANY_NUMBER, "3", version=0)


def save_number(session: Session, who: Contact, draft: Application, value: str, seen: int | None) -> int:
    return drafts.save_answer(session, who, draft, F.COMPANY_NUMBER, value, version=seen).version


def test_of_several_answers_those_that_are_accepted_are_saved(session, nora, draft):
    typed = {F.COMPANY_NUMBER: "912", F.COMPANY_SINCE: "31 2 2016"}

    refused = drafts.save_answers(session, nora, draft, typed, {})

    assert set(refused) == {F.COMPANY_SINCE}
    assert answers.answers_of(session, draft)[F.COMPANY_NUMBER].value == "912"


def test_a_viewer_reads_but_changes_nothing(session, nora, draft):
    guest = person(session, "Guest", "guest@glade.example")
    session.add(Membership(contact_id=guest.id, brand_id=draft.brand_id, role=Role.VIEWER))
    session.flush()

    with pytest.raises(RoleTooLow):
        save(session, guest, draft, F.COMPANY_NUMBER, "1")


def test_nobody_else_changes_anything(session, draft):
    with pytest.raises(BrandNotFound):
        save(session, contact(session, INGRID), draft, F.COMPANY_NUMBER, "1")


def test_what_was_submitted_or_withdrawn_is_a_draft_no_more(session, nora, draft):
    with pytest.raises(AlreadySubmitted):
        save(
            session,
            contact(session, INGRID),
            application(session, "Nordlys Skincare"),
            F.WEBSITE,
            "a.example",
        )
    draft.stage, draft.withdrawn_at = Stage.WITHDRAWN, clock.now(session)
    session.flush()
    with pytest.raises(NotADraft):
        save(session, nora, draft, F.WEBSITE, "a.example")


def test_sections_tell_how_far_they_are(session, nora, draft):
    found = {one.section.name: one.status for one in progress.progress_of(session, draft).sections}

    assert found[SectionName.COMPANY] is SectionStatus.IN_PROGRESS
    assert found[SectionName.CONTACTS] is SectionStatus.NOT_STARTED


def test_all_sections_of_a_filled_draft_are_complete(session, nora):
    found = progress.progress_of(session, filled(session, nora))

    assert {one.status for one in found.sections} == {SectionStatus.COMPLETED}
    assert {blocker.code for blocker in found.blockers} == {"document_due"}


def test_the_owner_of_the_mark_is_asked_only_of_others(session, nora, draft):
    def asked() -> set[Field]:
        found = progress.progress_of(session, draft).sections
        return {question.field for one in found for question in one.asked}

    assert F.TRADEMARK_OWNER not in asked()
    save(session, nora, draft, F.DECLARES, "DISTRIBUTOR")
    assert F.TRADEMARK_OWNER in asked()


def test_a_trademark_that_ran_out_in_the_meantime_blocks(session, nora):
    draft = filled(session, nora)
    clock.freeze(session, datetime(2032, 1, 1, tzinfo=UTC))

    codes = {blocker.code for blocker in progress.progress_of(session, draft).blockers}

    assert "answer_not_future" in codes
