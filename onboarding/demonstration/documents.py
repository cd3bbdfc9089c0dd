"""Made-up documents that fit the stage of their application."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from onboarding.clock import CHINA
from onboarding.demonstration.calendar import Calendar
from onboarding.demonstration.records import Change, Sent
from onboarding.names import DocumentStatus, DocumentType, ReasonCode, Stage
from onboarding.programme import programme
from onboarding.requirements import Requirement

_D = DocumentType
_R = ReasonCode
_USUAL_REASONS = {
    _D.BUSINESS_REG: (_R.UNREADABLE, _R.TRANSLATION_MISSING, _R.NAME_MISMATCH),
    _D.AUTH_REP_STATEMENT: (_R.TEMPLATE_NOT_USED, _R.NOT_SIGNED),
    _D.REP_ID: (_R.EXPIRED, _R.UNREADABLE),
    _D.BANK_PROOF: (_R.NOT_ISSUED_BY_BANK, _R.TOO_OLD),
    _D.TRADEMARK: (_R.CLASS_MISMATCH, _R.NAME_MISMATCH, _R.EXPIRED),
    _D.BRAND_AUTH: (_R.CHAIN_GAP, _R.NOT_SIGNED),
    _D.PRODUCT_CERT: (_R.EXPIRED, _R.TRANSLATION_MISSING),
}
_OTHER_REASONS = (_R.WRONG_DOCUMENT, _R.UNREADABLE)
_REVIEWED = (Stage.APPROVED, Stage.CONTRACT_AND_FEES, Stage.STORE_SETUP, Stage.FINAL_CHECK, Stage.OPEN)
_AFTER_DECISIONS = (Stage.APPROVED, Stage.STORE_SETUP, Stage.REJECTED, Stage.WITHDRAWN)
_LATEST = {
    Stage.DRAFT: (DocumentStatus.MISSING, DocumentStatus.MISSING, DocumentStatus.CHECKING),
    Stage.SUBMITTED: (DocumentStatus.CHECKING,),
    Stage.BRAND_REVIEW: (DocumentStatus.IN_REVIEW, DocumentStatus.IN_REVIEW, DocumentStatus.CHECKING),
    Stage.DOCUMENT_REVIEW: (DocumentStatus.IN_REVIEW, DocumentStatus.APPROVED),
    Stage.CORRECTION_NEEDED: (
        *[DocumentStatus.APPROVED] * 6,
        DocumentStatus.IN_REVIEW,
        DocumentStatus.EXPIRED,
    ),
    Stage.REJECTED: (DocumentStatus.APPROVED,),
    Stage.WITHDRAWN: (DocumentStatus.IN_REVIEW, DocumentStatus.APPROVED),
}


@dataclass(frozen=True)
class Folder:
    """Who sends documents, for what, and when."""

    random: Random
    calendar: Calendar
    created_at: datetime
    changes: tuple[Change, ...]

    @property
    def stage(self) -> Stage:
        return self.changes[-1].stage

    def documents(self, needed: list[Requirement]) -> tuple[Sent, ...]:
        asked_for = [requirement for requirement in needed if requirement.needed_by is not None]
        refused = self._refused(asked_for)
        sent: list[Sent] = []
        for requirement in asked_for:
            sent += self._submissions(requirement, requirement.document in refused)
        return tuple(sent)

    def _refused(self, asked_for: list[Requirement]) -> set[DocumentType]:
        """Which had to be, or have to be, corrected."""
        early = [item.document for item in asked_for if item.needed_by is Stage.SUBMITTED]
        stages = {change.stage for change in self.changes}
        if not stages & {Stage.CORRECTION_NEEDED, Stage.REJECTED}:
            return set()
        return set(self.random.sample(early, self.random.choice([1, 1, 2])))

    def _submissions(self, requirement: Requirement, was_refused: bool) -> list[Sent]:
        document, sent_at = requirement.document, self._sent_at(requirement)
        if was_refused and self.stage in (Stage.CORRECTION_NEEDED, Stage.REJECTED):
            return [self._rejection(document, sent_at)]
        if was_refused:
            correction = next(c.at for c in self.changes if c.stage is Stage.CORRECTION_NEEDED)
            # The corrected document came just before the review went on.
            again = next(c.at for c in self.changes if c.at > correction) - timedelta(minutes=25)
            return [self._rejection(document, sent_at), self._latest(requirement, again)]
        latest = self._latest(requirement, sent_at)
        return [] if latest.status is DocumentStatus.MISSING else [latest]

    def _latest(self, requirement: Requirement, sent_at: datetime) -> Sent:
        status = self._status(requirement)
        decided = status is DocumentStatus.APPROVED
        return Sent(requirement.document, status, sent_at, self._decided_at(sent_at) if decided else None)

    def _status(self, requirement: Requirement) -> DocumentStatus:
        if requirement.needed_by is Stage.CONTRACT_AND_FEES:
            return self._status_of_contract()
        if self.stage in _REVIEWED:
            return DocumentStatus.APPROVED
        sent_already = requirement.needed_by is Stage.SUBMITTED or self.random.random() < 0.6
        return self.random.choice(_LATEST[self.stage]) if sent_already else DocumentStatus.MISSING

    def _status_of_contract(self) -> DocumentStatus:
        if self.stage in _REVIEWED[2:]:
            return DocumentStatus.APPROVED
        if self.stage is Stage.CONTRACT_AND_FEES:
            return self.random.choice([DocumentStatus.MISSING, DocumentStatus.IN_REVIEW])
        return DocumentStatus.MISSING

    def _rejection(self, document: DocumentType, sent_at: datetime) -> Sent:
        code = self.random.choice(_USUAL_REASONS.get(document, _OTHER_REASONS))
        words = programme().reasons[code]
        decided_at = self._refused_at()
        deadline = decided_at.astimezone(CHINA).date() + timedelta(days=self.random.choice([5, 7, 9]))
        return Sent(
            document=document,
            status=DocumentStatus.REJECTED,
            at=min(sent_at, decided_at - timedelta(hours=2)),
            decided_at=decided_at,
            reason_code=code,
            reason_text=words.sentence,
            send_instead=words.send_instead,
            deadline_on=deadline,
        )

    def _refused_at(self) -> datetime:
        refusing = (Stage.CORRECTION_NEEDED, Stage.REJECTED)
        return next(change.at for change in self.changes if change.stage in refusing)

    def _sent_at(self, requirement: Requirement) -> datetime:
        """Before the submission what it needs, soon after it the rest; for the contract while it is open."""
        minutes = timedelta(minutes=self.random.randint(10, 50))
        if requirement.needed_by is Stage.CONTRACT_AND_FEES:
            return (self._entered(Stage.CONTRACT_AND_FEES) or self.created_at) + minutes
        submitted_at = self._entered(Stage.SUBMITTED)
        if submitted_at is None or requirement.needed_by is not Stage.SUBMITTED:
            return (submitted_at or self.created_at) + minutes
        return max(self.created_at, submitted_at - minutes)

    def _decided_at(self, sent_at: datetime) -> datetime:
        """A few days on, but before the stage that the decision allowed, and before the demonstration."""
        limits = [c.at for c in self.changes if c.at > sent_at and c.stage in _AFTER_DECISIONS]
        limit = limits[0] if limits else self.calendar.at(0, hour=0)
        decided_at = sent_at + timedelta(hours=self.random.randint(20, 60))
        return max(sent_at, min(decided_at, limit - timedelta(minutes=15)))

    def _entered(self, stage: Stage) -> datetime | None:
        return next((change.at for change in self.changes if change.stage is stage), None)
