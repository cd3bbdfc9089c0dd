"""The doors of the conversations, with who may pass."""

from web.desk.conversations import deeds, pages, saved_replies
from web.desk.conversations.socket import desk_socket
from web.route import Route
from web.security.policies import Policy

_AGENT, _LEAD, _VISITOR = Policy.STAFF_AGENT, Policy.STAFF_LEAD, Policy.VISITOR
_ONE = "/desk/conversations/{conversation_id}"

CONVERSATION_ROUTES = [
    Route("GET", "/desk/conversations", pages.home, _AGENT),
    Route("GET", "/desk/conversation-queue", pages.queue, _AGENT),
    Route("GET", "/desk/socket", desk_socket, _AGENT),
    Route("GET", _ONE, pages.conversation, _AGENT),
    Route("GET", f"{_ONE}/files/{{file_id}}", pages.file, _AGENT),
    Route("POST", f"{_ONE}/claim", deeds.claim, _AGENT),
    Route("POST", f"{_ONE}/take-over", deeds.take_over, _AGENT),
    Route("POST", f"{_ONE}/reply", deeds.reply, _AGENT),
    Route("POST", f"{_ONE}/template", deeds.send_template, _AGENT),
    Route("POST", f"{_ONE}/resend", deeds.resend, _AGENT),
    Route("POST", f"{_ONE}/mail", deeds.send_by_mail, _AGENT),
    Route("POST", f"{_ONE}/notes", deeds.write_note, _AGENT),
    Route("POST", f"{_ONE}/suggest", deeds.suggest, _AGENT),
    Route("POST", f"{_ONE}/transfer", deeds.transfer, _AGENT),
    Route("POST", f"{_ONE}/hand-back", deeds.hand_back, _AGENT),
    Route("POST", f"{_ONE}/resolve", deeds.resolve, _AGENT),
    Route("GET", "/desk/saved-replies", saved_replies.listed, _LEAD),
    Route("GET", "/desk/saved-replies/{shortcut}", saved_replies.ask, _LEAD),
    Route("POST", "/desk/saved-replies/{shortcut}", saved_replies.save, _LEAD),
    Route("POST", "/desk/saved-replies/{shortcut}/take-away", saved_replies.take_away, _LEAD),
]
FILES_OF_BRANDS = Route("GET", "/messages/files/{file_id}", pages.file_of_brand, _VISITOR)
