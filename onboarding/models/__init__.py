"""Every table of the business; importing this registers them all."""

from onboarding.clock import Clock
from onboarding.models.applications import Application, DocumentSubmission, StageChange
from onboarding.models.brands import Agency, Brand, Company, Contact, Membership
from onboarding.models.identity import SignInLink, WebSession
from onboarding.models.incubation import Benefit, ExchangeRate, GmvDay, Milestone
from onboarding.models.livestreams import LivestreamEdition, LivestreamRanking
from onboarding.models.registration import BrandClaim, DraftAnswer

__all__ = [
    "Agency",
    "Application",
    "Benefit",
    "Brand",
    "BrandClaim",
    "Clock",
    "Company",
    "Contact",
    "DocumentSubmission",
    "DraftAnswer",
    "ExchangeRate",
    "GmvDay",
    "LivestreamEdition",
    "LivestreamRanking",
    "Membership",
    "Milestone",
    "SignInLink",
    "StageChange",
    "WebSession",
]
