"""What is posted to webhooks: the documentation is made of these, and a test holds what is sent against them."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field

from conversations.names import Owner, Speaker
from conversations.webhooks.names import EventType
from onboarding.names import DocumentStatus, DocumentType, ReasonCode, Stage


class Event(BaseModel):
    timestamp: datetime = Field(description="When it happened; webhook-timestamp is when it was sent.")


class StageChange(BaseModel):
    application: str
    stage: Stage
    previous_stage: Stage | None


class StageChanged(Event):
    type: Literal[EventType.STAGE_CHANGED]
    data: StageChange


class DocumentChange(BaseModel):
    application: str
    document: DocumentType
    submission: int
    status: DocumentStatus
    reason_code: ReasonCode | None


class DocumentChanged(Event):
    type: Literal[EventType.DOCUMENT_CHANGED]
    data: DocumentChange


class ReachedMilestone(BaseModel):
    tier: str
    reached_on: date = Field(description="A day in China.")


class MilestoneReached(Event):
    type: Literal[EventType.MILESTONE_REACHED]
    data: ReachedMilestone


class CreatedMessage(BaseModel):
    conversation: UUID
    message: int = Field(description="Its place in the conversation.")
    role: Speaker
    channel: str


class MessageCreated(Event):
    type: Literal[EventType.MESSAGE_CREATED]
    data: CreatedMessage


class HandoffChange(BaseModel):
    conversation: UUID
    owner: Owner
    previous_owner: Owner


class HandoffChanged(Event):
    type: Literal[EventType.HANDOFF_CHANGED]
    data: HandoffChange


class TestedWebhook(BaseModel):
    webhook: UUID


class WebhookTested(Event):
    type: Literal[EventType.TEST]
    data: TestedWebhook


MODELS: dict[EventType, type[Event]] = {
    EventType.STAGE_CHANGED: StageChanged,
    EventType.DOCUMENT_CHANGED: DocumentChanged,
    EventType.MILESTONE_REACHED: MilestoneReached,
    EventType.MESSAGE_CREATED: MessageCreated,
    EventType.HANDOFF_CHANGED: HandoffChanged,
    EventType.TEST: WebhookTested,
}
