"""Words on pictures, by RapidOCR, whose wheel carries its models."""

import logging
from functools import cache
from typing import Any

import numpy
from PIL.Image import Image
from rapidocr import RapidOCR

_SURE_ENOUGH = 0.85
_THREADS = 1
# Now and then a long line is misread at one size and read well at another.
_SECOND_SIZE = 0.8
_UNSURE_SHARE_FOR_A_SECOND_LOOK = 0.2


def words_on(picture: Image) -> str:
    """Line by line, from top to bottom; what is not certain is left out."""
    sure, unsure = _lines(picture)
    if unsure > _UNSURE_SHARE_FOR_A_SECOND_LOOK * (len(sure) + unsure):
        smaller = (round(picture.width * _SECOND_SIZE), round(picture.height * _SECOND_SIZE))
        again, _ = _lines(picture.resize(smaller))
        sure = max(sure, again, key=_letters)
    return "\n".join(sure)


def _lines(picture: Image) -> tuple[list[str], int]:
    """What was read for certain, and how many lines were not."""
    found: Any = _engine()(numpy.asarray(picture.convert("RGB"))[:, :, ::-1])
    if found.txts is None:
        return [], 0
    lines = list(zip(found.txts, found.scores, strict=True))
    sure = [text for text, score in lines if score >= _SURE_ENOUGH]
    return sure, len(lines) - len(sure)


def _letters(lines: list[str]) -> int:
    return sum(len(line) for line in lines)


@cache
def _engine() -> RapidOCR:
    logging.getLogger("RapidOCR").setLevel(logging.CRITICAL)
    return RapidOCR(
        params={
            "Global.log_level": "critical",
            "Global.use_cls": True,
            "EngineConfig.onnxruntime.intra_op_num_threads": _THREADS,
            "EngineConfig.onnxruntime.inter_op_num_threads": _THREADS,
            # Without the arena, and line by line, a page takes half the memory.
            "EngineConfig.onnxruntime.enable_cpu_mem_arena": False,
            "Rec.rec_batch_num": 1,
        }
    )
