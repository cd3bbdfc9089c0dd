"""When a conversation stumbles: not understood, said again, in short, stopped, taken back."""

from actions import registration, suggestions, wording
from actions.articles import first_sentence
from actions.base import Skill
from actions.brands import mentioned
from actions.misunderstanding import Misunderstanding, Times
from actions.turn import Said, Turn
from conversations import handoff
from conversations.names import Owner
from onboarding.knowledge import Article
from onboarding.search import article_that_fits

_MOST_GUESSES = 3
_PROMISES = ("ticket", "waiting")


class ActionFallback(Misunderstanding):
    intent = "fallback"

    def ask_again(self, turn: Turn, times: Times) -> None:
        article = article_that_fits(turn.heard.text)
        if article is not None:
            _offer(turn, article)
            return
        guesses = suggestions.guesses(turn)[:_MOST_GUESSES]
        response = "utter_not_understood" if guesses else "utter_not_understood_at_all"
        turn.say(wording.numbered(response, times.ever))
        named = mentioned(turn.heard.text, turn.own_brands)
        brand = {"brand": named[0].name} if len(named) == 1 else {}
        for intent in guesses:
            turn.offer(intent, wording.button(intent), most=_MOST_GUESSES, **brand)

    def offer_a_person(self, turn: Turn, times: Times) -> None:
        turn.say(wording.numbered("utter_still_not_understood", times.ever))
        turn.suggest("handoff_human", *suggestions.guesses(turn))


def _offer(turn: Turn, article: Article) -> None:
    turn.say(
        "utter_article_offered",
        title=article.title,
        slug=article.slug,
        first_sentence=first_sentence(article.short),
        source=article.source,
        valid_from=turn.day(article.valid_from),
    )
    turn.suggest(*(intent for intent in article.next if wording.has_button(intent)))


class ActionRepeat(Skill):
    intent = "repeat"

    def respond(self, turn: Turn) -> None:
        last = turn.slot("last_answer") or []
        if not last:
            turn.say("utter_nothing_to_repeat")
            turn.suggest(*suggestions.for_asker(turn))
        turn.said += [Said(**said) for said in last]


class ActionRephrase(Skill):
    """The same in fewer words, where there are fewer; a person where there are none."""

    intent = "rephrase"

    def respond(self, turn: Turn) -> None:
        shorter = [said for said in map(_in_short, turn.slot("last_answer") or []) if said]
        if not shorter:
            turn.say("utter_no_shorter_words")
            turn.suggest("handoff_human")
        turn.said += shorter
        turn.remember(last_answer=turn.slot("last_answer"))


def _in_short(said: dict[str, object]) -> Said | None:
    whole = Said(**said)  # type: ignore[arg-type]
    response = f"{whole.response}_short"
    return Said(response, whole.values, whole.buttons) if wording.is_response(response) else None


class ActionCancel(Skill):
    intent = "cancel"

    def respond(self, turn: Turn) -> None:
        turn.remember(callback=None)
        if registration.is_open(turn):
            registration.pause(turn)
        elif _no_longer_waits(turn):
            turn.say("utter_never_mind")
        else:
            turn.say("utter_stopped")
        turn.suggest(*suggestions.for_asker(turn))


def _no_longer_waits(turn: Turn) -> bool:
    conversation = turn.asker.conversation
    if conversation is None:
        return False
    if conversation.owner != Owner.WAITING and _promise_told(turn) is None:
        return False
    return handoff.never_mind(turn.session, conversation)


class ActionGoBack(Skill):
    intent = "go_back"

    def respond(self, turn: Turn) -> None:
        if registration.is_open(turn):
            registration.ask_question_before(turn)
            return
        earlier = turn.slot("earlier_topic")
        if earlier is None:
            turn.say("utter_nothing_before")
            turn.suggest(*suggestions.for_asker(turn))
            return
        turn.say("utter_back_to", topic=wording.button(earlier))
        turn.intent = earlier
        Skill.for_intent(earlier).respond_safely(turn)
        turn.remember(topic=earlier, earlier_topic=turn.slot("topic"))


class ActionCorrect(Misunderstanding):
    """A correction that names what is right is answered as the question before; this asks for the rest."""

    intent = "correct"

    def respond(self, turn: Turn) -> None:
        if registration.is_open(turn):
            registration.correct(turn)
        else:
            super().respond(turn)

    def ask_again(self, turn: Turn, times: Times) -> None:
        turn.say("utter_what_is_right")
        turn.remember(question=turn.slots.get("question"))

    def offer_a_person(self, turn: Turn, times: Times) -> None:
        turn.say(wording.numbered("utter_still_not_understood", times.ever))
        turn.suggest("handoff_human")


class ActionAffirm(Skill):
    intent = "affirm"

    def respond(self, turn: Turn) -> None:
        passed_on = _promise_told(turn)
        if passed_on is not None:
            kind = passed_on.response.split("_")[1]
            turn.say(f"utter_{kind}_stands", **passed_on.values)
            return
        turn.say("utter_affirmed")
        turn.suggest(*suggestions.for_asker(turn))


def _promise_told(turn: Turn) -> Said | None:
    """What was said last, where it was that a person takes it."""
    said = [Said(**told) for told in turn.slot("last_answer") or []]
    return next((told for told in said if told.response.split("_")[1] in _PROMISES), None)


class ActionDeny(Skill):
    intent = "deny"

    def respond(self, turn: Turn) -> None:
        turn.say("utter_denied")
        turn.remember(callback=None)
        turn.suggest(*suggestions.for_asker(turn))
