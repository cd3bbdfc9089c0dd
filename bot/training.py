"""Trains the assistant where its data, configuration or code of understanding changed."""

import hashlib
import logging
import os
from collections.abc import Callable, Iterator
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
MODELS = PROJECT / "models"
_CODE_OF_UNDERSTANDING = (
    "encoder.py",
    "encoder_graph.py",
    "head.py",
    "intents.py",
    "questions.py",
    "language.py",
    "entities.py",
)

_log = logging.getLogger(__name__)

Progress = Callable[[str], None]


class NotTrained(RuntimeError):
    """There is no model of today's data."""


def newest_model() -> Path:
    """The model of today's data, configuration and code, else the last one trained; raises NotTrained.

    Data that is edited while the assistant runs must not keep a worker from starting again.
    """
    model = _model_path()
    if model.exists():
        return model
    earlier = sorted(_models(), key=lambda found: found.stat().st_mtime)
    if not earlier:
        raise NotTrained("The assistant is not trained yet: run `make train`.")
    _log.warning("the data changed since the assistant was trained: run `make train`")
    return earlier[-1]


def is_trained() -> bool:
    return _model_path().exists()


def train(progress: Progress) -> Path:
    os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
    progress("Preparing the sentence encoder")
    from bot.encoder import sentence_encoder

    sentence_encoder()
    progress("Learning from the examples")
    from rasa.model_training import train as rasa_train

    from bot import rasa_speedups

    rasa_speedups.apply_to_training()
    model = _model_path()
    result = rasa_train(
        domain=str(PROJECT / "domain.yml"),
        config=str(PROJECT / "config.yml"),
        training_files=str(PROJECT / "data"),
        output=str(MODELS),
        fixed_model_name=model.name.removesuffix(".tar.gz"),
        force_training=True,
    )
    if result.code != 0 or not model.exists():
        raise NotTrained("Training failed: see the messages above.")
    _forget_others(model)
    return model


def examples() -> tuple[list[str], list[str]]:
    """The messages of data/nlu, and the intent of each."""
    from rasa.shared.importers.importer import TrainingDataImporter

    importer = TrainingDataImporter.load_from_dict(training_data_paths=[str(PROJECT / "data" / "nlu")])
    found = [message for message in importer.get_nlu_data().intent_examples if message.get("text")]
    return [message.get("text") for message in found], [message.get("intent") for message in found]


def _model_path() -> Path:
    return MODELS / f"brand-desk-{_fingerprint()}.tar.gz"


def _fingerprint() -> str:
    digest = hashlib.sha256()
    for path in _what_training_reads():
        digest.update(str(path.relative_to(PROJECT)).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def _what_training_reads() -> Iterator[Path]:
    yield PROJECT / "uv.lock"
    yield PROJECT / "config.yml"
    yield PROJECT / "domain.yml"
    yield from sorted((PROJECT / "data").rglob("*.yml"))
    yield from (PROJECT / "bot" / name for name in _CODE_OF_UNDERSTANDING)


def _forget_others(model: Path) -> None:
    for other in _models():
        if other != model:
            other.unlink()


def _models() -> list[Path]:
    return list(MODELS.glob("brand-desk-*.tar.gz"))
