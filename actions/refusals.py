"""What an answer is refused for; the words are the responses utter_refused_<code>."""

from onboarding.errors import DomainError


class Refusal(DomainError):
    suggestions: tuple[str, ...] = ()

    def __init__(self, **values: object) -> None:
        super().__init__(self.code)
        self.values = values


class SignInFirst(Refusal):
    code = "sign_in_first"
    suggestions = ("document_requirements", "livestream_date")


class LinkFirst(Refusal):
    """As SignInFirst, for whoever writes on a messaging channel: a sign-in on the website changes nothing there."""

    code = "link_first"
    suggestions = SignInFirst.suggestions


class OnOurPages(Refusal):
    """What changes something for a brand is not done for a program or another site in somebody's name."""

    code = "on_our_pages"


class DataOutOfReach(Refusal):
    code = "data_out_of_reach"
    suggestions = ("handoff_human",)


class NoBrand(Refusal):
    code = "no_brand"
    suggestions = ("registration_start", "handoff_human")


class NotYourBrand(Refusal):
    code = "not_your_brand"
    suggestions = ("consumer_insights",)


class NotForVisitors(Refusal):
    code = "not_for_visitors"
    suggestions = ("consumer_insights", "livestream_eligibility")


class NoApplication(Refusal):
    code = "no_application"
    suggestions = ("registration_start", "handoff_human")


class Withdrawn(Refusal):
    code = "withdrawn"
    suggestions = ("registration_start", "handoff_human")


class ApplicationUnknown(Refusal):
    code = "application_unknown"
    suggestions = ("store_opening_status", "handoff_human")


class StoreNotOpen(Refusal):
    code = "store_not_open"
