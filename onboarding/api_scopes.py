"""What a key for the API may do: each scope with the role that its maker must have for it."""

from enum import StrEnum

from onboarding.names import Role


class Scope(StrEnum):
    IDENTITY_READ = "identity:read"
    APPLICATIONS_READ = "applications:read"
    DOCUMENTS_READ = "documents:read"
    DOCUMENTS_WRITE = "documents:write"
    SALES_READ = "sales:read"
    LIVESTREAM_READ = "livestream:read"
    MESSAGES_READ = "messages:read"
    MESSAGES_WRITE = "messages:write"
    WEBHOOKS_MANAGE = "webhooks:manage"

    @property
    def role(self) -> Role:
        """The lowest role that may do it; looked at anew each time, since roles change."""
        return _ROLES.get(self, Role.VIEWER)


_ROLES = {Scope.DOCUMENTS_WRITE: Role.EDITOR, Scope.WEBHOOKS_MANAGE: Role.OWNER}
ALWAYS = frozenset({Scope.IDENTITY_READ})
# A person's one conversation is about every brand that they act for.
OF_THE_CONVERSATION = frozenset({Scope.MESSAGES_READ, Scope.MESSAGES_WRITE})
CHOSEN = tuple(scope for scope in Scope if scope not in ALWAYS)
