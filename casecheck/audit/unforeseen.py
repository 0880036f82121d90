"""Names an error that nobody foresaw by its kind and place: its message might hold content."""

from __future__ import annotations

import os

from casecheck.record.faults import CasecheckError


class Elsewhere(Exception):  # noqa: N818 - names an error
    """An unforeseen error in another process; the message is its name."""


class WorkerEnded(CasecheckError):  # noqa: N818 - says what to do
    """A worker process has ended, or could not be started, before its work was done."""


class ReportStands(OSError):  # noqa: N818 - says what stands
    """The report stands, and what was to be saved with it is not; the message says so in full."""


def named(error: BaseException) -> str:
    """Return an error's kind and place: `ValueError in records.py:12 (parse)`."""
    if isinstance(error, Elsewhere):
        return str(error)
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    number = f" [errno {error.errno}]" if isinstance(error, OSError) and error.errno else ""
    where = ""
    if place is not None:
        code = place.tb_frame.f_code
        where = f" in {os.path.basename(code.co_filename)}:{place.tb_lineno} ({code.co_name})"  # noqa: PTH119
    return f"{type(error).__name__}{number}{where}"
