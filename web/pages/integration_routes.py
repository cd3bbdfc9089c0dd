"""The doors of a brand's integrations: what is secret or decides for the brand is its owners'."""

from web.pages import integration_sites as sites
from web.pages import integration_webhooks as webhooks
from web.pages import integrations
from web.route import Route
from web.security.policies import Policy

_HOME = "/brands/{brand_name}/integrations"
_WEBHOOK, _SITE = f"{_HOME}/webhooks/{{id}}", f"{_HOME}/sites/{{id}}"
_VIEWER, _OWNER = Policy.BRAND_VIEWER, Policy.BRAND_OWNER

INTEGRATION_ROUTES = [
    Route("GET", _HOME, integrations.overview, _VIEWER),
    Route("GET", f"{_HOME}/keys/new", integrations.ask_key, _OWNER),
    Route("POST", f"{_HOME}/keys/new", integrations.make_key, _OWNER),
    Route("POST", f"{_HOME}/keys/{{id}}/revoke", integrations.revoke_key, _OWNER),
    Route("GET", f"{_HOME}/webhooks/new", webhooks.ask, _OWNER),
    Route("POST", f"{_HOME}/webhooks/new", webhooks.add, _OWNER),
    Route("GET", _WEBHOOK, webhooks.show, _OWNER),
    Route("POST", f"{_WEBHOOK}/secret", webhooks.reveal, _OWNER),
    Route("POST", f"{_WEBHOOK}/rotate", webhooks.rotate, _OWNER),
    Route("POST", f"{_WEBHOOK}/revoke", webhooks.revoke, _OWNER),
    Route("POST", f"{_WEBHOOK}/test", webhooks.send_test, _OWNER),
    Route("POST", f"{_WEBHOOK}/on", webhooks.switch_on, _OWNER),
    Route("POST", f"{_WEBHOOK}/off", webhooks.switch_off, _OWNER),
    Route("POST", f"{_WEBHOOK}/delete", webhooks.delete, _OWNER),
    Route("POST", f"{_WEBHOOK}/deliveries/{{delivery}}/replay", webhooks.replay, _OWNER),
    Route("GET", f"{_HOME}/sites/new", sites.ask, _OWNER),
    Route("POST", f"{_HOME}/sites/new", sites.add, _OWNER),
    Route("GET", _SITE, sites.show, _VIEWER),
    Route("POST", f"{_SITE}/secret", sites.reveal, _OWNER),
    Route("POST", f"{_SITE}/rotate", sites.rotate, _OWNER),
    Route("POST", f"{_SITE}/revoke", sites.revoke, _OWNER),
    Route("POST", f"{_SITE}/remove", sites.remove, _OWNER),
    Route("POST", f"{_SITE}/people/{{person}}/confirm", sites.confirm_name, _OWNER),
    Route("POST", f"{_SITE}/people/{{person}}/refuse", sites.refuse_name, _OWNER),
    Route("POST", f"{_SITE}/allow", sites.allow, _VIEWER),
    Route("POST", f"{_SITE}/forbid", sites.forbid, _VIEWER),
]
