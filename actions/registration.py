"""A registration filled in here, question by question: the same draft, saved answer by answer, as on the page."""

from dataclasses import replace

from actions import registration_form, suggestions, wording
from actions.base import Skill
from actions.registration_form import Form
from actions.turn import Turn
from onboarding.errors import DomainError
from onboarding.models import Application
from onboarding.names import Channel
from onboarding.registration import drafts
from onboarding.registration.answers import answers_of
from onboarding.registration.errors import AnswerRefused, AnswersRefused
from onboarding.registration.fields import Field
from onboarding.registration.progress import progress_of
from onboarding.registration.questions import Question, questions

_MOST_CHOICES = 20


class ActionRegistrationStart(Skill):
    """Begins, goes on with what was begun, and takes each answer; visitors are told how to begin."""

    intent = "registration_start"
    is_topic = True

    def respond(self, turn: Turn) -> None:
        if turn.contact is None:
            Skill.for_intent("article").respond(turn)
            return
        turn.require_our_pages()
        form = Form.kept(turn)
        if form is not None and registration_form.is_answer(turn):
            _take_answer(turn, form)
        else:
            _begin_or_go_on(turn)


def is_open(turn: Turn) -> bool:
    form = Form.kept(turn)
    return form is not None and not form.is_paused


def pause(turn: Turn) -> None:
    form = Form.kept(turn)
    if form is not None:
        replace(form, is_paused=True).keep(turn)
        turn.say("utter_registration_paused")


def correct(turn: Turn) -> None:
    """Puts right what is named, else asks the question before once more."""
    turn.require_our_pages()
    form, corrected = Form.kept(turn), registration_form.corrected_in(turn)
    if form is None:
        return
    if corrected is None:
        ask_question_before(turn)
        return
    name, value = corrected
    application = _application(turn, form)
    assert turn.contact is not None
    if application is None:
        _ask(turn, replace(form, first={**form.first, name: value}))
        return
    drafts.save_answer(turn.session, turn.contact, application, name, value, channel=Channel.CHAT)
    _confirm(turn, questions()[name], application)
    _ask_next(turn, application)


def ask_question_before(turn: Turn) -> None:
    form = Form.kept(turn)
    if form is None:
        return
    asked = _asked_so_far(turn, form)
    place = asked.index(form.question) if form.question in asked else len(asked)
    _ask(turn, form.at(asked[place - 1]) if place else form)


def _asked_so_far(turn: Turn, form: Form) -> list[Question]:
    application = _application(turn, form)
    if application is None:
        return [questions()[name] for name in form.first]
    progress = progress_of(turn.session, application)
    return [question for section in progress.sections for question in section.asked if not question.optional]


def _begin_or_go_on(turn: Turn) -> None:
    begun = registration_form.drafts_of(turn)
    named = [application for application in begun if application.brand.name == turn.heard.entity("brand")]
    form = Form.kept(turn)
    if named or len(begun) == 1:
        _go_on(turn, (named or begun)[0])
    elif begun:
        _ask_which(turn, begun)
    elif form is not None and form.number is None:
        _ask(turn, replace(form, is_paused=False))
    else:
        turn.say("utter_registration_begin")
        _ask(turn, Form(drafts.FIRST_FIELDS[0]))


def _go_on(turn: Turn, application: Application) -> None:
    progress = progress_of(turn.session, application)
    turn.say(
        "utter_registration_goes_on",
        brand=application.brand.name,
        number=application.number,
        done=progress.parts_done,
        parts=progress.parts,
    )
    _ask_next(turn, application)


def _ask_which(turn: Turn, begun: list[Application]) -> None:
    turn.say("utter_registration_which")
    for application in begun:
        turn.offer(
            "registration_start", application.brand.name, most=_MOST_CHOICES, brand=application.brand.name
        )


def _take_answer(turn: Turn, form: Form) -> None:
    try:
        _save(turn, form)
    except AnswerRefused as refused:
        turn.say("utter_registration_refused", sentence=refused)
        _ask(turn, form)
    except DomainError as refused:
        turn.remember(registration=None)
        turn.say("utter_refused", reason=refused, what_to_do=refused.what_to_do)


def _save(turn: Turn, form: Form) -> None:
    """Raises AnswerRefused, and what drafts.begin and drafts.save_answer raise."""
    assert turn.contact is not None
    value = registration_form.typed(turn, form.question)
    application = _application(turn, form)
    if application is not None:
        drafts.save_answer(turn.session, turn.contact, application, form.asked, value, channel=Channel.CHAT)
        _confirm(turn, form.question, application)
        _ask_next(turn, application)
        return
    refused = drafts.refusals(turn.session, {form.asked: value})
    if refused:
        raise refused[form.asked]
    first = {**form.first, form.asked: value}
    waiting = registration_form.questions_before_a_draft(Form(form.asked, None, first))
    if waiting:
        _ask(turn, Form(waiting[0].field, None, first))
        return
    _begin(turn, first)


def _begin(turn: Turn, first: dict[Field, str]) -> None:
    assert turn.contact is not None
    try:
        with turn.session.begin_nested():
            application = drafts.begin(turn.session, turn.contact, first, channel=Channel.CHAT)
    except AnswersRefused as refused:
        raise next(iter(refused.refused.values())) from None
    turn.forget_brands()
    turn.say("utter_registration_begun", brand=application.brand.name, number=application.number)
    _ask_next(turn, application)


def _confirm(turn: Turn, question: Question, application: Application) -> None:
    answers = answers_of(turn.session, application)
    turn.say(
        "utter_registration_saved", label=question.label, value=question.shown(answers[question.field].value)
    )


def _ask_next(turn: Turn, application: Application) -> None:
    waiting = registration_form.open_questions(turn, application)
    if waiting:
        _ask(turn, Form(waiting[0].field, application.number))
        return
    turn.remember(registration=None)
    due = len(progress_of(turn.session, application).checklist.currently_due)
    turn.say(
        "utter_registration_complete",
        number=application.number,
        documents=wording.counted(due, "document"),
    )
    turn.suggest(*suggestions.for_asker(turn, besides="registration_start"))


def _ask(turn: Turn, form: Form) -> None:
    form.keep(turn)
    question = form.question
    choices = "\n".join(f"- {choice.label}" for choice in question.choices)
    turn.say(
        "utter_registration_question",
        label=question.label,
        hint=question.hint,
        choices=wording.paragraph(choices),
    )


def _application(turn: Turn, form: Form) -> Application | None:
    begun = registration_form.drafts_of(turn)
    return next((application for application in begun if application.number == form.number), None)
