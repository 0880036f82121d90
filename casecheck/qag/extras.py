"""Import what only some commands need, or say how to install it."""

from __future__ import annotations

import importlib
from typing import Any, Literal

from casecheck import __version__

Extra = Literal["qag", "board", "pdf", "dask", "parquet"]
_PACKAGES: dict[Extra, str] = {
    "qag": "scipy XlsxWriter",
    "board": "scipy matplotlib markdown-it-py",
    "pdf": "weasyprint",
    "dask": "distributed fsspec",
    "parquet": "pyarrow",
}
"""The packages of an extra, as pip knows them."""


class MissingExtra(Exception):  # noqa: N818 - says what to do, like ImportError
    """A package of an extra is not installed; the message is the cure."""


def need(name: str, by: str = "the audit cycle", extra: Extra = "qag") -> Any:
    """Return a module of an extra; `by` is what needs it, in words.

    Raises:
        MissingExtra: where its package is not installed.
    """
    try:
        return importlib.import_module(name)
    except ImportError:
        package = name.partition(".")[0].replace("markdown_it", "markdown-it-py")
        raise MissingExtra(f"{package} is not installed: {by} needs it. {_cure(extra)}") from None


def _cure(extra: Extra) -> str:
    return (
        f"In the folder of casecheck, `make {extra}` installs all that is needed;"
        " from a wheel `python -m pip install"
        f' "casecheck-{__version__}-py3-none-any.whl[{extra}]"` does; elsewhere'
        f" `python -m pip install {_PACKAGES[extra]}`"
    )
