"""WhatsApp and SMS by Twilio, through its HTTP API."""

import json
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from aiohttp import BasicAuth, ClientResponse, ClientSession

from conversations.channels import calls, markup, windows
from conversations.channels.names import ChannelKind, DeliveryStatus
from conversations.channels.shapes import (
    Accepted,
    AccountView,
    Answer,
    Attachment,
    CarriesFiles,
    Consent,
    FetchRefused,
    Forged,
    InboundMessage,
    Malformed,
    OutboundMessage,
    Outcome,
    Parsed,
    PressedButton,
    RawRequest,
    Refused,
    StatusReport,
    Traits,
    TryLater,
)
from conversations.channels.templates import IN_SETTINGS
from conversations.channels.twilio import signing
from conversations.channels.whatsapp import LONGEST_VARIABLE, WHATSAPP, as_media, in_words, variables
from onboarding import strangers_json

API = "https://api.twilio.com"
_NAME = "Twilio"
_SECONDS_WHERE_NONE_IS_SAID = 1.0
LONGEST_TEXT = 1600
_MOST_MEDIA = 10
_NOTHING_TO_SAY = Answer(b'<?xml version="1.0" encoding="UTF-8"?><Response/>', content_type="text/xml")
_ARRIVED = {"delivered": DeliveryStatus.DELIVERED, "read": DeliveryStatus.READ}
_FAILED = {"failed", "undelivered", "canceled"}
_WHATSAPP = "whatsapp:"
# Twilio obeys and answers these itself, and refuses what is sent to who said STOP. HELP is left to the assistant.
_STOP_WORDS = {"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "OPTOUT", "REVOKE"}
_START_WORDS = {"START", "UNSTOP"}
# It takes back a STOP, and is an answer to the assistant as well.
_YES = "YES"
_UNSUBSCRIBED = "21610"


class TwilioChannel:
    """What both have in common. Settings: account_sid, from (or messaging_service_sid); secret: auth_token."""

    kind: ChannelKind
    traits: Traits
    prefix = ""

    async def verify(self, account: AccountView, request: RawRequest, http: ClientSession) -> None:
        parameters = _parameters(request)
        signing.check(request, parameters, account.secrets_named("auth_token"))
        if dict(parameters).get("AccountSid") != account.settings["account_sid"]:
            raise Forged("another_account")

    def parse(self, account: AccountView, request: RawRequest) -> Parsed:
        form = dict(_parameters(request))
        if not form.get("MessageSid"):
            raise Malformed("message_sid_missing")
        if "MessageStatus" in form:
            return Parsed(tuple(_reports(form)), _NOTHING_TO_SAY)
        if not form.get("From", "").startswith(self.prefix or "+"):
            raise Malformed("sender_of_another_channel")
        user = form["From"].removeprefix(self.prefix)
        match self.opt_out_type(form):
            case "STOP":
                return Parsed((Consent(user, is_given=False),), _NOTHING_TO_SAY)
            case "START":
                return Parsed((Consent(user, is_given=True),), _NOTHING_TO_SAY)
            case "HELP":
                return Parsed(answer=_NOTHING_TO_SAY)
            case "YES":
                said = self.message(form, request)
                return Parsed((Consent(user, is_given=True), said), _NOTHING_TO_SAY)
        return Parsed((self.message(form, request),), _NOTHING_TO_SAY)

    def opt_out_type(self, form: Mapping[str, str]) -> str:
        """What Twilio obeys itself; it says so where a messaging service has Advanced Opt-Out."""
        return form.get("OptOutType", "").upper()

    def message(self, form: Mapping[str, str], request: RawRequest) -> InboundMessage:
        payload = form.get("ButtonPayload", "")
        return InboundMessage(
            external_id=form["MessageSid"],
            external_user=form["From"].removeprefix(self.prefix),
            place=form.get("To", "").removeprefix(self.prefix),
            address={"to": form["From"], "from": form.get("To", ""), "callback": _without_query(request.url)},
            text=form.get("Body", ""),
            button=PressedButton(payload) if payload else None,
            attachments=tuple(_attachments(form)),
            display_name=form.get("ProfileName", ""),
        )

    async def send(
        self, account: AccountView, address: Mapping[str, Any], message: OutboundMessage, http: ClientSession
    ) -> Outcome:
        content = self.content(account, message)
        if isinstance(content, Refused):
            return content
        form = {"To": address["to"], **_from(self.prefix, account, address), **content}
        if "callback" in address:
            form["StatusCallback"] = address["callback"]
        sid = account.settings["account_sid"]
        url = f"{_api(account)}/2010-04-01/Accounts/{sid}/Messages.json"
        async with http.post(url, data=form, auth=_auth(account)) as response:
            return await _outcome(response)

    def content(self, account: AccountView, message: OutboundMessage) -> dict[str, str] | Refused:
        """What is said: a template where it is asked for or needed; or why nothing may be said."""
        return {"Body": message.text}

    @asynccontextmanager
    async def fetch(
        self, account: AccountView, attachment: Attachment, http: ClientSession
    ) -> AsyncIterator[AsyncIterator[bytes]]:
        """Twilio passes on to where the file lies; our password stays with Twilio."""
        url = str(attachment.reference.get("url", ""))
        if calls.origin(url) != calls.origin(_api(account)):
            raise FetchRefused("The file is not at Twilio.")
        async with http.get(
            url, auth=_auth(account), allow_redirects=False, timeout=calls.FOR_A_FILE
        ) as first:
            elsewhere = first.headers.get("Location")
            if first.status not in {301, 302, 303, 307, 308} or elsewhere is None:
                yield calls.file_in(first, _NAME).pieces
                return
        if urlsplit(elsewhere).scheme != "https" and calls.origin(elsewhere) != calls.origin(url):
            raise FetchRefused("The file is not on an encrypted server.")
        async with calls.file_at(elsewhere, _NAME, http) as file:
            yield file.pieces

    def test_address(self, recipient: str) -> Mapping[str, Any]:
        return {"to": f"{self.prefix}{recipient.strip()}"}


class TwilioSms(TwilioChannel):
    kind = ChannelKind.TWILIO_SMS
    traits = Traits(render=markup.PLAIN.render, longest_text=LONGEST_TEXT)

    def opt_out_type(self, form: Mapping[str, str]) -> str:
        """On SMS Twilio obeys the usual words without saying so."""
        said = form.get("Body", "").strip().upper()
        if form.get("OptOutType"):
            return super().opt_out_type(form)
        if said in _STOP_WORDS:
            return "STOP"
        if said in _START_WORDS:
            return "START"
        return said if said == _YES else ""


class TwilioWhatsapp(TwilioChannel):
    """Settings: window_template, the SID of an approved template whose {{1}} is what we have to say."""

    kind = ChannelKind.TWILIO_WHATSAPP
    traits = Traits(
        render=WHATSAPP.render,
        longest_text=LONGEST_TEXT,
        longest_in_template=LONGEST_VARIABLE,
        carries_files=CarriesFiles.APART,
    )
    prefix = _WHATSAPP

    def content(self, account: AccountView, message: OutboundMessage) -> dict[str, str] | Refused:
        template = message.settings.get(IN_SETTINGS)
        if template:
            return _template(template["name"], template["variables"])
        window = windows.window(self.kind, message.last_in_at)
        if window is None or message.now is None or window.is_open(message.now):
            return _said(message)
        template_sid = account.settings.get("window_template")
        if not template_sid:
            return Refused(windows.CLOSED)
        said = variables(message)
        return said if isinstance(said, Refused) else _template(template_sid, said)


def _parameters(request: RawRequest) -> list[tuple[str, str]]:
    """Raises Malformed. A JSON body is flat, as Twilio sends it."""
    try:
        body = request.body.decode()
        if "json" in request.headers.get("content-type", ""):
            return [(str(name), str(value)) for name, value in strangers_json.parsed(body).items()]
        return parse_qsl(body, keep_blank_values=True, strict_parsing=bool(body), max_num_fields=300)
    except (ValueError, AttributeError):
        raise Malformed("body_unreadable") from None


def _reports(form: Mapping[str, str]) -> Iterator[StatusReport]:
    status = form["MessageStatus"]
    if status in _ARRIVED:
        yield StatusReport(form["MessageSid"], _ARRIVED[status])
    if status in _FAILED:
        yield StatusReport(form["MessageSid"], DeliveryStatus.FAILED, form.get("ErrorCode") or status)


def _attachments(form: Mapping[str, str]) -> Iterator[Attachment]:
    count = form.get("NumMedia", "0")
    for number in range(min(int(count), _MOST_MEDIA) if count.isascii() and count.isdigit() else 0):
        url = form.get(f"MediaUrl{number}")
        if url:
            yield Attachment({"url": url}, content_type=form.get(f"MediaContentType{number}", ""))


def _said(message: OutboundMessage) -> dict[str, str]:
    """A file is fetched from us; it has no text beside it, which Twilio would leave out where it is a document."""
    if any(as_media(file) for file in message.attachments):
        return {"MediaUrl": message.attachments[0].link}
    return {"Body": in_words(message)}


def _template(sid: str, variables: Mapping[str, str]) -> dict[str, str]:
    """Twilio refuses variables that are empty, and those of a template that has none."""
    return {"ContentSid": sid} | ({"ContentVariables": json.dumps(dict(variables))} if variables else {})


def _from(prefix: str, account: AccountView, address: Mapping[str, Any]) -> dict[str, str]:
    """By the number that was written to; else by the one of the settings."""
    service = account.settings.get("messaging_service_sid")
    if service:
        return {"MessagingServiceSid": service}
    return {"From": address.get("from") or f"{prefix}{account.settings['from']}"}


async def _outcome(response: ClientResponse) -> Outcome:
    answer = await calls.json_of(response)
    code = str(answer.get("code") or response.status)
    if response.status in {200, 201}:
        return Accepted(answer.get("sid"))
    if response.status == 429:
        return TryLater(code, calls.seconds_to_wait(response, _SECONDS_WHERE_NONE_IS_SAID))
    if calls.is_passing(response.status) or response.status == 403:
        return TryLater(code)
    return Refused(code, asked_to_stop=code == _UNSUBSCRIBED)


def _api(account: AccountView) -> str:
    return str(account.settings.get("api", API)).rstrip("/")


def _auth(account: AccountView) -> BasicAuth:
    return BasicAuth(account.settings["account_sid"], account.secrets["auth_token"])


def _without_query(url: str) -> str:
    return urlsplit(url)._replace(query="").geturl()
