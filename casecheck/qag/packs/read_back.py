"""Reads a pack that came back, whatever format it is in, and judges whether it can be taken."""

from __future__ import annotations

import errno
from pathlib import Path

from casecheck.qag.packs.csv_file import read_csv
from casecheck.qag.packs.files import kind_of
from casecheck.qag.packs.from_workbook import read_workbook
from casecheck.qag.packs.returned import MAX_BYTES, Problem, Returned
from casecheck.qag.packs.submission import Submission, submission
from casecheck.text.printable import printable
from casecheck.text.regular_file import open_file
from casecheck.text.xlsx_archive import Unusable


def read_back(
    file: Path, *, partial: bool = False, accept_reasons: bool = False
) -> Submission | list[Problem]:
    """Return a pack's judgments, or what is wrong with the file; `partial`: it may be half done.

    `accept_reasons`: what looks like somebody's identity in a reason is taken all the same.

    Raises:
        NoFile: where it is no file that could be read.
        OSError: where its name is longer than names can be.
        MissingExtra: where what workbooks need is not installed.
    """
    name = printable(str(file))
    try:
        returned = _returned(file, name)
        return submission(returned, partial=partial, accept_reasons=accept_reasons)
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:
            raise
        return [Problem(name, "", f"cannot be read: {error.strerror}")]
    except Unusable as error:
        return [Problem(name, "", str(error))]


def _returned(file: Path, name: str) -> Returned:
    """Return what a file holds; what it is, a workbook in the name of a CSV tells itself."""
    with open_file(file) as opened:
        content = opened.read(MAX_BYTES + 1)
    is_csv = kind_of(file) == ".csv" and not content.startswith(b"PK\x03\x04")
    return (read_csv if is_csv else read_workbook)(name, content)
