"""Satisfies Rasa's unconditional imports of TensorFlow without TensorFlow.

Names resolve to inert classes, so that Rasa's modules can be imported and their classes defined.
Anything that would compute (making an instance, calling a function) raises TensorFlowIsAbsent.
"""

import importlib.abc
import importlib.machinery
import sys
from types import ModuleType
from typing import Any

__version__ = "2.12.0"

# thinc probes this name to find out whether TensorFlow can be used: it must not exist.
_MUST_BE_ABSENT = {"experimental"}
# Rasa applies these as decorators while its modules are imported.
_DECORATORS = {"function", "autograph", "custom_gradient"}


class TensorFlowIsAbsent(RuntimeError):
    """Raised when code tries to use TensorFlow instead of only importing it."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"{name} was used, but Brand Desk runs without TensorFlow (this is an inert stand-in). "
            "Choose Rasa components that do not need it: see docs/environment.md."
        )


class _InertType(type):
    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _inert(f"{cls.__name__}.{name}")

    def __call__(cls, *arguments: Any, **options: Any) -> Any:
        if cls.__name__.rpartition(".")[2] in _DECORATORS:
            return arguments[0] if arguments else lambda decorated: decorated
        raise TensorFlowIsAbsent(cls.__name__)


def _inert(name: str) -> type:
    return _InertType(name, (), {})


class _InertModule(ModuleType):
    __path__: list[str] = []

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or name in _MUST_BE_ABSENT:
            raise AttributeError(name)
        return _inert(f"{self.__name__}.{name}")


class _InertFinder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, fullname: str, path: Any, target: Any = None) -> Any:
        root, _, rest = fullname.partition(".")
        if root not in {"tensorflow", "keras"} or fullname == "tensorflow":
            return None
        if rest.split(".")[0] in _MUST_BE_ABSENT:
            return None
        return importlib.machinery.ModuleSpec(fullname, self, is_package=True)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        return _InertModule(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """An inert module has nothing to run."""


def __getattr__(name: str) -> Any:
    if name.startswith("__") or name in _MUST_BE_ABSENT:
        raise AttributeError(name)
    return importlib.import_module(f"tensorflow.{name}") if name == "keras" else _inert(f"tensorflow.{name}")


sys.meta_path.append(_InertFinder())
