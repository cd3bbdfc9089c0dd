"""Every table of the business; importing this registers them all."""

from onboarding.clock import Clock
from onboarding.models.api_access import ApiAnswer, ApiKey, ApiToken
from onboarding.models.applications import Application, DocumentSubmission, StageChange
from onboarding.models.brands import Agency, Brand, Company, Contact, Membership
from onboarding.models.documents import DocumentCheck, DocumentFile, DocumentOpening, DocumentReview
from onboarding.models.embedding import ChatSite, ChatSitePerson, ChatSiteProof
from onboarding.models.identity import Password, SignInLink, WebSession
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
from onboarding.models.people import AccessRequest, Invitation, PeopleChange
from onboarding.models.privacy import ErasureRequest
from onboarding.models.registration import BrandClaim, DraftAnswer
from onboarding.models.staff import (
    AuditEntry,
    OfficeHoursChange,
    RecoveryCode,
    Staff,
    StaffLink,
    StaffSession,
)

__all__ = [
    "AccessRequest",
    "Agency",
    "ApiAnswer",
    "ApiKey",
    "ApiToken",
    "Appeal",
    "Application",
    "AuditEntry",
    "Benefit",
    "Brand",
    "BrandClaim",
    "ChatSite",
    "ChatSitePerson",
    "ChatSiteProof",
    "Clock",
    "Company",
    "Contact",
    "ContractAcceptance",
    "DocumentCheck",
    "DocumentFile",
    "DocumentOpening",
    "DocumentReview",
    "DocumentSubmission",
    "DraftAnswer",
    "ErasureRequest",
    "ExchangeRate",
    "GmvDay",
    "Invitation",
    "Invoice",
    "LivestreamEdition",
    "LivestreamRanking",
    "Membership",
    "Milestone",
    "OfficeHoursChange",
    "Password",
    "PaymentProof",
    "PeopleChange",
    "ProductCheck",
    "RecoveryCode",
    "SignInLink",
    "Staff",
    "StaffLink",
    "StaffSession",
    "StageChange",
    "StepChange",
    "WebSession",
]
