"""The words for the steps between approval and opening."""

from enum import StrEnum

from onboarding.names import Turn


class Step(StrEnum):
    CONTRACT = "CONTRACT"
    FEES = "FEES"
    ALIPAY = "ALIPAY"
    OPERATION = "OPERATION"
    PRODUCTS = "PRODUCTS"
    RETURN_ADDRESS = "RETURN_ADDRESS"
    DESIGN = "DESIGN"
    LOGISTICS = "LOGISTICS"
    CUSTOMER_SERVICE = "CUSTOMER_SERVICE"
    FINAL_CHECK = "FINAL_CHECK"


class StepStatus(StrEnum):
    TO_DO = "TO_DO"
    WITH_US = "WITH_US"
    PROBLEM = "PROBLEM"
    DONE = "DONE"

    @property
    def turn(self) -> Turn | None:
        """Nobody's once it is done."""
        if self is StepStatus.DONE:
            return None
        return Turn.PLATFORM if self is StepStatus.WITH_US else Turn.BRAND


class ListSource(StrEnum):
    """Where the rows of a product list came from."""

    FILE = "FILE"
    PASTED = "PASTED"


BEFORE_SETUP = (Step.CONTRACT, Step.FEES)
SET_UP = (
    Step.ALIPAY,
    Step.OPERATION,
    Step.PRODUCTS,
    Step.RETURN_ADDRESS,
    Step.DESIGN,
    Step.LOGISTICS,
    Step.CUSTOMER_SERVICE,
)
