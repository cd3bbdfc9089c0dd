from collections.abc import Callable
from datetime import date, time
from decimal import Decimal
from pathlib import Path

import pytest

from onboarding.money import Money
from onboarding.names import Category, Stage, StoreType
from onboarding.programme import PROGRAMME_FILE, ProgrammeInvalid, load_programme, programme

Change = Callable[[str, str], Path]


@pytest.fixture
def changed(tmp_path: Path) -> Change:
    """The programme's file with one passage replaced."""

    def change(old: str, new: str) -> Path:
        text = PROGRAMME_FILE.read_text(encoding="utf-8")
        assert old in text
        path = tmp_path / "programme.yml"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        return path

    return change


def line_of(path: Path, passage: str) -> int:
    lines = path.read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, start=1) if passage in line)


def test_the_figures_of_the_announcement_are_no_assumptions() -> None:
    found = programme()
    assert (found.opening.days.value, found.incubation.days.value) == (30, 90)
    assert found.incubation.target.value == Money.of(1_000_000)
    assert found.livestream.day.value == 21
    assert not any(
        figure.assumption for figure in (found.opening.days, found.incubation.days, found.incubation.target)
    )


def test_what_the_announcement_leaves_open_is_marked_as_the_operators() -> None:
    rules = programme().livestream
    assert (rules.start.value, rules.slots.value, rules.cut_off_day.value) == (time(20), 10, 14)
    assert rules.start.assumption
    assert rules.slots.assumption
    assert rules.cut_off_day.assumption


def test_every_figure_has_a_date_and_a_source() -> None:
    figures = programme().figures
    assert figures["livestream.slots"] is programme().livestream.slots
    assert all(figure.source and isinstance(figure.valid_from, date) for figure in figures.values())


def test_fees_go_by_category() -> None:
    fees = programme().fees
    assert fees.deposit_for(Category.COSMETICS) == Money.of(150_000)
    assert fees.deposit_for(Category.SUPPLEMENTS, "US") == Money.of(300_000)
    assert {fee.minor for fee in fees.annual.value.values()} == {3_000_000, 6_000_000}
    assert all(2 <= fee.low <= fee.high <= 5 for fee in fees.commission.value.values())
    assert fees.alipay_percent.value == Decimal(1)


def test_every_stage_of_the_way_is_in_one_step_of_the_plan() -> None:
    planned = [stage for step in programme().opening.plan.value for stage in step.stages]
    assert sorted(planned) == sorted(set(Stage) - {Stage.DRAFT, Stage.REJECTED, Stage.WITHDRAWN})


def test_a_store_type_is_never_named_without_its_definition() -> None:
    words = programme().store_types[StoreType.SPECIALTY]
    assert (words.label, words.definition.endswith(".")) == ("Specialty store", True)


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("slots: {value: 10", "slots: {value: 0", "livestream.slots must be a whole number of at least 1"),
        ("slots: {value: 10", "slots: {value: ten", "livestream.slots must be a whole number of at least 1"),
        ("  slots: {value: 10,", "  slots: {values: 10,", "livestream.slots.value is missing"),
        ("  slots:", "  slot:", "livestream.slots is missing"),
        ("cut_off_day: {value: 14", "cut_off_day: {value: 25", "must be a whole number from 1 to 21"),
        ('value: "20:00"', "value: late", 'livestream.start must be a time such as "20:00"'),
        ("CNY 1,000,000", "a million", "incubation.target must be an amount such as CNY 150,000"),
        ("valid_from: 2026-01-01", "valid_from: soon", "valid_from must be a date such as 2026-01-01"),
        ("assumption: false", "assumption: maybe", "assumption must be true or false"),
        (
            "document: BANK_PROOF, needed_by",
            "document: BANK, needed_by",
            "document must be one of BUSINESS_REG",
        ),
        ("FOOD: CNY 150,000", "FOODS: CNY 150,000", "fees.deposit.FOOD is missing"),
        ("FOOD: [2, 3]", "FOOD: [3, 2]", "fees.commission.FOOD must be two percentages, the lower first"),
        ('closes: {value: "18:00"', 'closes: {value: "08:00"', "must be later than office_hours.opens"),
        ("from: 2026-01-01, to: 2026-01-03", "from: 2026-01-03, to: 2026-01-01", "on or after the first day"),
        ("days: {value: 30", "days: &x {value: [30]", "opening.days must be a whole number"),
        ("name: Tmall Global", "name: Tmall Global\nname: Again", "name is there twice"),
        ("name: Tmall Global", "name: Tmall Global\nnick: TG", "nick is not known here"),
    ],
)
def test_a_mistake_is_named_with_its_field(changed: Change, old: str, new: str, complaint: str) -> None:
    with pytest.raises(ProgrammeInvalid, match=r"^programme\.yml, line \d+: ") as refusal:
        load_programme(changed(old, new))
    assert complaint in str(refusal.value)


def test_a_mistake_is_named_with_its_line(changed: Change) -> None:
    path = changed("slots: {value: 10", "slots: {value: -1")
    line = line_of(path, "slots: {value: -1")
    with pytest.raises(ProgrammeInvalid) as refusal:
        load_programme(path)
    assert str(refusal.value) == (
        f"programme.yml, line {line}: livestream.slots must be a whole number of at least 1"
    )


def test_broken_yaml_is_named_with_its_line(changed: Change) -> None:
    path = changed("slots: {value: 10", "slots: {value: [10")
    with pytest.raises(ProgrammeInvalid, match=r"^programme\.yml, line \d+: "):
        load_programme(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ProgrammeInvalid, match=r"none\.yml cannot be read"):
        load_programme(tmp_path / "none.yml")
