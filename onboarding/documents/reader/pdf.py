"""PDFs: their own text where they have it, else what is seen on the drawn page."""

import logging
from pathlib import Path
from time import perf_counter

import pypdfium2
from PIL.Image import Image
from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import DictionaryObject

from onboarding.documents.facts import Facts, PageText, Trouble
from onboarding.documents.reader.language import language_of

MOST_PAGES_READ = 12
MOST_PAGES_SEEN = 4
# A brand waits for the result, and others wait for their turn: a page takes seconds.
SECONDS_FOR_SEEING = 20.0
# Fewer words than this on a page are a stamp or a page number on a scan.
_FEWEST_WORDS = 8
_MOST_LETTERS_OF_A_PAGE = 20_000
_DOTS_PER_INCH, _POINTS_PER_INCH = 150, 72
_LONGEST_SIDE = 1600
_PROGRAMS = ("/JavaScript", "/Launch")


def facts_of_pdf(path: Path, *, reads: bool) -> Facts:
    # Its complaints quote the file.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = PdfReader(path)
        if reader.is_encrypted and not reader.decrypt(""):
            return Facts(trouble=Trouble.ENCRYPTED)
        pages = len(reader.pages)
        if not pages:
            return Facts(trouble=Trouble.BROKEN)
        if not reads:
            return Facts(pages=pages)
        return Facts(pages=pages, read=_read(path, reader), has_program=_has_program(reader))
    except NotImplementedError:
        return Facts(trouble=Trouble.ENCRYPTED)
    except (PyPdfError, OSError, ValueError, KeyError, TypeError, RecursionError, AttributeError, IndexError):
        return Facts(trouble=Trouble.BROKEN)


def _read(path: Path, reader: PdfReader) -> tuple[PageText, ...]:
    # Slow to import, and a first look needs none of it.
    from onboarding.documents.reader.organisations import organisations_in

    pages: list[PageText] = []
    seen, started = 0, perf_counter()
    for number, page in enumerate(reader.pages[:MOST_PAGES_READ]):
        text = page.extract_text()[:_MOST_LETTERS_OF_A_PAGE]
        by_ocr = len(text.split()) < _FEWEST_WORDS
        if by_ocr and (seen == MOST_PAGES_SEEN or perf_counter() - started > SECONDS_FOR_SEEING):
            break
        if by_ocr:
            seen += 1
            text = f"{text}\n{_seen(path, number)}"
        language = language_of(text)
        pages.append(PageText(text.strip(), by_ocr, language, organisations_in(text, language)))
    return tuple(pages)


def _seen(path: Path, number: int) -> str:
    from onboarding.documents.reader.ocr import words_on

    return words_on(_drawn(path, number))


def _drawn(path: Path, number: int) -> Image:
    document = pypdfium2.PdfDocument(path)
    try:
        page = document[number]
        longest = max(page.get_size())
        scale = min(_DOTS_PER_INCH / _POINTS_PER_INCH, _LONGEST_SIDE / longest)
        drawn: Image = page.render(scale=scale).to_pil()
        return drawn
    finally:
        document.close()


def _has_program(reader: PdfReader) -> bool:
    root = reader.trailer["/Root"].get_object()
    if not isinstance(root, DictionaryObject):
        return False
    action, names = (_dictionary(root, key) for key in ("/OpenAction", "/Names"))
    return action.get("/S") in _PROGRAMS or "/JavaScript" in names


def _dictionary(root: DictionaryObject, key: str) -> DictionaryObject:
    found = root[key].get_object() if key in root else None
    return found if isinstance(found, DictionaryObject) else DictionaryObject()
