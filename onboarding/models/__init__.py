"""Every table of the business; importing this registers them all."""

from onboarding.clock import Clock
from onboarding.models.applications import Application, DocumentSubmission, StageChange
from onboarding.models.brands import Agency, Brand, Company, Contact, Membership
from onboarding.models.documents import DocumentCheck, DocumentFile, DocumentOpening, DocumentReview
from onboarding.models.identity import SignInLink, WebSession
from onboarding.models.incubation import Benefit, ExchangeRate, GmvDay, Milestone
from onboarding.models.livestreams import LivestreamEdition, LivestreamRanking
from onboarding.models.opening import (
    Appeal,
    ContractAcceptance,
    Invoice,
    PaymentProof,
    ProductCheck,
    StepChange,
)

__all__ = [
    "Agency",
    "Appeal",
    "Application",
    "Benefit",
    "Brand",
    "Clock",
    "Company",
    "Contact",
    "ContractAcceptance",
    "DocumentCheck",
    "DocumentFile",
    "DocumentOpening",
    "DocumentReview",
    "DocumentSubmission",
    "ExchangeRate",
    "GmvDay",
    "Invoice",
    "LivestreamEdition",
    "LivestreamRanking",
    "Membership",
    "Milestone",
    "PaymentProof",
    "ProductCheck",
    "SignInLink",
    "StageChange",
    "StepChange",
    "WebSession",
]
