"""Every operation of version 1: the only place where they are named."""

from onboarding.api_scopes import Scope
from web.api import models
from web.api.operations import Operation
from web.api.resources import applications, conversations, documents, identity, sales, webhooks

_ID = documents.FILE_ID
_NUMBER = {"number": applications.NUMBER}
_DOCUMENT = {**_NUMBER, "document": documents.DOCUMENT}
_CONVERSATION = {"conversation_id": _ID}
_WEBHOOK = {"webhook_id": _ID}
_DELIVERY = {**_WEBHOOK, "delivery_id": r"[1-9][0-9]{0,9}"}
_V1 = "/api/v1"
_HOOK = f"{_V1}/webhooks/{{webhook_id}}"
_READ, _MANAGE = Scope.APPLICATIONS_READ, Scope.WEBHOOKS_MANAGE

OPERATIONS = [
    Operation(
        "GET", f"{_V1}/me", "me", "Who am I", Scope.IDENTITY_READ, models.Me, identity.me,
        about="The brand and the person that the key acts for. Every key may ask this.",
    ),
    Operation(
        "GET", f"{_V1}/applications", "applications", "List applications", _READ, models.ApplicationPage,
        applications.applications, query=models.PageQuery, about="The newest first.",
    ),
    Operation(
        "GET", f"{_V1}/applications/{{number}}", "application", "Read an application", _READ,
        models.Application, applications.application, values=_NUMBER,
    ),
    Operation(
        "GET", f"{_V1}/applications/{{number}}/checklist", "checklist", "Read the checklist", _READ,
        models.Checklist, applications.checklist, values=_NUMBER,
        about="What is missing, by when, and with whom each document is: the list that the brand's page shows.",
    ),
    Operation(
        "GET", f"{_V1}/applications/{{number}}/documents", "documents", "List what was sent",
        Scope.DOCUMENTS_READ, models.SubmissionPage, documents.documents, query=models.PageQuery,
        values=_NUMBER, about="The newest first. Of each document the newest submission counts.",
    ),
    Operation(
        "POST", f"{_V1}/applications/{{number}}/documents/{{document}}", "send_document", "Send a document",
        Scope.DOCUMENTS_WRITE, models.Submission, receive=documents.send, status=201,
        location=documents.location, values=_DOCUMENT,
        about="Checked at once, then by a person. The very same file again is answered with 200 and kept once.",
    ),
    Operation(
        "GET", f"{_V1}/applications/{{number}}/documents/{{document}}/files/{{file_id}}", "document_file",
        "Download a file", Scope.DOCUMENTS_READ, give=documents.file,
        values={**_DOCUMENT, "file_id": _ID}, 
        about="Always whole. The people of the brand see that it was opened, and by whom.",
    ),
    Operation(
        "GET", f"{_V1}/milestones", "milestones", "Read milestones", Scope.SALES_READ, models.Milestones,
        sales.milestones, about="The tiers of the first days after the opening, reached or still ahead.",
    ),
    Operation(
        "GET", f"{_V1}/sales/days", "sales_days", "List sales by day", Scope.SALES_READ, models.SalesPage,
        sales.sales_days, query=models.SalesQuery, about="Paid orders of complete days in China, the oldest first.",
    ),
    Operation(
        "GET", f"{_V1}/livestream", "livestream", "Read the next livestream", Scope.LIVESTREAM_READ,
        models.Livestream, sales.livestream, about="When it is, and where the brand stands on its list.",
    ),
    Operation(
        "GET", f"{_V1}/conversations", "conversations", "List conversations", Scope.MESSAGES_READ,
        models.ConversationPage, conversations.conversations, query=models.PageQuery,
        about="The one conversation of the person who made the key. Nobody else's can be read, and theirs only while it"
        " is about this brand alone: 403 with conversation_of_several_brands says that it is not.",
    ),
    Operation(
        "GET", f"{_V1}/conversations/{{conversation_id}}", "conversation", "Read a conversation",
        Scope.MESSAGES_READ, models.Conversation, conversations.conversation, values=_CONVERSATION,
    ),
    Operation(
        "GET", f"{_V1}/conversations/{{conversation_id}}/messages", "messages", "List messages",
        Scope.MESSAGES_READ, models.MessagePage, conversations.list_messages, query=models.MessageQuery,
        values=_CONVERSATION, about="The oldest first. To go on later, send `after` with the id of the last one read.",
    ),
    Operation(
        "POST", f"{_V1}/conversations/{{conversation_id}}/messages", "send_message", "Send a message",
        Scope.MESSAGES_WRITE, models.Message, conversations.send, status=201, body=models.NewMessage,
        needs_idempotency_key=True, location=conversations.location, values=_CONVERSATION,
        about="As the person who made the key. The assistant or a person answers in the same conversation. What changes"
        " something, such as withdrawing an application or answering a registration, the assistant does on the website"
        " only, and says so.",
    ),
    Operation(
        "GET", f"{_V1}/webhooks", "webhooks", "List webhooks", _MANAGE, models.WebhookPage, webhooks.webhooks,
        query=models.PageQuery, about="The oldest first.",
    ),
    Operation(
        "POST", f"{_V1}/webhooks", "register_webhook", "Add a webhook", _MANAGE, models.Webhook,
        webhooks.register, status=201, body=models.NewWebhook, location=webhooks.location,
    ),
    Operation(
        "GET", _HOOK, "webhook", "Read a webhook", _MANAGE, models.Webhook, webhooks.webhook, values=_WEBHOOK,
        by_itself=webhooks.BY_ITSELF,
    ),
    Operation(
        "PATCH", _HOOK, "change_webhook", "Change a webhook", _MANAGE, models.Webhook, webhooks.change,
        state=webhooks.webhook, body=models.WebhookChange, values=_WEBHOOK, by_itself=webhooks.BY_ITSELF,
        about="Whoever changes the address or the events of a colleague's takes it over: of conversations it hears"
        " theirs then, and only where they name these events.",
    ),
    Operation(
        "DELETE", _HOOK, "delete_webhook", "Delete a webhook", _MANAGE, None, webhooks.delete, status=204,
        state=webhooks.webhook, values=_WEBHOOK, by_itself=webhooks.BY_ITSELF, about="With its log.",
    ),
    Operation(
        "GET", f"{_HOOK}/secret", "webhook_secret", "Read the secret", _MANAGE, models.WebhookSecret,
        webhooks.secret, values=_WEBHOOK, is_secret=True,
    ),
    Operation(
        "POST", f"{_HOOK}/rotate-secret", "rotate_secret", "Replace the secret", _MANAGE, models.Webhook,
        webhooks.rotate, values=_WEBHOOK,
        about="Both the old and the new one sign for a day; until then it is not replaced again (409).",
    ),
    Operation(
        "POST", f"{_HOOK}/revoke-secret", "revoke_secret", "Replace the secret at once", _MANAGE, models.Webhook,
        webhooks.revoke, values=_WEBHOOK, about="For one that others know: from now on only the new one signs.",
    ),
    Operation(
        "POST", f"{_HOOK}/test", "test_webhook", "Send a test event", _MANAGE, models.Delivery,
        webhooks.send_test, status=202, values=_WEBHOOK,
    ),
    Operation(
        "GET", f"{_HOOK}/deliveries", "deliveries", "List deliveries", _MANAGE, models.DeliveryPage,
        webhooks.list_deliveries, query=models.DeliveryQuery, values=_WEBHOOK, about="Of 30 days, the newest first.",
    ),
    Operation(
        "GET", f"{_HOOK}/deliveries/{{delivery_id}}", "delivery", "Read a delivery", _MANAGE, models.Delivery,
        webhooks.delivery, values=_DELIVERY, about="With each attempt at it.",
    ),
    Operation(
        "POST", f"{_HOOK}/deliveries/{{delivery_id}}/replay", "replay_delivery", "Send a delivery again",
        _MANAGE, models.Delivery, webhooks.replay, status=202,
        values=_DELIVERY, about="Under the same event id.",
    ),
]  # fmt: skip
