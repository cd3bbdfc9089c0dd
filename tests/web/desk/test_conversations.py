"""The desk without a script: queue, conversation, and what agents do with it."""

import re
from datetime import timedelta
from html import unescape
from uuid import uuid4

import pytest
from aiohttp import FormData
from sqlalchemy import text

from conversations import ownership, personal_data, turns
from conversations.desk import files
from conversations.messages import Reply
from conversations.names import HandoffReason
from onboarding import clock, erasure
from onboarding.documents.storage import DocumentStore
from onboarding.models import Contact
from tests import papers
from tests.conversations.desk import conversation_of, staff_named
from tests.web.staff import JONAS, MEI, RUI, TAO
from tests.web.visitor import INGRID, KENJI, LENA, SOFIA

HOME = "/desk/conversations"


def at(conversation_id):
    return f"{HOME}/{conversation_id}"


async def do(who, conversation_id, deed, **fields):
    page = await who.open(at(conversation_id))
    return await who.submit(page, f"{at(conversation_id)}/{deed}", **fields)


async def reply(who, conversation_id, text, **fields):
    return await do(who, conversation_id, "reply", text=text, external_id=str(uuid4()), **fields)


def queue_of(page):
    return page.html.partition('<section class="queue"')[2].partition('<section class="talk"')[0]


def names(page):
    return [found.strip() for found in re.findall(r"data-go>([^<]*)</a><span class=\"wait", queue_of(page))]


async def test_who_waits_stands_in_the_queue_with_reason_wait_and_promise(agent, brands, sessions):
    brands.calls(LENA, "We were promised today.", HandoffReason.COMPLAINT)
    with sessions.begin() as session:
        clock.advance(session, timedelta(minutes=24))
    await agent.enter(MEI)

    page = await agent.open(HOME)

    assert names(page) == ["Fjellvann"]
    for words in [
        "Waiting 1",
        "24 min",
        "We were promised today.",
        "Complaint",
        "Opening due today",
        "1 new",
    ]:
        assert words in page.words, words


async def test_the_first_promise_comes_first_and_then_the_opening_that_is_due_first(agent, brands, sessions):
    brands.calls(None, "A visitor asks")
    brands.calls(INGRID, "Day 16 of 30")
    brands.calls(LENA, "Day 30 of 30")
    with sessions.begin() as session:
        clock.advance(session, timedelta(minutes=1))
    brands.calls(KENJI, "Came a minute later")
    await agent.enter(MEI)

    assert names(await agent.open(HOME)) == ["Fjellvann", "Nordlys Skincare", "A visitor", "Kumo"]


async def test_who_asked_out_of_hours_waits_in_the_queue_as_well(agent, brands, sessions):
    with sessions.begin() as session:
        clock.advance(session, timedelta(hours=6))
    conversation_id = brands.calls(INGRID, "Is anybody there?")
    await agent.enter(MEI)

    assert names(await agent.open(HOME)) == ["Nordlys Skincare"]
    assert "Asked out of hours" in (await agent.open(at(conversation_id))).words


async def test_each_tab_shows_its_own(agent, second_agent, brands):
    mine, theirs = brands.calls(INGRID, "One"), brands.calls(KENJI, "Two")
    brands.calls(LENA, "Three")
    brands.writes(None, "With the assistant")
    await agent.enter(MEI)
    await second_agent.enter(JONAS)
    await do(agent, mine, "claim")
    await do(second_agent, theirs, "claim")

    assert names(await agent.open(f"{HOME}?tab=waiting")) == ["Fjellvann"]
    assert names(await agent.open(f"{HOME}?tab=mine")) == ["Nordlys Skincare"]
    everything = await agent.open(f"{HOME}?tab=all")
    assert set(names(everything)) == {"Fjellvann", "Nordlys Skincare", "Kumo", "A visitor"}
    assert "Jonas Weber has it" in everything.words
    assert "With the assistant" in everything.words


async def test_the_queue_is_filtered_by_brand_name_or_words(agent, brands):
    brands.calls(INGRID, "About a letter")
    brands.calls(KENJI, "About samples")
    await agent.enter(MEI)

    assert names(await agent.open(f"{HOME}?q=kumo")) == ["Kumo"]
    assert names(await agent.open(f"{HOME}?q=LETTER")) == ["Nordlys Skincare"]
    assert "Nothing fits “100%”" in (await agent.open(f"{HOME}?q=100%25")).words


async def test_what_was_read_is_not_counted_again(agent, brands):
    conversation_id = brands.calls(INGRID, "One")
    await agent.enter(MEI)
    await agent.open(at(conversation_id))
    assert "new" not in queue_of(await agent.open(HOME)).split()

    brands.writes(INGRID, "Two")
    brands.writes(INGRID, "Three")

    assert "2 new" in (await agent.open(HOME)).words


async def test_a_look_that_nobody_sees_leaves_messages_unread(agent, brands):
    conversation_id = brands.calls(INGRID, "One")
    await agent.enter(MEI)
    await agent.open(at(conversation_id), headers={"X-Desk-Unseen": "1"})

    assert "1 new" in (await agent.open(HOME)).words


async def test_the_openings_due_next_are_drawn_as_rulers(agent):
    await agent.enter(MEI)

    page = await agent.open(HOME)

    assert "Openings due next" in page.words
    assert re.search(
        r'<div class="mini"><svg role="img" aria-label="\d+ days with us, \d+ with the brand', page.html
    )


async def test_an_agent_sees_what_the_assistant_understood_and_why_they_are_called(agent, brands):
    conversation_id = brands.writes(INGRID, "Why was our trademark rejected?")
    brands.is_answered(conversation_id, "The certificate names **Nordlys Holding AS**.")
    brands.calls(INGRID, "Does it need a notary?")
    await agent.enter(MEI)

    page = await agent.open(at(conversation_id))

    for words in [
        "understood: document rejected, 94%",
        "Runner-up status, 4%",
        "Policy RulePolicy",
        "Took 42 ms",
        "Asks Does it need a notary?",
        "Why you Asked for a person, Wed 20 May, 16:00",
        "The assistant answered on document rejected",
    ]:
        assert words in page.words, words
    assert "<strong>Nordlys Holding AS</strong>" in page.html


async def test_the_brand_stands_beside_the_conversation(agent, brands):
    conversation_id = brands.calls(INGRID, "Hello")
    await agent.enter(MEI)

    page = await agent.open(at(conversation_id))

    for words in [
        "Nordlys Skincare AS",
        "Target Wed 3 June 2026",
        "Brand, since Mon 18 May",
        "BD-2026-004217",
        "Trademark certificate There is a problem",
        "Sofia Brandt, editor",
    ]:
        assert words in page.words, words


async def test_an_open_store_shows_its_sales_and_milestones(agent, brands):
    conversation_id = brands.calls(KENJI, "Hello")
    await agent.enter(MEI)

    page = await agent.open(at(conversation_id))

    assert "RMB 612,400 of RMB 1,000,000" in page.words
    assert "45 of 90" in page.words
    assert "Milestones" in page.words


async def test_an_agent_chooses_among_the_brands_of_a_contact_and_no_others(agent, brands, sessions):
    conversation_id = brands.calls(SOFIA, "Which of ours is first?")
    await agent.enter(MEI)
    page = await agent.open(at(conversation_id))
    assert "Fjellvann" in page.html.partition('id="h-b"')[2][:200]

    ids = re.findall(r"brand=(\d+)", page.html)
    other = await agent.open(f"{at(conversation_id)}?brand={ids[-1]}")
    strangers = await agent.open(f"{at(conversation_id)}?brand=2")

    assert "Nordlys Skincare AS" in other.html.partition('id="h-b"')[2][:200]
    assert "Kumo" not in strangers.html.partition('id="card"')[2]


async def test_of_a_visitor_nothing_is_known(agent, brands):
    conversation_id = brands.calls(None, "Can a distributor open a store?")
    await agent.enter(MEI)

    page = await agent.open(at(conversation_id))

    assert "Not signed in" in page.words
    assert "Reply to the visitor" in page.words


async def test_of_two_who_claim_one_wins_and_the_other_is_told_who(agent, second_agent, brands):
    conversation_id = brands.calls(INGRID, "A person, please")
    await agent.enter(MEI)
    await second_agent.enter(JONAS)
    page = await second_agent.open(at(conversation_id))

    won = await do(agent, conversation_id, "claim")
    lost = await second_agent.submit(page, f"{at(conversation_id)}/claim")

    assert "You answer; the assistant is silent" in won.words
    assert lost.status == 409
    assert "Mei Lin has this conversation." in lost.words
    assert "Mei Lin answers; the assistant is silent" in lost.words


async def test_a_reply_takes_what_nobody_has_and_reaches_the_brand(agent, brands):
    conversation_id = brands.calls(INGRID, "A person, please")
    await agent.enter(MEI)

    page = await reply(agent, conversation_id, "Hello Ingrid.")

    assert "You answer; the assistant is silent" in page.words
    assert brands.reads(conversation_id)[-1] == "Hello Ingrid."


async def test_a_reply_that_arrives_twice_is_sent_once(agent, brands):
    conversation_id = brands.calls(INGRID, "A person, please")
    await agent.enter(MEI)
    page = await agent.open(at(conversation_id))
    for _ in range(2):
        await agent.submit(
            page, f"{at(conversation_id)}/reply", text="Once", external_id=page.field("external_id")
        )

    assert brands.reads(conversation_id).count("Once") == 1


async def test_the_last_reply_resolves_as_well_once(agent, brands):
    conversation_id = brands.calls(INGRID, "A person, please")
    await agent.enter(MEI)
    page = await agent.open(at(conversation_id))
    last = {"text": "No notary needed.", "external_id": page.field("external_id"), "then": "resolve"}

    for _ in range(2):
        page = await agent.submit(page, f"{at(conversation_id)}/reply", **last)

    assert "Resolved" in page.words
    assert brands.owner(conversation_id) == "resolved"
    assert brands.reads(conversation_id).count("No notary needed.") == 1
    assert sum("has closed" in text for text in brands.reads(conversation_id)) == 1


async def test_what_was_not_sent_resolves_nothing(agent, brands):
    conversation_id = brands.calls(INGRID, "A person, please")
    await agent.enter(MEI)

    refused = await reply(agent, conversation_id, "", then="resolve")

    assert refused.status == 422
    assert brands.owner(conversation_id) == "waiting"


async def test_nobody_replies_in_somebody_elses_conversation_and_nothing_typed_is_lost(
    agent, second_agent, brands
):
    conversation_id = brands.calls(INGRID, "A person, please")
    await agent.enter(MEI)
    await second_agent.enter(JONAS)
    page = await second_agent.open(at(conversation_id))
    await do(agent, conversation_id, "claim")

    refused = await second_agent.submit(
        page, f"{at(conversation_id)}/reply", text="I as well", external_id=str(uuid4())
    )

    assert refused.status == 409
    assert "Mei Lin has this conversation." in refused.words
    assert "I as well" not in brands.reads(conversation_id)


async def test_an_empty_reply_is_refused_beside_its_field(agent, brands):
    conversation_id = brands.calls(INGRID, "A person, please")
    await agent.enter(MEI)

    page = await reply(agent, conversation_id, "  ")

    assert page.status == 422
    assert 'href="#text"' in page.html
    assert "The message is empty." in page.words
    assert brands.owner(conversation_id) == "waiting"


async def test_a_reply_that_is_too_long_is_kept_in_the_box(agent, brands):
    conversation_id = brands.calls(INGRID, "A person, please")
    await agent.enter(MEI)

    page = await reply(agent, conversation_id, "x" * 2001)

    assert page.status == 422
    assert "The message has 2,001 characters." in page.words
    assert "x" * 2001 in page.html


async def test_a_lead_takes_a_conversation_over_and_an_agent_may_not(agent, second_agent, brands):
    conversation_id = brands.calls(INGRID, "A person, please")
    await agent.enter(MEI)
    await do(agent, conversation_id, "claim")

    await second_agent.enter(JONAS)
    refused = await do(second_agent, conversation_id, "take-over")
    await second_agent.enter(RUI)
    taken = await do(second_agent, conversation_id, "take-over")

    assert refused.status == 403
    assert "You answer; the assistant is silent" in taken.words
    assert "Rui Zhang" in brands.reads(conversation_id)[-1]


async def test_a_note_is_for_the_team_and_never_reaches_the_brand(agent, second_agent, brands, visitor):
    conversation_id = brands.calls(INGRID, "A person, please")
    await agent.enter(MEI)
    await second_agent.enter(JONAS)

    await do(agent, conversation_id, "notes", text="No stamp on page 2.")

    seen = await second_agent.open(at(conversation_id))
    assert "Note for the team, not sent. No stamp on page 2." in seen.words
    assert "No stamp on page 2." not in " ".join(brands.reads(conversation_id))
    await visitor.sign_in(INGRID)
    history = await (await visitor.chat()).hear("history")
    assert "stamp" not in str(history)


async def test_an_empty_note_is_refused(agent, brands):
    conversation_id = brands.calls(INGRID, "Hello")
    await agent.enter(MEI)

    page = await do(agent, conversation_id, "notes", text="")

    assert page.status == 422
    assert "Enter a note." in page.words


async def test_notes_of_a_visitor_stay_with_them_when_they_sign_in(agent, brands, visitor):
    await visitor.begin_chat()
    chat = await visitor.chat()
    await chat.write("Who am I?", "c1")
    await chat.hear("ack")
    await agent.enter(MEI)
    await do(agent, brands.where("Who am I?"), "notes", text="Sounds like Nordlys.")

    await visitor.sign_in(INGRID)

    page = await agent.open(at(brands.where("Who am I?")))
    assert "Ingrid Solberg" in page.words
    assert page.words.index("Who am I?") < page.words.index("Sounds like Nordlys.")
    assert "What was written as a visitor" in page.words


async def test_saved_replies_are_filled_in_from_the_conversation(agent, brands):
    conversation_id = brands.calls(INGRID, "Where do we stand?")
    await agent.enter(MEI)

    page = await agent.open(f"{at(conversation_id)}?saved=status")

    assert (
        "Nordlys Skincare is on day 16 of 30, in the stage “Correction needed”. "
        "The target opening is by Wed 3 June 2026, 14 days from now." in page.words
    )
    assert "Nordlys Skincare is on day 16" in page.html.partition("<textarea")[2].partition("</textarea>")[0]


async def test_a_field_that_nobody_filled_in_is_not_sent(agent, brands):
    conversation_id = brands.calls(None, "Hello")
    await agent.enter(MEI)

    page = await reply(agent, conversation_id, "Hello {contact}, I look at it.")

    assert page.status == 422
    assert "The reply still says {contact}." in page.words


async def test_a_late_answer_of_the_assistant_is_offered_and_used(agent, brands, sessions):
    conversation_id = brands.writes(INGRID, "Does it need a notary?")
    await agent.enter(MEI)
    with sessions() as session:
        turn = brands.turn(session, conversation_id)
    await do(agent, conversation_id, "claim")
    with sessions.begin() as session:
        assert not turns.answer(session, turn, [Reply("No notary is needed.")], {})
        turns.suggest(session, turn, [Reply("No notary is needed.")])

    page = await agent.open(at(conversation_id))
    (link,) = [link for link in page.links(at(conversation_id)) if "suggestion=" in link]
    used = await agent.open(unescape(link).partition("#")[0])

    assert "The assistant would have said No notary is needed." in page.words
    assert "No notary is needed." in used.html.partition("<textarea")[2].partition("</textarea>")[0]
    assert "No notary is needed." not in brands.reads(conversation_id)


async def test_a_conversation_is_passed_on_with_a_note(agent, second_agent, brands, sessions):
    conversation_id = brands.calls(INGRID, "A person, please")
    await agent.enter(MEI)
    await do(agent, conversation_id, "claim")
    with sessions() as session:
        tao = staff_named(session, "Tao Chen").id

    passed = await do(agent, conversation_id, "transfer", to=str(tao), note="Look at page 2.")

    assert "Tao Chen answers; the assistant is silent" in passed.words
    await second_agent.enter(TAO)
    page = await second_agent.open(f"{at(conversation_id)}?tab=mine")
    assert "You answer; the assistant is silent" in page.words
    assert "For Tao Chen: Look at page 2." in page.words
    assert "Look at page 2." not in " ".join(brands.reads(conversation_id))


@pytest.mark.parametrize("to", ["", "nobody", "5b9f3a52-9c0c-4b6e-8d5f-0d6c1f6f7a11"])
async def test_passing_on_to_nobody_is_refused(agent, brands, to):
    conversation_id = brands.calls(INGRID, "A person, please")
    await agent.enter(MEI)
    await do(agent, conversation_id, "claim")

    page = await do(agent, conversation_id, "transfer", to=to)

    assert page.status == 422
    assert "Select a colleague." in page.words


async def test_a_conversation_is_handed_back_with_a_summary_for_the_next_one(agent, brands):
    conversation_id = brands.calls(INGRID, "A person, please")
    await agent.enter(MEI)
    await do(agent, conversation_id, "claim")

    page = await do(
        agent, conversation_id, "hand-back", note="The letter is enough.", summary="No notary needed"
    )

    assert brands.owner(conversation_id) == "bot"
    assert "So far No notary needed" in page.words
    assert "Handed back to the assistant: No notary needed" in page.words


async def test_a_conversation_is_resolved_with_a_reason_and_the_next_one_is_offered(agent, brands):
    conversation_id, waiting = brands.calls(INGRID, "A person, please"), brands.calls(KENJI, "Me too")
    await agent.enter(MEI)
    await do(agent, conversation_id, "claim")

    page = await do(agent, conversation_id, "resolve", reason="answered")

    assert brands.owner(conversation_id) == "resolved"
    assert "Resolved; a new message opens it again" in page.words
    assert f'id="next" href="{at(waiting)}?' in page.html


async def test_resolving_without_a_reason_is_refused(agent, brands):
    conversation_id = brands.calls(INGRID, "A person, please")
    await agent.enter(MEI)
    await do(agent, conversation_id, "claim")

    page = await do(agent, conversation_id, "resolve", reason="because")

    assert page.status == 422
    assert "Select why it is settled." in page.words
    assert brands.owner(conversation_id) == "person"


async def test_a_new_message_opens_a_resolved_conversation_again(agent, brands):
    conversation_id = brands.calls(INGRID, "A person, please")
    await agent.enter(MEI)
    await do(agent, conversation_id, "claim")
    await do(agent, conversation_id, "resolve", reason="answered")

    brands.writes(INGRID, "One more thing")

    page = await agent.open(at(conversation_id))
    assert "The assistant answers" in page.words
    assert "Asked for a person, Wed 20 May, 16:00 Answered" in page.words


async def send_file(who, conversation_id, content, name, text="Here it is."):
    page = await who.open(at(conversation_id))
    form = FormData(quote_fields=False)
    for field, value in {
        "csrf_token": page.field("csrf_token"),
        "text": text,
        "external_id": str(uuid4()),
    }.items():
        form.add_field(field, value)
    form.add_field("file", content, filename=name, content_type="application/pdf")
    headers = {"Origin": who.origin, "Sec-Fetch-Site": "same-origin"}
    return await who.send("POST", f"{at(conversation_id)}/reply", data=form, headers=headers)


async def test_a_file_is_sent_and_only_its_conversation_can_fetch_it(
    agent, second_agent, brands, visitor, colleague
):
    conversation_id, others = brands.calls(INGRID, "Have you a form?"), brands.calls(KENJI, "Hello")
    content = papers.pdf(["A form to fill in."])
    await agent.enter(MEI)
    await second_agent.enter(JONAS)

    page = await send_file(agent, conversation_id, content, "the form [1].pdf")

    assert page.status == 200, page.words
    link = re.search(r"\[the form 1\.pdf\]\((/messages/files/[^)]+)\)", brands.reads(conversation_id)[-1])[1]
    file_id = link.rpartition("/")[2]
    assert f'href="{at(conversation_id)}/files/{file_id}"' in page.html
    await visitor.sign_in(INGRID)
    fetched = await visitor.open(link)
    assert fetched.status == 200
    assert fetched.headers["Content-Disposition"].startswith("attachment;")
    assert "sandbox" in fetched.headers["Content-Security-Policy"]
    assert (await second_agent.open(f"{at(conversation_id)}/files/{file_id}")).status == 200
    await colleague.sign_in(KENJI)
    assert (await colleague.open(link)).status == 404
    assert (await second_agent.open(f"{at(others)}/files/{file_id}")).status == 404


async def test_a_file_that_is_not_what_it_says_is_refused_and_nothing_is_sent(agent, brands):
    conversation_id = brands.calls(INGRID, "Have you a form?")
    await agent.enter(MEI)

    page = await send_file(agent, conversation_id, b"<html><script>alert(1)</script>", "form.pdf")

    assert page.status == 422
    assert "PDF, JPG or PNG" in page.words
    assert "Here it is." in page.html
    assert brands.owner(conversation_id) == "waiting"


async def test_a_file_goes_with_the_conversation_that_is_erased(agent, brands, sessions, tmp_path):
    conversation_id = brands.calls(INGRID, "Have you a form?")
    await agent.enter(MEI)
    sent = await send_file(agent, conversation_id, papers.pdf(["A form."]), "form.pdf")
    assert sent.status == 200, sent.words
    await do(agent, conversation_id, "notes", text="Ingrid is in a hurry.")
    kept = [path for path in (tmp_path / "documents").rglob("*") if path.is_file()]
    assert kept

    with sessions.begin() as session:
        contact = session.get_one(Contact, conversation_of(session, INGRID).contact_id)
        erasure.ask(session, contact)
        clock.advance(session, timedelta(days=30))
        assert personal_data.erase_next_due(session)
    files.remove_erased(sessions, DocumentStore(tmp_path))

    assert not any(path.exists() for path in kept)


async def test_another_conversations_address_gives_nothing_away(agent, brands):
    await agent.enter(MEI)

    for path in [at(uuid4()), at("something"), f"{at(uuid4())}/files/{uuid4()}"]:
        assert (await agent.open(path)).status == 404, path


async def test_a_form_without_our_token_does_nothing(agent, brands):
    conversation_id = brands.calls(INGRID, "A person, please")
    await agent.enter(MEI)
    headers = {"Origin": agent.origin, "Sec-Fetch-Site": "same-origin"}

    for deed in ["claim", "reply", "notes", "resolve", "hand-back", "transfer"]:
        page = await agent.send(
            "POST",
            f"{at(conversation_id)}/{deed}",
            data={"text": "Hello", "reason": "answered"},
            headers=headers,
        )
        assert page.status == 422, deed

    assert brands.owner(conversation_id) == "waiting"
    assert "Hello" not in brands.reads(conversation_id)


async def test_nothing_that_a_brand_writes_becomes_markup(agent, brands):
    conversation_id = brands.calls(None, '<img src=x onerror="x()"> [y](javascript:z()) **bold**')
    brands_text = "&lt;img src=x onerror=&#34;x()&#34;&gt; [y](javascript:z()) **bold**"
    await agent.enter(MEI)

    page = await agent.open(at(conversation_id))

    assert brands_text in page.html
    assert "<img" not in page.html


async def test_leads_change_saved_replies_and_agents_use_them(agent, second_agent, brands):
    conversation_id = brands.calls(INGRID, "Hello")
    await second_agent.enter(RUI)
    form = await second_agent.open("/desk/saved-replies/_new")

    await second_agent.submit(
        form, "/desk/saved-replies/_new", shortcut="notary", title="No notary", text="{contact}, no notary."
    )

    await agent.enter(MEI)
    assert (await agent.open("/desk/saved-replies")).status == 403
    assert "Ingrid, no notary." in (await agent.open(f"{at(conversation_id)}?saved=notary")).words
    page = await second_agent.open("/desk/saved-replies/notary")
    await second_agent.submit(page, "/desk/saved-replies/notary/take-away")
    assert "/notary" not in (await second_agent.open("/desk/saved-replies")).words


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"shortcut": "Not so", "title": "T", "text": "X"}, "Enter a shortcut of small letters"),
        ({"shortcut": "so", "title": "", "text": "X"}, "Enter a title"),
        ({"shortcut": "so", "title": "T", "text": ""}, "Enter what the brand will read"),
        ({"shortcut": "so", "title": "T", "text": "{password}"}, "{password} is not a field"),
    ],
)
async def test_a_saved_reply_that_cannot_be_used_is_refused_with_what_to_do(agent, fields, said):
    await agent.enter(RUI)
    form = await agent.open("/desk/saved-replies/_new")

    page = await agent.submit(form, "/desk/saved-replies/_new", **fields)

    assert page.status == 422
    assert said in page.words
    assert f'value="{fields["shortcut"]}"' in page.html


async def test_a_colleague_who_left_gets_nothing(agent, brands, sessions):
    conversation_id = brands.calls(INGRID, "A person, please")
    await agent.enter(MEI)
    await do(agent, conversation_id, "claim")
    with sessions.begin() as session:
        tao = staff_named(session, "Tao Chen")
        tao.left_at = clock.now(session)
        tao_id = tao.id

    page = await do(agent, conversation_id, "transfer", to=str(tao_id))

    assert page.status == 422
    assert "Tao Chen has left the team." in page.words
    with sessions() as session, pytest.raises(ownership.AlreadyClaimed, match="Mei Lin"):
        ownership.claim(session, conversation_id, staff_named(session, "Jonas Weber"))


async def test_an_agent_asks_the_assistant_what_it_would_say(agent, brands, sessions):
    conversation_id = brands.calls(INGRID, "Does it need a notary?")
    await agent.enter(MEI)
    await do(agent, conversation_id, "claim")

    await do(agent, conversation_id, "suggest")

    with sessions() as session:
        jobs = session.execute(
            text("SELECT args FROM procrastinate_jobs WHERE task_name = 'turns.suggest'")
        ).scalars()
        assert list(jobs) == [{"conversation_id": str(conversation_id), "seq": 1}]
