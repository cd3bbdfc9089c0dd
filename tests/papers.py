"""Files to send: papers made up for the test that sends them."""

import io

import pypdfium2
from fpdf import FPDF
from PIL import Image
from pypdf import PdfReader, PdfWriter

CLEAN = [
    "Certificate of registration",
    "The register of companies confirms that the company below is registered and in good standing.",
    "Nordlys Skincare AS",
    "Brand: Nordlys Skincare. Organisation number 912 345 678, registered office Storgata 12, 0184 Oslo, Norway.",
    "Date of issue: 4 May 2026. This certificate is valid until 31 December 2027.",
]
OTHER_COMPANY = [line.replace("Nordlys Skincare AS", "Nordlys Holding AS") for line in CLEAN]
EXPIRED = [line.replace("31 December 2027", "31 March 2026") for line in CLEAN]
NORWEGIAN = [
    "Firmaattest",
    "Foretaksregisteret bekrefter at selskapet Nordlys Skincare AS",
    "med organisasjonsnummer 912 345 678 og forretningsadresse Storgata 12 i Oslo har vært registrert siden mars.",
    "Selskapets formål er produksjon og salg av hudpleie. Styret består av Ingrid Solberg som leder.",
]


def pdf(lines: list[str], pages: int = 1) -> bytes:
    paper = FPDF()
    for _ in range(pages):
        paper.add_page()
        paper.set_font("Helvetica", size=13)
        for line in lines:
            paper.multi_cell(0, 9, line, new_x="LMARGIN", new_y="NEXT")
    return bytes(paper.output())


def locked(content: bytes, password: str) -> bytes:
    """With a password for the owner alone where `password` is empty: anybody can read it."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(content)))
    writer.encrypt(password, owner_password="only we know", algorithm="AES-256")
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


def scan(lines: list[str]) -> bytes:
    """A JPG of the page, a little askew."""
    page = pypdfium2.PdfDocument(pdf(lines))[0].render(scale=2).to_pil()
    return _written(page.rotate(1.2, fillcolor="white", expand=True), "JPEG")


def blank_scan() -> bytes:
    return _written(Image.new("RGB", (1240, 1754), "white"), "PNG")


def small_photo() -> bytes:
    return _written(Image.new("RGB", (300, 400), "white"), "JPEG")


def product_list(rows: int = 2) -> bytes:
    head = "Brand,Category,Name,Material,Price,Maker\n"
    return (head + "Nordlys,Cosmetics,Cream,Water,189.00,Nordlys Skincare AS\n" * rows).encode()


def _written(picture: Image.Image, kind: str) -> bytes:
    written = io.BytesIO()
    picture.save(written, kind)
    return written.getvalue()
