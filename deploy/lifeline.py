"""A child that ends with its parent, also where the parent is killed without a word."""

import ctypes
import signal
import sys
from collections.abc import Callable

# linux/prctl.h
_PR_SET_PDEATHSIG = 1


def end_with_parent() -> Callable[[], None] | None:
    """To be run in the child before its program starts; only Linux knows such a thing."""
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    return lambda: prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
