"""How a checklist is told: in one line, or document by document, sorted by who has to act."""

from actions import wording
from actions.turn import Turn
from conversations import links
from onboarding.models import Brand
from onboarding.names import DocumentStatus
from onboarding.names import Turn as Side
from onboarding.requirements import Checklist, ChecklistItem
from onboarding.wording import listed

_SENT_BEFORE = frozenset((DocumentStatus.REJECTED, DocumentStatus.EXPIRED))


def to_send(checklist: Checklist) -> list[ChecklistItem]:
    """What the brand has to act on now, the most urgent first."""
    return checklist.currently_due


def documents_in_brief(checklist: Checklist) -> str:
    yours, ours = len(to_send(checklist)), len(checklist.with_platform)
    if not yours and not ours:
        return wording.phrase("line_documents_all_done")
    return wording.phrase(
        "line_documents_both"
        if yours and ours
        else "line_documents_yours"
        if yours
        else "line_documents_ours",
        yours=wording.counted(yours, "document"),
        ours=ours if yours else wording.counted(ours, "document"),
    )


def sections(turn: Turn, brand: Brand, checklist: Checklist, *, with_settled: bool = False) -> str:
    """The documents by who has to act; with those that are settled and those for later where they are wanted."""
    told = {
        "line_section_yours": lines_to_send(turn, brand, checklist),
        "line_section_ours": [line(turn, brand, item) for item in checklist.with_platform],
    }
    if with_settled:
        told["line_section_done"] = [listed([item.label for item in checklist.accepted])]
        told["line_section_later"] = [listed([item.label for item in checklist.eventually_due])]
    return "\n\n".join(
        wording.phrase(title, lines="\n".join(lines)) for title, lines in told.items() if any(lines)
    )


def lines_to_send(turn: Turn, brand: Brand, checklist: Checklist) -> list[str]:
    return [line(turn, brand, item) for item in to_send(checklist)]


def line(turn: Turn, brand: Brand, item: ChecklistItem) -> str:
    """One document as a line of a list: status, then reason, act, deadline and upload where there are any."""
    parts = [wording.phrase("line_document", document=item.label, status=item.status.label)]
    if item.reason_text:
        parts.append(item.reason_text)
    if item.send_instead:
        parts.append(wording.phrase("line_send_instead", send_instead=item.send_instead))
    if item.deadline_at and item.turn == Side.BRAND:
        parts.append(wording.phrase("line_by", deadline=turn.moment(item.deadline_at)))
    if item.turn == Side.BRAND:
        parts.append(upload(turn, brand, item))
    return " ".join(parts)


def upload(turn: Turn, brand: Brand, item: ChecklistItem) -> str:
    """A link to where this document is sent; the chat opens its own upload from it."""
    assert turn.contact is not None
    kind = "new" if item.status in _SENT_BEFORE else "first"
    if "letter" in (item.send_instead or "").split():
        kind = "letter"
    path = links.document_page(turn.session, turn.contact, brand.id, item.document)
    return wording.phrase(f"line_upload_{kind}", path=path)
