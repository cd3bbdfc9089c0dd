"""The words for everything the business distinguishes: in the database, in programme.yml and in tests alike."""

from enum import StrEnum

FORMER_CONTACT = "A former contact"


class Turn(StrEnum):
    BRAND = "brand"
    PLATFORM = "platform"


class Stage(StrEnum):
    DRAFT = "DRAFT"
    SUBMITTED = "SUBMITTED"
    BRAND_REVIEW = "BRAND_REVIEW"
    DOCUMENT_REVIEW = "DOCUMENT_REVIEW"
    CORRECTION_NEEDED = "CORRECTION_NEEDED"
    APPROVED = "APPROVED"
    CONTRACT_AND_FEES = "CONTRACT_AND_FEES"
    STORE_SETUP = "STORE_SETUP"
    FINAL_CHECK = "FINAL_CHECK"
    OPEN = "OPEN"
    REJECTED = "REJECTED"
    WITHDRAWN = "WITHDRAWN"

    @property
    def turn(self) -> Turn:
        return Turn.BRAND if self in _STAGES_OF_THE_BRAND else Turn.PLATFORM

    @property
    def is_closed(self) -> bool:
        """Nothing more happens towards an opening."""
        return self in (Stage.OPEN, Stage.REJECTED, Stage.WITHDRAWN)


_STAGES_OF_THE_BRAND = frozenset(
    {Stage.DRAFT, Stage.CORRECTION_NEEDED, Stage.CONTRACT_AND_FEES, Stage.STORE_SETUP}
)


class StoreType(StrEnum):
    FLAGSHIP = "FLAGSHIP"
    MALL_FLAGSHIP = "MALL_FLAGSHIP"
    SPECIALTY = "SPECIALTY"
    EXCLUSIVE = "EXCLUSIVE"
    TOF = "TOF"
    TDI = "TDI"


class DocumentType(StrEnum):
    BUSINESS_REG = "BUSINESS_REG"
    AUTH_REP_STATEMENT = "AUTH_REP_STATEMENT"
    REP_ID = "REP_ID"
    BANK_PROOF = "BANK_PROOF"
    TRADEMARK = "TRADEMARK"
    BRAND_AUTH = "BRAND_AUTH"
    TAX = "TAX"
    ADDRESS_PROOF = "ADDRESS_PROOF"
    ALIPAY_ACCOUNT = "ALIPAY_ACCOUNT"
    PRODUCT_LIST = "PRODUCT_LIST"
    PRODUCT_CERT = "PRODUCT_CERT"
    BRAND_PROFILE = "BRAND_PROFILE"
    FINANCIAL = "FINANCIAL"


class DocumentStatus(StrEnum):
    MISSING = "MISSING"
    CHECKING = "CHECKING"
    IN_REVIEW = "IN_REVIEW"
    APPROVED = "APPROVED"
    REJECTED = "REJECTED"
    EXPIRED = "EXPIRED"
    WAIVED = "WAIVED"

    @property
    def label(self) -> str:
        return _STATUS_LABELS[self]

    @property
    def turn(self) -> Turn | None:
        """Who has to act; nobody on a document that is settled."""
        if self in (DocumentStatus.APPROVED, DocumentStatus.WAIVED):
            return None
        if self in (DocumentStatus.CHECKING, DocumentStatus.IN_REVIEW):
            return Turn.PLATFORM
        return Turn.BRAND


_STATUS_LABELS = {
    DocumentStatus.MISSING: "Not uploaded",
    DocumentStatus.CHECKING: "Checking",
    DocumentStatus.IN_REVIEW: "In review",
    DocumentStatus.APPROVED: "Accepted",
    DocumentStatus.REJECTED: "There is a problem",
    DocumentStatus.EXPIRED: "Expired",
    DocumentStatus.WAIVED: "Not needed",
}


class Declares(StrEnum):
    """What the applicant says it is to the trademark."""

    OWNER = "OWNER"
    EXCLUSIVE_LICENSEE = "EXCLUSIVE_LICENSEE"
    DISTRIBUTOR = "DISTRIBUTOR"
    RETAILER = "RETAILER"


class Category(StrEnum):
    COSMETICS = "COSMETICS"
    FOOD = "FOOD"
    MINERAL_WATER = "MINERAL_WATER"
    WINE_AND_SPIRITS = "WINE_AND_SPIRITS"
    SUPPLEMENTS = "SUPPLEMENTS"
    BABY = "BABY"
    MATERNITY = "MATERNITY"
    FASHION = "FASHION"
    JEWELLERY = "JEWELLERY"
    HOME_TEXTILES = "HOME_TEXTILES"
    HOME_AND_KITCHEN = "HOME_AND_KITCHEN"
    ELECTRONICS = "ELECTRONICS"
    PET = "PET"
    SPORTS_AND_OUTDOOR = "SPORTS_AND_OUTDOOR"
    PERSONAL_CARE = "PERSONAL_CARE"
    TOYS = "TOYS"


class Role(StrEnum):
    OWNER = "owner"
    EDITOR = "editor"
    VIEWER = "viewer"


class ReasonCode(StrEnum):
    EXPIRED = "EXPIRED"
    NAME_MISMATCH = "NAME_MISMATCH"
    CLASS_MISMATCH = "CLASS_MISMATCH"
    CHAIN_GAP = "CHAIN_GAP"
    NOT_SIGNED = "NOT_SIGNED"
    UNREADABLE = "UNREADABLE"
    NOT_ISSUED_BY_BANK = "NOT_ISSUED_BY_BANK"
    TOO_OLD = "TOO_OLD"
    TRANSLATION_MISSING = "TRANSLATION_MISSING"
    WRONG_DOCUMENT = "WRONG_DOCUMENT"
    TEMPLATE_NOT_USED = "TEMPLATE_NOT_USED"


class ListStatus(StrEnum):
    """Of the list of brands that go live: it can still change until the cut-off."""

    PROVISIONAL = "PROVISIONAL"
    FINAL = "FINAL"


class SignedInBy(StrEnum):
    LINK = "link"
    PASSWORD = "password"


class PeopleEvent(StrEnum):
    """What happened to somebody's access to a brand."""

    BEGAN = "BEGAN"
    INVITED = "INVITED"
    INVITATION_WITHDRAWN = "INVITATION_WITHDRAWN"
    JOINED = "JOINED"
    ROLE_CHANGED = "ROLE_CHANGED"
    REMOVED = "REMOVED"
    LEFT = "LEFT"
    ACCESS_ASKED = "ACCESS_ASKED"
    ACCESS_GRANTED = "ACCESS_GRANTED"
    ACCESS_REFUSED = "ACCESS_REFUSED"
    ERASED = "ERASED"


class AccessReason(StrEnum):
    """Why somebody says that they may act for a company."""

    EMPLOYEE = "EMPLOYEE"
    REPRESENTATIVE = "REPRESENTATIVE"
    AGENCY = "AGENCY"
    OWNER_LEFT = "OWNER_LEFT"
    OTHER = "OTHER"


class FileFormat(StrEnum):
    PDF = "PDF"
    JPG = "JPG"
    PNG = "PNG"
    XLSX = "XLSX"
    CSV = "CSV"


class Verdict(StrEnum):
    """What a reviewer said of a document; a second look is asked for before it is refused once more."""

    ACCEPTED = "ACCEPTED"
    REJECTED = "REJECTED"
    SECOND_LOOK = "SECOND_LOOK"


class Channel(StrEnum):
    """Where an answer of a draft was given."""

    PAGE = "PAGE"
    CHAT = "CHAT"
    PLANNER = "PLANNER"


class ClaimStatus(StrEnum):
    """Of a brand that two applications name."""

    OPEN = "OPEN"
    DROPPED = "DROPPED"
    UPHELD = "UPHELD"
    REFUSED = "REFUSED"


class ReminderKind(StrEnum):
    """What a brand is reminded of."""

    DRAFT_LEFT = "DRAFT_LEFT"
    DEADLINE_NEAR = "DEADLINE_NEAR"
    DEADLINE_PASSED = "DEADLINE_PASSED"


class Applicant(StrEnum):
    """Who wants to open a store."""

    COMPANY = "COMPANY"
    AGENCY = "AGENCY"
    PERSON = "PERSON"


class StaffRole(StrEnum):
    """Each may do what those before it may."""

    AGENT = "agent"
    REVIEWER = "reviewer"
    LEAD = "lead"
    OPERATOR = "operator"


class AlertWish(StrEnum):
    """When somebody of the staff wants a mail while nobody is at the desk."""

    NEVER = "NEVER"
    BROKEN = "BROKEN"
    AT_RISK = "AT_RISK"


class KeyKind(StrEnum):
    """A key opens the API itself; a client's secret buys tokens that do."""

    KEY = "KEY"
    CLIENT = "CLIENT"


class ProofAlgorithm(StrEnum):
    """How a site signs who somebody is: with a secret that we share, or with a key of its own."""

    HS256 = "HS256"
    ES256 = "ES256"
