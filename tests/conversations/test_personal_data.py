"""What is kept about a person can be read by them, and erased: conversation and the assistant's memory included."""

import io
import json
import zipfile
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import String, cast, func, select, text
from sqlalchemy.orm import Session

from conversations import (
    background,
    handoff,
    jobs,
    joining,
    lookup,
    mail,
    messages,
    ownership,
    personal_data,
    tickets,
    turns,
)
from conversations.messages import Inbound, Reply
from conversations.models import Conversation, Mail, Message, Suggestion, Ticket, Tracker
from conversations.names import HandoffReason
from onboarding import (
    access_requests,
    api_keys,
    brands,
    chat_sites,
    clock,
    erasure,
    identity,
    invitations,
    passwords,
    people,
)
from onboarding.api_scopes import CHOSEN
from onboarding.database import Base, SessionFactory
from onboarding.documents import submissions
from onboarding.documents.storage import DocumentStore
from onboarding.documents.virus import VirusScanner
from onboarding.erasure import ErasureNotOpen
from onboarding.models import (
    Appeal,
    Application,
    Contact,
    DocumentFile,
    DraftAnswer,
    ErasureRequest,
    PaymentProof,
    ProductCheck,
    StageChange,
    StepChange,
    WebSession,
)
from onboarding.names import (
    AccessReason,
    DocumentType,
    FileFormat,
    KeyKind,
    PeopleEvent,
    ProofAlgorithm,
    Role,
    SignedInBy,
    Stage,
)
from onboarding.opening import contract, refusal
from onboarding.personal_data import openings_of
from onboarding.registration import drafts
from onboarding.registration.fields import Field
from onboarding.settings import Settings
from tests.conversations.desk import staff_named
from tests.onboarding.opening import way
from tests.onboarding.people import INGRID, KENJI, SOFIA, brand, contact

WEEK = timedelta(days=7)


def live_a_little(session: Session, store: DocumentStore, email: str = INGRID) -> Contact:
    """Leaves a row of every kind that hangs on a person."""
    person = contact(session, email)
    visited = lookup.open_for_visitor(session)
    messages.receive_in(session, visited, Inbound(visited.id, "web", "v1", "Hello, I am Ingrid Solberg"))
    joining.adopt(session, visited.id, person.id)
    own = lookup.open_for_contact(session, person.id)
    messages.receive_in(session, own, Inbound(own.id, "web", "c1", "My phone number is 5550100"))
    for conversation in (own, visited):
        session.add(
            Tracker(conversation_id=conversation.id, stretch=1, events=[{"text": "I am Ingrid Solberg"}])
        )
    session.add(Suggestion(conversation_id=own.id, answers=1, text="Dear Ingrid", at=clock.now(session)))
    be_helped_by_a_person(session, own)
    passwords.keep(session, person, "$argon2id$made-up")
    identity.request_link(session, email)
    identity.open_session(session, person, "Firefox", SignedInBy.LINK)
    mail.send_mail(session, email, "A mail to Ingrid", "Dear Ingrid")
    access_requests.ask(session, person, "Kumo", AccessReason.OTHER, "I am Ingrid Solberg")
    nordlys = brand(session, "Nordlys Skincare")
    invitations.invite(session, person, nordlys.id, "new@nordlys.example", Role.VIEWER)
    invitations.invite(session, contact(session, KENJI), brand(session, "Kumo").id, email, Role.VIEWER)
    send_a_file(session, store, person)
    session.flush()
    return person


def be_helped_by_a_person(session: Session, own: Conversation) -> None:
    called = handoff.ask_for_person(session, own, HandoffReason.COMPLAINT, "Ingrid Solberg is angry")
    tickets.ask_for_call(session, own, at=clock.now(session), phone="5550100", detail="Call Ingrid")
    mei, bo = staff_named(session, "Mei Lin"), staff_named(session, "Bo Chen")
    ownership.claim(session, own.id, mei)
    ownership.transfer(session, own.id, mei, bo, "Ingrid Solberg is waiting")
    ownership.hand_back(session, own.id, bo, "Ingrid has the letter", "Told Ingrid")
    called.rating_comment = "Thanks, says Ingrid"


def send_a_file(session: Session, store: DocumentStore, person: Contact) -> None:
    """And opens it."""
    application = brands.applications_of(session, person)[0]
    with store.receive(megabytes=1) as incoming:
        incoming.write(b"a certificate")
        received = incoming.finish()
        sent = submissions.send(
            session, person, application, DocumentType.TRADEMARK, incoming, received, FileFormat.PDF,
            "Ingrid Solberg, trademark",
        )  # fmt: skip
    file = session.scalars(select(DocumentFile).where(DocumentFile.submission_id == sent.submission.id)).one()
    submissions.note_opening(session, file, who=person.name, contact_id=person.id)


def archive(session: Session, store: DocumentStore, person: Contact) -> zipfile.ZipFile:
    packed = io.BytesIO()
    personal_data.write_archive(session, person, store, packed)
    return zipfile.ZipFile(packed)


def erase(session: Session, person: Contact) -> None:
    erasure.ask(session, person)
    clock.advance(session, WEEK)
    assert personal_data.erase_next_due(session)


def everywhere(session: Session, words: str) -> list[str]:
    """The tables and columns in which the words stand."""
    session.flush()
    found = []
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if session.scalar(
                select(func.count()).select_from(table).where(cast(column, String).icontains(words))
            ):
                found.append(f"{table.name}.{column.name}")
    return found


def test_a_copy_holds_what_every_table_knows_of_the_person(session: Session, store: DocumentStore) -> None:
    person = live_a_little(session, store)

    with archive(session, store, person) as zipped:
        assert zipped.namelist() == ["README.txt", "data.json", "files/001 Ingrid Solberg, trademark.pdf"]
        assert zipped.read("files/001 Ingrid Solberg, trademark.pdf") == b"a certificate"
        data = json.loads(zipped.read("data.json"))
        readme = zipped.read("README.txt").decode()

    assert "as of Wed 20 May 2026" in readme
    assert data["details"][0]["email"] == INGRID
    assert data["brands"] == [{"brand": "Nordlys Skincare", "role": "owner"}]
    assert data["applications"][0]["number"] == "BD-2026-004217"
    assert data["applications"][0]["documents"]
    assert [row["text"] for row in data["messages"] if row["by"] == "brand"] == [
        "Hello, I am Ingrid Solberg",
        "My phone number is 5550100",
    ]
    assert [row["note_for_the_assistant"] for row in data["calls_for_a_person"]] == ["Ingrid has the letter"]
    assert [row["events"] for row in data["assistant_memory"]] == [[{"text": "I am Ingrid Solberg"}]] * 2
    assert data["access_requests"][0]["note"] == "I am Ingrid Solberg"
    assert [row["subject"] for row in data["mails"]] == ["A mail to Ingrid"]
    assert [(row["brand"], row["name"]) for row in data["documents_sent"]] == [
        ("Nordlys Skincare", "Ingrid Solberg, trademark")
    ]
    assert [row["who"] for row in data["documents_opened"]] == ["Ingrid Solberg"]
    assert all(data[name] for name in ("tickets", "late_answers", "devices", "sign_in_links", "password"))


def test_a_copy_holds_no_secret_and_nothing_of_other_people(session: Session, store: DocumentStore) -> None:
    person = live_a_little(session, store)
    kenjis = lookup.open_for_contact(session, contact(session, KENJI).id)
    messages.receive_in(session, kenjis, Inbound(kenjis.id, "web", "k1", "Kumo has a secret"))
    hashes = [row.key_hash for row in session.scalars(select(WebSession))]

    copied = json.dumps(personal_data.held(session, person), default=str)

    assert "argon2id" not in copied
    assert not any(key in copied for key in hashes)
    assert "Kumo has a secret" not in copied
    assert KENJI not in copied


def test_who_opened_a_document_is_told_to_the_people_of_its_brand_alone(
    session: Session, store: DocumentStore
) -> None:
    live_a_little(session, store)

    told = {email: openings_of(session, contact(session, email)) for email in (INGRID, SOFIA, KENJI)}

    assert [(one.brand, one.document, one.who) for one in told[SOFIA]] == [
        ("Nordlys Skincare", "Trademark certificate", "Ingrid Solberg")
    ]
    assert told[INGRID] == told[SOFIA]
    assert told[KENJI] == []


def test_a_copy_holds_no_files_that_a_colleague_sent(session: Session, store: DocumentStore) -> None:
    live_a_little(session, store)

    with archive(session, store, contact(session, SOFIA)) as zipped:
        assert zipped.namelist() == ["README.txt", "data.json"]


def test_erasure_waits_a_week_and_is_asked_for_once(session: Session) -> None:
    person = contact(session, INGRID)
    asked = erasure.ask(session, person)

    assert erasure.ask(session, person) is asked
    assert asked.due_at == clock.now(session) + WEEK
    clock.advance(session, WEEK - timedelta(seconds=1))
    assert not personal_data.erase_next_due(session)
    assert contact(session, INGRID).erased_at is None


def test_erasure_that_is_cancelled_is_not_carried_out(session: Session) -> None:
    person = contact(session, INGRID)
    erasure.ask(session, person)
    erasure.cancel(session, person)
    clock.advance(session, WEEK)

    assert not personal_data.erase_next_due(session)
    with pytest.raises(ErasureNotOpen):
        erasure.cancel(session, person)


def test_after_erasure_no_table_knows_address_or_words_of_the_person(
    session: Session, store: DocumentStore
) -> None:
    erase(session, live_a_little(session, store))

    assert everywhere(session, "5550100") == []
    # The last mail says that it was done, and is deleted like every other.
    assert everywhere(session, INGRID) == ["outbox_mails.recipient"]
    # Who submitted is part of the record of a submitted application.
    assert everywhere(session, "Ingrid Solberg") == ["stage_changes.by"]


def test_after_erasure_nothing_signs_the_person_in(session: Session, store: DocumentStore) -> None:
    person = live_a_little(session, store)
    token, _ = identity.open_session(session, person, "Safari", SignedInBy.LINK)
    link = identity.request_link(session, INGRID)

    erase(session, person)

    assert identity.find_session(session, token) is None
    assert passwords.stored_for(session, INGRID) is None
    assert identity.request_link(session, INGRID) is None
    with pytest.raises(identity.LinkUnknown):
        identity.consume_link(session, link or "")


def test_erasure_leaves_the_brand_its_application_and_a_change_without_a_name(
    session: Session, store: DocumentStore
) -> None:
    person = live_a_little(session, store)
    before = session.scalar(select(func.count()).select_from(StageChange))

    erase(session, person)

    nordlys = brand(session, "Nordlys Skincare")
    change = people.changes_of(session, nordlys.id)[0]
    assert (change.event, change.whom, change.old_role) == (
        PeopleEvent.ERASED,
        "A former contact",
        Role.OWNER,
    )
    assert [person.email for person in people.people_of(session, nordlys.id)] == [SOFIA]
    assert session.scalar(select(func.count()).select_from(StageChange)) == before
    assert invitations.open_invitations(session, nordlys.id) == []


def test_a_draft_that_was_never_submitted_loses_the_name(session: Session) -> None:
    nordlys = brand(session, "Nordlys Skincare")
    draft = session.scalars(select(Application).where(Application.brand_id == nordlys.id)).one()
    draft.stage, draft.submitted_at = Stage.DRAFT, None
    session.flush()

    erase(session, contact(session, INGRID))

    names = session.scalars(select(StageChange.by).where(StageChange.application_id == draft.id)).all()
    assert "Ingrid Solberg" not in names
    assert "A former contact" in names


def test_a_registration_of_theirs_keeps_no_word_about_them(session: Session) -> None:
    person = contact(session, INGRID)
    draft = drafts.begin(
        session,
        person,
        {
            Field.BRAND_NAME: "Kumo",
            Field.COMPANY_NAME: "Kumo of Oslo AS",
            Field.COUNTRY: "NO",
            Field.CATEGORY: "FOOD",
            Field.CONTACT_NAME: "Ingrid Solberg",
            Field.CONTACT_EMAIL: INGRID,
        },
    )
    copy = personal_data.held(session, person)
    assert {row["value"] for row in copy["draft_answers"]} >= {"Kumo", "Kumo of Oslo AS", INGRID}
    assert [row["brand_name"] for row in copy["brand_claims"]] == ["Kumo"]

    erase(session, person)

    kept = session.scalars(select(DraftAnswer).where(DraftAnswer.application_id == draft.id)).all()
    assert {row.by for row in kept} == {"A former contact"}
    assert {row.field: row.value for row in kept} | {"contact_email": "", "brand_name": "Kumo"} == {
        row.field: row.value for row in kept
    }
    assert everywhere(session, INGRID) == ["outbox_mails.recipient"]
    assert everywhere(session, "Ingrid Solberg") == ["stage_changes.by"]


def open_a_store(session: Session, store: DocumentStore) -> Contact:
    way.to_set_up(session, store)
    way.set_up_all(session)
    session.scalars(select(PaymentProof)).one().name = "Paid by Ingrid Solberg"
    return contact(session, INGRID)


def appeal(session: Session) -> Application:
    application = way.nordlys(session)
    refusal.refuse(session, application.id, by=way.MEI, reason="No.")
    refusal.appeal(session, contact(session, INGRID), application, "I, Ingrid Solberg, own it: 5550100")
    return application


def names_in(session: Session, table: type[StepChange] | type[ProductCheck] | type[Appeal]) -> set[str]:
    """Who did it for Nordlys Skincare."""
    of_nordlys = table.application_id == way.nordlys(session).id
    return set(session.scalars(select(table.by).where(of_nordlys)))


def test_a_copy_holds_what_the_person_did_on_the_way_to_an_opening(
    session: Session, store: DocumentStore
) -> None:
    person = open_a_store(session, store)

    with archive(session, store, person) as zipped:
        data = json.loads(zipped.read("data.json"))
        assert zipped.read("files/001 Paid by Ingrid Solberg.pdf") == way.PROOF

    accepted = data["contracts_accepted"][0]
    assert (accepted["brand"], accepted["name"], accepted["position"]) == (
        "Nordlys Skincare", "Ingrid Solberg", "Managing director"
    )  # fmt: skip
    assert [row["name"] for row in data["payment_proofs"]] == ["Paid by Ingrid Solberg"]
    answers = {row["step"]: row["answers"] for row in data["opening_steps"]}
    assert answers["ALIPAY"] == way.ANSWERS[way.Step.ALIPAY]
    assert data["product_checks"][0]["products"] == [way.CREAM]
    assert data["appeals"] == []


def test_a_copy_holds_the_appeal_and_a_colleagues_does_not(session: Session) -> None:
    appeal(session)

    mine, theirs = (personal_data.held(session, contact(session, email)) for email in (INGRID, SOFIA))

    assert [row["text"] for row in mine["appeals"]] == ["I, Ingrid Solberg, own it: 5550100"]
    assert theirs["appeals"] == []


def test_after_an_opening_only_the_contract_and_who_submitted_keep_the_name(
    session: Session, store: DocumentStore
) -> None:
    erase(session, open_a_store(session, store))

    assert everywhere(session, "Ingrid Solberg") == ["contract_acceptances.name", "stage_changes.by"]
    kept = session.scalars(select(StageChange.stage).where(StageChange.by == "Ingrid Solberg"))
    assert set(kept) == {Stage.SUBMITTED}
    accepted = contract.acceptance(session, way.nordlys(session))
    assert accepted is not None
    assert accepted.position == "Managing director"
    assert names_in(session, StepChange) == {"A former contact", "Zhou"}
    assert names_in(session, ProductCheck) == {"A former contact"}


def test_an_answered_appeal_loses_its_words(session: Session) -> None:
    application = appeal(session)
    refusal.decide_appeal(session, application.id, granted=False, answer="No.", by="Zhou")

    erase(session, contact(session, INGRID))

    assert everywhere(session, "5550100") == []
    assert names_in(session, Appeal) == {"A former contact"}


def test_an_appeal_of_an_erased_person_loses_its_words_once_it_is_answered(session: Session) -> None:
    application = appeal(session)

    erase(session, contact(session, INGRID))

    assert everywhere(session, "5550100") == ["appeals.text"]
    assert names_in(session, Appeal) == {"A former contact"}
    refusal.decide_appeal(session, application.id, granted=False, answer="No.", by="Zhou")
    assert everywhere(session, "5550100") == []


def test_what_they_did_for_a_brand_that_they_left_is_told_and_forgotten(session: Session) -> None:
    person = contact(session, INGRID)
    nordlys = brand(session, "Nordlys Skincare")
    people.change_role(session, person, nordlys.id, contact(session, SOFIA).id, Role.OWNER)
    people.leave(session, person, nordlys.id)
    application = way.nordlys(session)
    application.stage, application.submitted_at = Stage.DRAFT, None
    session.flush()

    told = personal_data.held(session, person)["stages_entered"]
    erase(session, person)

    assert {(row["brand"], row["application"]) for row in told} == {("Nordlys Skincare", "BD-2026-004217")}
    assert everywhere(session, "Ingrid Solberg") == []


def test_a_ticket_stays_without_words_and_address(session: Session, store: DocumentStore) -> None:
    erase(session, live_a_little(session, store))

    for ticket in session.scalars(select(Ticket)).all():
        assert (ticket.detail, ticket.email, ticket.phone, ticket.outcome) == (None, None, None, "erased")
        assert ticket.reference
        assert session.get_one(Conversation, ticket.conversation_id).contact_id is None


def test_the_data_of_others_is_left_alone(session: Session, store: DocumentStore) -> None:
    kenji = contact(session, KENJI)
    own = lookup.open_for_contact(session, kenji.id)
    messages.receive_in(session, own, Inbound(own.id, "web", "k1", "Kenji writes"))

    erase(session, live_a_little(session, store))

    assert everywhere(session, "Kenji writes") == ["messages.text"]
    assert contact(session, KENJI).name == "Kenji Mori"


def test_the_proof_stays_and_nothing_is_erased_twice(session: Session, store: DocumentStore) -> None:
    person = live_a_little(session, store)
    erase(session, person)

    assert session.scalars(select(ErasureRequest)).one().done_at == clock.now(session)
    assert not personal_data.erase_next_due(session)


def test_an_answer_that_comes_while_its_person_is_erased_is_dropped(
    session: Session, store: DocumentStore
) -> None:
    person = live_a_little(session, store)
    own = lookup.open_for_contact(session, person.id)
    messages.receive_in(session, own, Inbound(own.id, "web", "c2", "And now?"))
    turn = turns.next_due(session, own.id, own.last_seq)
    assert turn is not None

    erase(session, person)

    assert not turns.answer(session, turn, [Reply("Dear Ingrid")], {})
    assert session.scalars(select(Message)).all() == []


def waits_for_a_lock(session: Session) -> bool:
    session.rollback()
    return bool(
        session.scalar(
            text(
                "SELECT count(*) FROM pg_stat_activity"
                " WHERE wait_event_type = 'Lock' AND datname = current_database()"
            )
        )
    )


def test_cancelling_while_it_is_carried_out_says_that_it_is_too_late(
    sessions: SessionFactory, session: Session
) -> None:
    with sessions.begin() as begun:
        erasure.ask(begun, contact(begun, INGRID))
        clock.advance(begun, WEEK)
    ingrid = contact(session, INGRID)

    def cancel() -> None:
        with sessions.begin() as own:
            erasure.cancel(own, ingrid)

    with ThreadPoolExecutor(1) as pool:
        with sessions.begin() as carrying_out:
            personal_data.erase_next_due(carrying_out)
            cancelled = pool.submit(cancel)
            while not cancelled.done() and not waits_for_a_lock(session):
                pass
        assert isinstance(cancelled.exception(timeout=10), ErasureNotOpen)


def test_of_two_processes_one_carries_an_erasure_out(sessions: SessionFactory, session: Session) -> None:
    with sessions.begin() as begun:
        erasure.ask(begun, contact(begun, INGRID))
        clock.advance(begun, WEEK)

    with sessions.begin() as first, sessions.begin() as second:
        assert personal_data.erase_next_due(first)
        assert not personal_data.erase_next_due(second)


def test_the_background_work_erases_all_that_is_due_and_forgets_old_mails(
    sessions: SessionFactory, session: Session
) -> None:
    with sessions.begin() as begun:
        mail.send_mail(begun, KENJI, "An old mail", "...")
        clock.advance(begun, timedelta(days=91))
        mail.send_mail(begun, KENJI, "A new mail", "...")
        for email in (INGRID, SOFIA):
            erasure.ask(begun, contact(begun, email))
        clock.advance(begun, WEEK)

    background.do_what_is_due(sessions, "http://desk.example")

    assert (
        session.scalars(
            select(Contact.email).where(Contact.erased_at.is_(None), Contact.email.in_([INGRID, SOFIA]))
        ).all()
        == []
    )
    told = session.scalars(select(Mail.recipient).where(Mail.subject == "Your data in Brand Desk was erased"))
    assert set(told) == {INGRID, SOFIA}
    assert session.scalars(select(Mail.subject).where(Mail.recipient == KENJI)).all() == ["A new mail"]


def test_the_background_worker_does_it_by_itself_every_few_minutes(
    sessions: SessionFactory, store: DocumentStore
) -> None:
    settings = Settings.from_environment({})
    app = background._background_app("postgresql://nowhere", sessions, settings, store, VirusScanner())

    assert [task.task.name for task in app.periodic_registry.periodic_tasks.values()] == [jobs.TIDY]


def test_keys_and_sites_are_in_the_copy_and_work_no_more_after_erasure(session: Session) -> None:
    person, nordlys = contact(session, INGRID), brand(session, "Nordlys Skincare")
    key = api_keys.make(session, person, nordlys.id, "Ingrid's own", KeyKind.KEY, CHOSEN, days=None)
    site = chat_sites.register(
        session, person, nordlys.id, "A shop", ["https://a.example"], ProofAlgorithm.HS256, None
    )
    chat_sites.allow(session, person, site, "Ingrid at the shop")
    copied = personal_data.held(session, person)
    erase(session, person)

    assert everywhere(session, "Ingrid at the shop") == []
    assert [row["name"] for row in copied["api_keys"]] == ["Ingrid's own"]
    assert len(copied["chat_sites"]) == 1
    assert key.secret not in json.dumps(copied, default=str)
    assert everywhere(session, "Ingrid's own") == []
    with pytest.raises(api_keys.KeyRefused):
        api_keys.caller(session, key.secret)
    assert chat_sites.consent_of(session, person, site) is None
