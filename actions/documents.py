"""Which documents are needed, how each of ours stands, why one came back, and until when."""

from abc import abstractmethod
from collections.abc import Sequence

from actions import requirements_told, suggestions, wording
from actions.base import LiveAction
from actions.brands import without_application
from actions.documents_told import line, sections, to_send, upload
from actions.turn import Turn
from onboarding.models import Brand
from onboarding.names import DocumentStatus, DocumentType
from onboarding.programme import programme
from onboarding.requirements import Checklist, ChecklistItem, checklist
from onboarding.wording import listed

_REFUSED = frozenset((DocumentStatus.REJECTED, DocumentStatus.EXPIRED))


class DocumentAction(LiveAction):
    takes = frozenset(("document_type", "application_no"))
    leads_to: tuple[str, ...] = ()

    def answer(self, turn: Turn, brand: Brand) -> None:
        application = turn.application_of(brand)
        if application is None:
            raise without_application(turn, brand)
        self.tell(turn, brand, checklist(turn.session, application))
        turn.suggest(*self.leads_to, *suggestions.for_brand(turn, brand, besides=self.intent))

    @abstractmethod
    def tell(self, turn: Turn, brand: Brand, documents: Checklist) -> None: ...


class ActionDocumentRequirements(DocumentAction):
    """For the application named in the message, else for the asker's own."""

    intent = "document_requirements"
    takes = frozenset(("document_type", "store_type", "category", "country", "entity_type"))

    def respond(self, turn: Turn) -> None:
        if not turn.own_brands or requirements_told.names_a_case(turn):
            requirements_told.tell(turn)
            turn.suggest(*suggestions.for_asker(turn, besides=self.intent))
        else:
            super().respond(turn)

    def tell(self, turn: Turn, brand: Brand, documents: Checklist) -> None:
        named = turn.heard.entity("document_type")
        asked = next((item for item in documents.items if item.document == named), None)
        if named and asked is None:
            requirements_told.tell(turn)
        elif asked:
            turn.say(
                "utter_own_requirement",
                brand=brand.name,
                line=line(turn, brand, asked),
                hint=requirements_told.hint(asked.document),
                as_of=turn.as_of,
            )
        else:
            _tell_list(turn, "utter_own_requirements", brand, documents)


class ActionDocumentStatus(DocumentAction):
    intent = "document_status"

    def tell(self, turn: Turn, brand: Brand, documents: Checklist) -> None:
        named = _named(turn, documents.items)
        if named:
            _tell_each(turn, brand, named)
        elif turn.heard.entity("document_type"):
            turn.say("utter_document_not_asked", document=_label(turn), brand=brand.name, as_of=turn.as_of)
        else:
            _tell_list(turn, "utter_document_status", brand, documents)


class ActionDocumentRejectionReason(DocumentAction):
    intent = "document_rejection_reason"
    leads_to = ("document_upload_help",)

    def tell(self, turn: Turn, brand: Brand, documents: Checklist) -> None:
        named = _named(turn, documents.items)
        refused = [item for item in documents.items if item.status in _REFUSED]
        asked = _named(turn, refused) or refused
        if named and not _named(turn, refused):
            _tell_each(turn, brand, named)
            return
        if not asked:
            turn.say("utter_no_rejection", brand=brand.name, as_of=turn.as_of)
            return
        lines = "\n".join(_reason(turn, brand, item) for item in asked)
        turn.say("utter_rejection_reason", brand=brand.name, lines=lines, as_of=turn.as_of)


class ActionDocumentDeadline(DocumentAction):
    intent = "document_deadline"
    leads_to = ("document_upload_help",)

    def tell(self, turn: Turn, brand: Brand, documents: Checklist) -> None:
        dated = [item for item in to_send(documents) if item.deadline_at]
        undated = [item.label for item in to_send(documents) if not item.deadline_at]
        asked = _named(turn, dated) or dated
        without = wording.phrase("line_no_deadline", documents=listed(undated)) if undated else ""
        turn.say(
            "utter_deadline" if asked else "utter_no_deadline",
            brand=brand.name,
            lines="\n".join(_deadline(turn, brand, item) for item in asked),
            without=wording.paragraph(without),
            as_of=turn.as_of,
        )


def _tell_each(turn: Turn, brand: Brand, items: Sequence[ChecklistItem]) -> None:
    lines = "\n".join(line(turn, brand, item) for item in items)
    turn.say("utter_document_status_one", brand=brand.name, lines=lines, as_of=turn.as_of)


def _named(turn: Turn, items: Sequence[ChecklistItem]) -> list[ChecklistItem]:
    named = turn.heard.entities.get("document_type", ())
    return [item for item in items if item.document in named]


def _label(turn: Turn) -> str:
    return programme().documents[DocumentType(turn.heard.entity("document_type") or "")].label


def _reason(turn: Turn, brand: Brand, item: ChecklistItem) -> str:
    parts = [wording.phrase("line_reason", document=item.label, reason=item.reason_text)]
    if item.send_instead:
        parts.append(wording.phrase("line_send_instead", send_instead=item.send_instead))
    if item.deadline_at:
        parts.append(wording.phrase("line_by", deadline=turn.moment(item.deadline_at)))
    parts.append(upload(turn, brand, item))
    return " ".join(parts)


def _deadline(turn: Turn, brand: Brand, item: ChecklistItem) -> str:
    assert item.deadline_at is not None
    told = wording.phrase("line_deadline", document=item.label, deadline=turn.moment(item.deadline_at))
    return f"{told} {upload(turn, brand, item)}"


def _tell_list(turn: Turn, response: str, brand: Brand, documents: Checklist) -> None:
    told = sections(turn, brand, documents, with_settled=True)
    turn.say(response, brand=brand.name, sections=told, as_of=turn.as_of)
