"""Pages as pictures that a browser may show: drawn or encoded anew, so that nothing else of the file is left."""

import io
import warnings
from pathlib import Path

import pypdfium2
from PIL import Image, ImageOps, UnidentifiedImageError

from onboarding.names import FileFormat

_MOST_PIXELS = 100_000_000
_FORMATS = ("JPEG", "PNG")
_LARGEST_SCALE = 4.0
_QUALITY = 85


def drawn_page(
    path: Path, file_format: FileFormat, page: int, longest_side: int, turned: int
) -> bytes | None:
    """A WebP of the page, counted from 1, turned clockwise by degrees; None where it cannot be drawn."""
    try:
        picture = (
            _page_of_pdf(path, page, longest_side)
            if file_format is FileFormat.PDF
            else _photo(path, longest_side)
        )
    except (pypdfium2.PdfiumError, UnidentifiedImageError, OSError, SyntaxError, ValueError, IndexError):
        return None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        return None
    return _encoded(picture.rotate(-turned, expand=True) if turned else picture)


def _page_of_pdf(path: Path, page: int, longest_side: int) -> Image.Image:
    document = pypdfium2.PdfDocument(path)
    try:
        sheet = document[page - 1]
        scale = min(_LARGEST_SCALE, longest_side / max(sheet.get_size()))
        drawn: Image.Image = sheet.render(scale=scale).to_pil()
        return drawn.convert("RGB")
    finally:
        document.close()


def _photo(path: Path, longest_side: int) -> Image.Image:
    Image.MAX_IMAGE_PIXELS = _MOST_PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    with Image.open(path, formats=_FORMATS) as picture:
        # A photo of 50 megapixels is decoded at a fraction of its size.
        picture.draft("RGB", (longest_side, longest_side))
        picture.load()
        upright = ImageOps.exif_transpose(picture).convert("RGB")
    upright.thumbnail((longest_side, longest_side))
    return upright


def _encoded(picture: Image.Image) -> bytes:
    written = io.BytesIO()
    picture.save(written, "WEBP", quality=_QUALITY, method=2)
    return written.getvalue()
