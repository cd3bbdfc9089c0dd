"""Every table of the business; importing this registers them all."""

from onboarding.clock import Clock
from onboarding.models.api_access import ApiAnswer, ApiKey, ApiToken
from onboarding.models.applications import Application, DocumentSubmission, StageChange
from onboarding.models.brands import Agency, Brand, Company, Contact, Membership
from onboarding.models.desk import Assignment
from onboarding.models.documents import DocumentCheck, DocumentFile, DocumentOpening, DocumentReview
from onboarding.models.embedding import ChatSite, ChatSitePerson, ChatSiteProof
from onboarding.models.identity import EmailChange, Password, SignInLink, WebSession
from onboarding.models.incubation import Benefit, ExchangeRate, GmvDay, Milestone
from onboarding.models.livestreams import LivestreamEdition, LivestreamRanking
from onboarding.models.opening import (
    Appeal,
    ContractAcceptance,
    Invoice,
    PaymentProof,
    ProductCheck,
    ProofOpening,
    StepChange,
)
from onboarding.models.people import AccessRequest, Invitation, PeopleChange
from onboarding.models.privacy import ErasureRequest
from onboarding.models.registration import BrandClaim, DraftAnswer, Reminder, ReminderStop
from onboarding.models.secret import HasSecret
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
    "Assignment",
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
    "EmailChange",
    "ErasureRequest",
    "ExchangeRate",
    "GmvDay",
    "HasSecret",
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
    "ProofOpening",
    "RecoveryCode",
    "Reminder",
    "ReminderStop",
    "SignInLink",
    "Staff",
    "StaffLink",
    "StaffSession",
    "StageChange",
    "StepChange",
    "WebSession",
]
