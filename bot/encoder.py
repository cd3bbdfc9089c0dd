"""Turns a sentence into vectors of 384 numbers of unit length: near meanings lie near each other."""

from functools import cache
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

Vector = NDArray[np.float32]
# (layers, 384) or (sentences, layers, 384): the upper layers of the encoder, each pooled over the words. The last one
# is the sentence's own vector, those below know more of its wording.
Layers = NDArray[np.float32]

# To be raised with every change of what bot/encoder_graph.py builds, since an encoder is built once a machine.
_VERSION = 2
ENCODER_FOLDER = Path(__file__).resolve().parent.parent / "models" / f"encoder-{_VERSION}"
_LONGEST_IN_TOKENS = 256


class SentenceEncoder:
    """One sentence at a time: int8 activations depend on what shares a batch."""

    def __init__(self, folder: Path) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(
            str(folder / "encoder.onnx"), options, providers=["CPUExecutionProvider"]
        )
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(_LONGEST_IN_TOKENS)

    def encode(self, sentence: str) -> Layers:
        ids = np.array([self._tokenizer.encode(sentence).ids], dtype=np.int64)
        mask = np.ones(ids.shape, dtype=np.float32)
        layers: list[Layers] = self._session.run(["layers"], {"ids": ids, "mask": mask})
        return layers[0][0]


@cache
def sentence_encoder(folder: Path = ENCODER_FOLDER) -> SentenceEncoder:
    """The encoder of this process; built from the installed weights where it is not there yet."""
    if not (folder / "encoder.onnx").exists():
        from bot.encoder_graph import build_encoder

        build_encoder(folder)
    return SentenceEncoder(folder)
