"""The routes of the API, made of its operations; each has a policy, and all but two a scope."""

from web.api import openapi, tokens
from web.api.v1 import OPERATIONS
from web.route import Route
from web.security.policies import Policy

API_ROUTES = [
    *(Route(one.method, one.path, one, Policy.API) for one in OPERATIONS),
    Route("POST", tokens.PATH, tokens.token, Policy.PUBLIC),
    Route("GET", openapi.PATH, openapi.document, Policy.PUBLIC),
]
API_SCOPES = {(one.method, one.path): one.scope for one in OPERATIONS}
