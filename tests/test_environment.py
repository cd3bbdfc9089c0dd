"""Each override of the locked environment still does what it stands for: see docs/environment.md."""

import importlib.metadata
import sys
import tomllib
import warnings
from pathlib import Path

import pytest
from packaging.requirements import Requirement

PROJECT = Path(__file__).resolve().parent.parent
OVERRIDES = [
    Requirement(line)
    for line in tomllib.loads((PROJECT / "pyproject.toml").read_text())["tool"]["uv"]["override-dependencies"]
]
LEFT_OUT = [override for override in OVERRIDES if override.marker is not None]
KEPT = [override for override in OVERRIDES if override.marker is None]


def test_rasa_runs_on_a_python_newer_than_its_metadata_allows():
    import rasa
    from rasa.core.agent import Agent

    assert rasa.__version__ == "3.6.21"
    assert sys.version_info[:2] == (3, 12)
    assert Agent is not None


@pytest.mark.parametrize("override", KEPT, ids=lambda override: override.name)
def test_an_overridden_package_is_installed_as_the_override_says(override):
    assert override.specifier.contains(importlib.metadata.version(override.name))


@pytest.mark.parametrize("override", LEFT_OUT, ids=lambda override: override.name)
def test_a_package_left_out_is_not_installed(override):
    with pytest.raises(importlib.metadata.PackageNotFoundError):
        importlib.metadata.version(override.name)


@pytest.mark.parametrize("override", OVERRIDES, ids=lambda override: override.name)
def test_every_override_is_explained(override):
    assert f"`{override.name}`" in (PROJECT / "docs" / "environment.md").read_text()


def test_the_stand_in_lets_tensorflow_be_imported_and_refuses_its_use():
    import tensorflow as tf
    from tensorflow.keras.utils import Sequence

    assert tf.__version__ == "2.12.0"
    with pytest.raises(tf.TensorFlowIsAbsent, match="runs without TensorFlow"):
        tf.constant([1.0])
    with pytest.raises(tf.TensorFlowIsAbsent):
        Sequence()


def test_spacy_finds_no_tensorflow_to_use():
    from thinc.compat import has_tensorflow

    assert not has_tensorflow


def test_packaging_still_has_what_rasa_imports():
    from packaging.version import LegacyVersion

    assert LegacyVersion is not None


def test_setuptools_still_has_what_the_scheduler_of_rasa_imports():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pkg_resources

    assert pkg_resources is not None
