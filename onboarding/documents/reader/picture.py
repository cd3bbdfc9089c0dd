"""Photos and scans."""

import warnings
from pathlib import Path

from PIL import Image, ImageOps, UnidentifiedImageError

from onboarding.documents.facts import Facts, PageText, Trouble
from onboarding.documents.reader.language import language_of

_MOST_PIXELS = 100_000_000
_LONGEST_SIDE = 1600
_FORMATS = ("JPEG", "PNG")


def facts_of_picture(path: Path, *, reads: bool) -> Facts:
    Image.MAX_IMAGE_PIXELS = _MOST_PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    try:
        return _facts(path, reads)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        return Facts(trouble=Trouble.PICTURE_TOO_LARGE)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError):
        return Facts(trouble=Trouble.BROKEN)


def _facts(path: Path, reads: bool) -> Facts:
    with Image.open(path, formats=_FORMATS) as picture:
        size = picture.size
        # A photo of 50 megapixels is decoded at a fraction of its size.
        picture.draft("RGB", (_LONGEST_SIDE, _LONGEST_SIDE))
        picture.load()
        if not reads:
            return Facts(size_in_pixels=size)
        upright = ImageOps.exif_transpose(picture).convert("RGB")
    upright.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
    from onboarding.documents.reader.ocr import words_on
    from onboarding.documents.reader.organisations import organisations_in

    text = words_on(upright)
    language = language_of(text)
    page = PageText(text, by_ocr=True, language=language, organisations=organisations_in(text, language))
    return Facts(size_in_pixels=size, read=(page,))
