"""A plan as a PDF to forward: the same figures as the page, in a font that has the letters of most alphabets."""

from functools import cache
from importlib.util import find_spec
from pathlib import Path

from fpdf import FPDF
from fpdf.enums import XPos, YPos

from onboarding import dates
from onboarding.countries import country_name
from onboarding.money import format_money, format_whole
from onboarding.planner import Cost, Plan
from onboarding.programme import programme
from onboarding.requirements import Requirement
from onboarding.wording import in_words

_FONT = "DejaVu"
_MARGIN = 20
_SMALL, _BODY, _HEADING, _TITLE = 9, 10.5, 13, 20


def plan_as_pdf(plan: Plan) -> bytes:
    pdf = _Paper()
    pdf.set_title("Plan of a store opening")
    pdf.add_page()
    _head(pdf, plan)
    _answer(pdf, plan)
    if plan.may_apply:
        _store(pdf, plan)
        _costs(pdf, plan)
        _documents(pdf, plan)
    _foot(pdf)
    return bytes(pdf.output())


class _Paper(FPDF):
    def __init__(self) -> None:
        super().__init__()
        folder = _font_folder()
        self.add_font(_FONT, "", folder / "DejaVuSans.ttf")
        self.add_font(_FONT, "B", folder / "DejaVuSans-Bold.ttf")
        self.set_margin(_MARGIN)
        self.set_auto_page_break(True, _MARGIN)
        self.set_lang("en")

    def text_block(self, text: str, size: float = _BODY, style: str = "", after: float = 1.5) -> None:
        self.set_font(_FONT, style, size)
        self.multi_cell(0, size * 0.5, text, new_x=XPos.LMARGIN, new_y=YPos.NEXT, align="L")
        self.ln(after)

    def heading(self, text: str) -> None:
        self.ln(3)
        self.text_block(text, _HEADING, "B")

    def row(self, left: str, right: str) -> None:
        self.set_font(_FONT, "", _BODY)
        self.cell(75, 6, left)
        self.multi_cell(0, 6, right, new_x=XPos.LMARGIN, new_y=YPos.NEXT, align="L")


@cache
def _font_folder() -> Path:
    """DejaVu, which comes with matplotlib; only its files are used."""
    found = find_spec("matplotlib")
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).parent / "mpl-data" / "fonts" / "ttf"


def _head(pdf: _Paper, plan: Plan) -> None:
    words, answers = programme(), plan.answers
    pdf.text_block("Plan of your store opening", _TITLE, "B", after=3)
    pdf.text_block(
        f"Made on {dates.day(plan.submitted_on)}, in China, by Brand Desk for {words.name}.", _SMALL
    )
    pdf.row("Who you are", words.registration.applicants.value[answers.applicant].label)
    pdf.row("To the brand", words.declares[answers.declares])
    pdf.row("Country", country_name(answers.country))
    pdf.row("Category", words.categories[answers.category])
    pdf.row("First products", answers.products)


def _answer(pdf: _Paper, plan: Plan) -> None:
    pdf.heading("You may apply" if plan.may_apply else "You cannot apply like this")
    for sentence in plan.reasons + plan.to_know:
        pdf.text_block(f"• {sentence}")
    if plan.may_apply:
        days = programme().opening.days.value
        pdf.text_block(
            f"Submitted today, your store is to open by {dates.day(plan.open_by)}: "
            f"{days} days after the submission. A person decides in the brand review."
        )


def _store(pdf: _Paper, plan: Plan) -> None:
    kind = programme().store_types[plan.store_type]
    pdf.heading(f"Store type: {kind.label}")
    pdf.text_block(f"{kind.definition} {plan.why} {plan.alternative}")


def _costs(pdf: _Paper, plan: Plan) -> None:
    fees = programme().fees
    pdf.heading("What it costs")
    pdf.row("Registration", format_money(fees.registration.value))
    pdf.row("Security deposit, refundable", _amount(plan.deposit))
    pdf.row("Annual service fee", _amount(plan.annual))
    pdf.row("To pay before the opening", _amount(plan.total))
    pdf.row("Commission of each order", f"{in_words(plan.commission)}%")
    pdf.row("Payment fee of each order", f"{in_words(fees.alipay_percent.value)}%")
    pdf.text_block(_dated(plan), _SMALL)


def _dated(plan: Plan) -> str:
    fees = programme().fees
    told = f"Valid from {dates.day(fees.deposit.valid_from)}."
    if fees.deposit.assumption:
        told += " The operator's settings from public pages, to be confirmed in your contract."
    if plan.total.shown:
        rate = plan.total.shown
        told += f" {plan.currency} at {rate.rate.normalize():f} RMB, rate of {dates.day(rate.rate_date)}."
    return told


def _amount(cost: Cost) -> str:
    shown = f"  (about {format_whole(cost.shown.money)})" if cost.shown else ""
    return format_money(cost.amount) + shown


def _documents(pdf: _Paper, plan: Plan) -> None:
    for title, documents in (
        ("Documents to submit with", plan.to_submit),
        ("Documents for later", plan.for_later),
        ("Not needed, but helpful", plan.optional),
    ):
        _listed(pdf, title, documents)


def _listed(pdf: _Paper, title: str, documents: list[Requirement]) -> None:
    if not documents:
        return
    pdf.heading(title)
    for one in documents:
        pdf.text_block(f"• {one.label}: {one.hint}", after=0.5)


def _foot(pdf: _Paper) -> None:
    pdf.ln(4)
    pdf.text_block("Guidance from the answers above, not a decision and not an offer.", _SMALL)
