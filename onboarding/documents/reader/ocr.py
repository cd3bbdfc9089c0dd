"""Words on pictures, by RapidOCR, whose wheel carries its models."""

import logging
from functools import cache
from typing import Any

import numpy
from PIL.Image import Image
from rapidocr import RapidOCR

_SURE_ENOUGH = 0.6
_THREADS = 1


def words_on(picture: Image) -> str:
    """Line by line, from top to bottom."""
    found: Any = _engine()(numpy.asarray(picture.convert("RGB"))[:, :, ::-1])
    if found.txts is None:
        return ""
    return "\n".join(
        text for text, score in zip(found.txts, found.scores, strict=True) if score >= _SURE_ENOUGH
    )


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
