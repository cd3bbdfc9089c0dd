"""From approved to open: what each stage needs, who moves it, and with whom the days go by."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from sqlalchemy import delete, func, select

from onboarding import incubation, promise, stages
from onboarding.documents import review
from onboarding.models import (
    ContractAcceptance,
    DocumentSubmission,
    Membership,
    PaymentProof,
    StageChange,
    StepChange,
)
from onboarding.names import DocumentStatus, DocumentType, ReasonCode, Role, Stage, Turn
from onboarding.opening import contract, fees, moves, set_up, steps
from onboarding.opening.names import SET_UP, Step, StepStatus
from onboarding.opening.wording import Blocked, FieldsRefused, NotNow, OpeningRefused
from onboarding.permissions import RoleTooLow
from tests.onboarding import people
from tests.onboarding.opening import way


def stage(session) -> Stage:
    session.expire_all()
    return way.nordlys(session).stage


def status(session, step: Step) -> StepStatus:
    return steps.state(session, way.nordlys(session), step).status


def turn(session) -> Turn:
    return stages.turn_of(session, way.nordlys(session))


def count(session, table) -> int:
    """Of this brand's alone."""
    return session.scalar(
        select(func.count()).select_from(table).where(table.application_id == way.nordlys(session).id)
    )


def proofs(session) -> int:
    return session.scalar(select(func.count()).select_from(PaymentProof))


def test_from_approved_to_open_on_day_24(session, store):
    way.offer(session)
    way.pass_days(session, 2)
    way.accept_contract(session)
    way.send_proof(session, store)
    way.pass_days(session, 1)
    way.confirm_payment(session)
    assert stage(session) is Stage.STORE_SETUP
    way.pass_days(session, 8)
    way.set_up_all(session)
    set_up.hand_over(session, way.ingrid(session), way.nordlys(session))
    way.pass_days(session, 2)
    set_up.pass_final_check(session, way.nordlys(session).id, by="Zhou")
    set_up.open_store(session, way.nordlys(session).id, by="Zhou")

    assert stage(session) is Stage.OPEN
    opening = promise.opening_clock(session, way.nordlys(session))
    assert (opening.day, opening.opened_on) == (24, date(2026, 5, 28))
    assert opening.days_with_us + opening.days_with_you == 24
    first_days = incubation.incubation(session, way.nordlys(session).brand)
    assert first_days.opened_on == date(2026, 5, 28)


def test_the_contract_is_offered_only_after_approval(session):
    with pytest.raises(Blocked) as refused:
        contract.offer(session, way.nordlys(session).id, by=way.MEI)

    assert "“Approved”" in refused.value.blockers[0]
    assert count(session, StepChange) == 0


def test_each_change_says_who_when_and_why(session, store):
    way.to_set_up(session, store)

    rows = session.scalars(select(StageChange).order_by(StageChange.id.desc()).limit(3)).all()
    assert [(row.stage, row.turn, row.by) for row in reversed(rows)] == [
        (Stage.CONTRACT_AND_FEES, None, way.MEI),
        (Stage.CONTRACT_AND_FEES, Turn.PLATFORM, "Ingrid Solberg"),
        (Stage.STORE_SETUP, None, "Zhou"),
    ]
    assert all(row.reason for row in rows)
    found = steps.states(session, way.nordlys(session))
    assert found[Step.CONTRACT].by == "Ingrid Solberg"
    assert (
        steps.history(session, way.nordlys(session), Step.FEES)[0].reason
        == "Payment received on Fri 15 May 2026."
    )


def test_the_days_in_which_only_we_have_to_act_are_counted_as_ours(session, store):
    way.offer(session)
    way.pass_days(session, 2)
    way.accept_contract(session)
    way.send_proof(session, store)
    before = promise.opening_clock(session, way.nordlys(session))
    way.pass_days(session, 3)

    after = promise.opening_clock(session, way.nordlys(session))
    assert (after.turn, after.days_with_us) == (Turn.PLATFORM, before.days_with_us + 3)
    assert after.days_with_you == before.days_with_you
    assert [step.state for step in after.stages if step.stage is Stage.CONTRACT_AND_FEES] == ["now"]


def test_the_turn_comes_back_when_the_payment_was_not_found(session, store):
    way.offer(session)
    way.accept_contract(session)
    way.send_proof(session, store)
    fees.not_received(session, way.nordlys(session).id, by="Zhou", reason="Nothing has come. Ask your bank.")

    assert turn(session) is Turn.BRAND
    found = steps.state(session, way.nordlys(session), Step.FEES)
    assert (found.status, found.reason) == (StepStatus.PROBLEM, "Nothing has come. Ask your bank.")


def test_the_set_up_waits_for_the_papers_of_the_contract(session, store):
    application = way.offer(session)
    session.execute(
        delete(DocumentSubmission).where(
            DocumentSubmission.application_id == application.id,
            DocumentSubmission.document_type == DocumentType.ALIPAY_ACCOUNT,
        )
    )
    way.accept_contract(session)
    way.send_proof(session, store)
    way.confirm_payment(session)

    assert stage(session) is Stage.CONTRACT_AND_FEES
    assert turn(session) is Turn.BRAND
    blockers = moves.what_blocks(session, way.nordlys(session), Stage.STORE_SETUP)
    assert blockers == ["Alipay merchant account is not accepted yet."]

    way.accept_paper(session, way.nordlys(session), DocumentType.ALIPAY_ACCOUNT)
    moves.follow(session, stages.locked(session, application.id), by=way.MEI)
    assert stage(session) is Stage.STORE_SETUP


def test_a_contract_is_kept_with_its_words_and_accepted_once(session):
    way.offer(session)
    first = way.accept_contract(session)
    again = way.accept_contract(session, name="Somebody else")

    assert again.id == first.id
    assert count(session, ContractAcceptance) == 1
    assert "Nordlys Skincare AS" in first.text
    assert "RMB 150,000" in first.text
    assert (first.version, first.name, first.position) == ("2026-01", "Ingrid Solberg", "Managing director")
    assert len(first.sha256) == 64


def test_of_two_who_accept_at_the_same_moment_one_is_kept(sessions):
    with sessions.begin() as session:
        way.offer(session)

    def also_accept() -> int:
        with sessions.begin() as session:
            return way.accept_contract(session, name="The other").id

    with ThreadPoolExecutor() as pool:
        with sessions.begin() as session:
            first = way.accept_contract(session).id
            other = pool.submit(also_accept)
        assert other.result(timeout=20) == first
    with sessions() as session:
        assert count(session, ContractAcceptance) == 1
        assert contract.acceptance(session, way.nordlys(session)).name == "Ingrid Solberg"


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"agreed": False}, "agreed"),
        ({"version": "2025-07"}, "agreed"),
        ({"name": "  \x00 "}, "name"),
        ({"position": "x" * 121}, "position"),
    ],
)
def test_a_contract_is_not_accepted_by_halves(session, changed, field):
    way.offer(session)

    with pytest.raises(FieldsRefused) as refused:
        way.accept_contract(session, **changed)

    assert list(refused.value.errors) == [field]
    assert count(session, ContractAcceptance) == 0


def test_only_an_owner_accepts_and_pays(session, store):
    way.offer(session)
    sofia = people.contact(session, people.SOFIA)

    with pytest.raises(RoleTooLow):
        contract.accept(
            session, sofia, way.nordlys(session), version="2026-01", name="S", position="x", agreed=True
        )
    with way.arriving(store, b"x") as incoming, pytest.raises(RoleTooLow):
        fees.send_proof(session, sofia, way.nordlys(session), incoming, incoming.finish(), "PDF", "x.pdf")
    assert proofs(session) == 0


def test_an_invoice_holds_what_was_due_and_is_issued_once(session):
    application = way.offer(session)

    invoice = fees.issue(session, application)

    assert invoice.number == "INV-2026-004217"
    assert fees.amounts_of(invoice).total.minor == 180_000_00
    assert invoice.due_on == date(2026, 5, 22)
    assert fees.issue(session, application).id == invoice.id


def test_a_payment_is_confirmed_once(session, store):
    way.offer(session)
    way.send_proof(session, store)
    way.confirm_payment(session)

    with pytest.raises(OpeningRefused) as refused:
        way.confirm_payment(session)

    assert refused.value.code == "not_confirmable"


def test_the_same_proof_twice_is_kept_once(session, store):
    way.offer(session)

    first, again = way.send_proof(session, store), way.send_proof(session, store)

    assert first.id == again.id
    assert proofs(session) == 1
    assert len(steps.history(session, way.nordlys(session), Step.FEES)) == 1


def test_setting_up_may_begin_before_the_money_has_come(session):
    way.offer(session)
    way.set_up_all(session)

    assert steps.are_done(steps.states(session, way.nordlys(session)), SET_UP)
    with pytest.raises(Blocked):
        set_up.hand_over(session, way.ingrid(session), way.nordlys(session))


def test_nothing_is_set_up_before_the_contract_is_offered(session):
    way.approve(session)

    with pytest.raises(NotNow) as refused:
        set_up.save(
            session,
            way.ingrid(session),
            way.nordlys(session),
            Step.ALIPAY,
            way.ANSWERS[Step.ALIPAY],
        )

    assert "comes after approval" in refused.value.what_to_do


def test_handing_over_names_everything_that_is_missing(session, store):
    way.to_set_up(session, store)

    with pytest.raises(Blocked) as refused:
        set_up.hand_over(session, way.ingrid(session), way.nordlys(session))

    assert len(refused.value.blockers) == len(SET_UP)
    assert stage(session) is Stage.STORE_SETUP


def test_a_final_check_that_finds_something_gives_the_store_back(session, store):
    way.to_set_up(session, store)
    way.set_up_all(session)
    set_up.hand_over(session, way.ingrid(session), way.nordlys(session))
    found = {Step.DESIGN: "The shop front shows another brand. Replace the picture."}
    set_up.send_back(session, way.nordlys(session).id, found, by="Zhou")

    assert stage(session) is Stage.STORE_SETUP
    assert status(session, Step.DESIGN) is StepStatus.PROBLEM
    with pytest.raises(Blocked) as refused:
        set_up.hand_over(session, way.ingrid(session), way.nordlys(session))
    assert refused.value.blockers == ["“Design your store” is not done yet."]

    set_up.save(session, way.ingrid(session), way.nordlys(session), Step.DESIGN, way.ANSWERS[Step.DESIGN])
    set_up.hand_over(session, way.ingrid(session), way.nordlys(session))
    assert stage(session) is Stage.FINAL_CHECK


def test_a_store_does_not_open_before_the_final_check_is_passed(session, store):
    way.to_set_up(session, store)
    way.set_up_all(session)
    set_up.hand_over(session, way.ingrid(session), way.nordlys(session))

    with pytest.raises(Blocked) as refused:
        set_up.open_store(session, way.nordlys(session).id, by="Zhou")

    assert refused.value.blockers == ["The final check has not been passed yet."]


def test_a_change_from_a_page_that_is_out_of_date_is_refused(session):
    way.offer(session)
    answers = way.ANSWERS[Step.ALIPAY]
    saved = set_up.save(session, way.ingrid(session), way.nordlys(session), Step.ALIPAY, answers, version=0)
    set_up.save(
        session,
        way.ingrid(session),
        way.nordlys(session),
        Step.ALIPAY,
        answers | {"account": "new@nordlys.example"},
        version=saved.version,
    )

    with pytest.raises(OpeningRefused) as refused:
        set_up.save(
            session,
            way.ingrid(session),
            way.nordlys(session),
            Step.ALIPAY,
            answers | {"account": "third@nordlys.example"},
            version=saved.version,
        )

    assert refused.value.code == "changed"
    found = steps.state(session, way.nordlys(session), Step.ALIPAY)
    assert found.answers["account"] == "new@nordlys.example"


@pytest.mark.parametrize(
    ("step", "changed", "field"),
    [
        (Step.ALIPAY, {"account": "pay@nordlys"}, "account"),
        (Step.OPERATION, {"partner": ""}, "partner"),
        (Step.OPERATION, {"runner": "SOMEBODY"}, "runner"),
        (Step.RETURN_ADDRESS, {"province": "HK"}, "province"),
        (Step.RETURN_ADDRESS, {"postcode": "999077"}, "postcode"),
        (Step.RETURN_ADDRESS, {"postcode": "0184"}, "postcode"),
        (Step.RETURN_ADDRESS, {"phone": "+47 22 33 44 55"}, "phone"),
        (Step.RETURN_ADDRESS, {"street": "x" * 201}, "street"),
        (Step.RETURN_ADDRESS, {"city": "Shang\u202ehai"}, "city"),
        (Step.DESIGN, {"preview": "javascript:alert(1)"}, "preview"),
        (Step.DESIGN, {"rights": ""}, "rights"),
        (Step.LOGISTICS, {"way": ""}, "way"),
    ],
)
def test_answers_that_will_not_do_are_named_by_their_field(session, step, changed, field):
    way.offer(session)

    with pytest.raises(FieldsRefused) as refused:
        set_up.save(
            session,
            way.ingrid(session),
            way.nordlys(session),
            step,
            way.ANSWERS[step] | changed,
        )

    assert field in refused.value.errors
    assert status(session, step) is StepStatus.TO_DO


@pytest.mark.parametrize("phone", ["13800138000", "+86 138-0013-8000", "(021) 6232 1234", "+86 21 6232 1234"])
def test_telephone_numbers_are_taken_however_they_are_written(session, phone):
    way.offer(session)

    saved = set_up.save(
        session,
        way.ingrid(session),
        way.nordlys(session),
        Step.RETURN_ADDRESS,
        way.ANSWERS[Step.RETURN_ADDRESS] | {"phone": phone},
    )

    assert saved.status is StepStatus.DONE


def test_what_is_not_asked_is_not_kept(session):
    way.offer(session)
    typed = {"runner": "SELF", "partner": "Bridge Ltd", "email": "x@bridge.example", "other": "1"}

    saved = set_up.save(session, way.ingrid(session), way.nordlys(session), Step.OPERATION, typed)

    assert saved.answers == {"runner": "SELF"}


def test_a_viewer_changes_nothing(session):
    way.offer(session)
    sofia = people.contact(session, people.SOFIA)
    session.get_one(Membership, (sofia.id, way.nordlys(session).brand_id)).role = Role.VIEWER
    session.flush()

    with pytest.raises(RoleTooLow):
        set_up.save(session, sofia, way.nordlys(session), Step.ALIPAY, way.ANSWERS[Step.ALIPAY])


def test_a_refused_document_gives_the_turn_back(session, store):
    way.offer(session)
    way.accept_contract(session)
    way.send_proof(session, store)
    assert turn(session) is Turn.PLATFORM
    session.add(
        DocumentSubmission(
            application_id=way.nordlys(session).id,
            document_type=DocumentType.ADDRESS_PROOF,
            status=DocumentStatus.IN_REVIEW,
            submitted_at=way.nordlys(session).submitted_at,
        )
    )
    session.flush()
    newest = session.scalars(select(DocumentSubmission).order_by(DocumentSubmission.id.desc())).first()
    review.reject(session, newest.id, ReasonCode.TOO_OLD, by=way.MEI)

    assert turn(session) is Turn.BRAND
