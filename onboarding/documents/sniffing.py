"""What a file is by what is in it; its name and the sender's header are never asked."""

import zipfile
from pathlib import Path

from onboarding.documents.wording import FileRefused
from onboarding.names import DocumentType, FileFormat
from onboarding.programme import programme
from onboarding.wording import in_words

_HEAD_BYTES = 4096
_MAGIC = {
    b"%PDF-": FileFormat.PDF,
    b"\xff\xd8\xff": FileFormat.JPG,
    b"\x89PNG\r\n\x1a\n": FileFormat.PNG,
}
_PICKED_AS = {
    FileFormat.PDF: "application/pdf,.pdf",
    FileFormat.JPG: "image/jpeg,.jpg,.jpeg",
    FileFormat.PNG: "image/png,.png",
    FileFormat.XLSX: ".xlsx",
    FileFormat.CSV: "text/csv,.csv",
}
_ZIP = b"PK\x03\x04"
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_APPLE_BRANDS = (b"heic", b"heix", b"heif", b"hevc", b"mif1", b"msf1")
_SEPARATORS = (",", ";", "\t")
_SPELT_WITH_A_VOWEL = frozenset("AEFHILMNORSX")
_WORKBOOK, _MACROS, _OFFICE_FOLDERS = "xl/workbook.xml", "vbaproject.bin", ("word/", "ppt/")


def allowed_formats(document: DocumentType) -> tuple[FileFormat, ...]:
    files = programme().files
    words = programme().documents[document]
    return tuple(
        FileFormat(name) for name in (files.list_formats if words.is_list else files.scan_formats).value
    )


def formats_said(document: DocumentType) -> str:
    """ "PDF, JPG or PNG"."""
    return in_words(tuple(str(one) for one in allowed_formats(document)), last="or")


def _one_of_formats(document: DocumentType) -> str:
    """ "a PDF, JPG or PNG", "an XLSX or CSV"."""
    formats = formats_said(document)
    return f"{'an' if formats[0] in _SPELT_WITH_A_VOWEL else 'a'} {formats}"


def accepted(document: DocumentType) -> str:
    """For the picker of a browser or phone, which may open the camera for pictures."""
    return ",".join(_PICKED_AS[one] for one in allowed_formats(document))


def sniff(path: Path, document: DocumentType) -> FileFormat:
    """Raises FileRefused for what this document may not be."""
    found = _format(path, document)
    if found not in allowed_formats(document):
        raise FileRefused("wrong_type", one_of_formats=_one_of_formats(document))
    return found


def _format(path: Path, document: DocumentType) -> FileFormat | None:
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    for magic, found in _MAGIC.items():
        if head.startswith(magic):
            return found
    if head[4:8] == b"ftyp" and head[8:12] in _APPLE_BRANDS:
        raise FileRefused("heic", one_of_formats=_one_of_formats(document))
    if head.startswith(_OLD_OFFICE):
        raise FileRefused("office", one_of_formats=_one_of_formats(document))
    if head.startswith(_ZIP):
        return _in_zip(path, document)
    return FileFormat.CSV if _is_table(path) else None


def _in_zip(path: Path, document: DocumentType) -> FileFormat | None:
    try:
        with zipfile.ZipFile(path) as archive:
            names = [name.lower() for name in archive.namelist()]
    except (zipfile.BadZipFile, NotImplementedError, UnicodeDecodeError):
        raise FileRefused("broken") from None
    if any(name.startswith(_OFFICE_FOLDERS) for name in names):
        raise FileRefused("office", one_of_formats=_one_of_formats(document))
    if any(name.endswith(_MACROS) for name in names):
        raise FileRefused("macros")
    return FileFormat.XLSX if _WORKBOOK in names else None


def _is_table(path: Path) -> bool:
    """Text in lines, the first of which has columns."""
    content = path.read_bytes()
    if b"\0" in content:
        return False
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    first = next((line for line in text.splitlines() if line.strip()), "")
    return not first.lstrip().startswith("<") and any(separator in first for separator in _SEPARATORS)
