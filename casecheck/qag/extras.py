"""Import what only the audit cycle and workbooks need, or say how to install it."""

from __future__ import annotations

import importlib
from typing import Any

from casecheck import __version__

_CURE = (
    "In the folder of casecheck, `make qag` installs all that is needed;"
    " from a wheel `python -m pip install"
    f' "casecheck-{__version__}-py3-none-any.whl[qag]"` does; elsewhere'
    " `python -m pip install scipy XlsxWriter`"
)


class MissingExtra(Exception):  # noqa: N818 - says what to do, like ImportError
    """A package of the extra `qag` is not installed; the message is the cure."""


def need(name: str, by: str = "the audit cycle") -> Any:
    """Return a module of the extra `qag`; `by` is what needs it, in words.

    Raises:
        MissingExtra: where its package is not installed.
    """
    try:
        return importlib.import_module(name)
    except ImportError:
        package = name.partition(".")[0]
        raise MissingExtra(f"{package} is not installed: {by} needs it. {_CURE}") from None
