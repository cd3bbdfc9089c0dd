"""The names of everything a registration asks, in the database and on every surface alike."""

from enum import StrEnum


class Field(StrEnum):
    """APPLICANT is asked by the planner alone."""

    APPLICANT = "applicant"
    COMPANY_NAME = "company_name"
    COUNTRY = "country"
    COMPANY_NUMBER = "company_number"
    COMPANY_SINCE = "company_since"
    COMPANY_ADDRESS = "company_address"
    WEBSITE = "website"
    BRAND_NAME = "brand_name"
    DECLARES = "declares"
    TRADEMARK_OWNER = "trademark_owner"
    TRADEMARK_NUMBER = "trademark_number"
    TRADEMARK_COUNTRY = "trademark_country"
    TRADEMARK_CLASSES = "trademark_classes"
    TRADEMARK_UNTIL = "trademark_until"
    CATEGORY = "category"
    STORE_TYPE = "store_type"
    PRODUCTS = "products"
    PRODUCT_COUNT = "product_count"
    IMPORT_WAY = "import_way"
    CONTACT_NAME = "contact_name"
    CONTACT_ROLE = "contact_role"
    CONTACT_EMAIL = "contact_email"
    CONTACT_PHONE = "contact_phone"
    REPRESENTATIVE = "representative"


ABOUT_PEOPLE = frozenset(
    (Field.CONTACT_NAME, Field.CONTACT_ROLE, Field.CONTACT_EMAIL, Field.CONTACT_PHONE, Field.REPRESENTATIVE)
)


class SectionName(StrEnum):
    COMPANY = "company"
    BRAND = "brand"
    STORE = "store"
    PRODUCTS = "products"
    CONTACTS = "contacts"


class ImportWay(StrEnum):
    """How goods come to China; both are named by their customs codes everywhere."""

    BONDED = "BONDED"
    DIRECT = "DIRECT"
    UNDECIDED = "UNDECIDED"
