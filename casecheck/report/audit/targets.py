"""Where a report may be written: never over a store, rules, a record or a file that is in use."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import BinaryIO

from casecheck.intake.own_reports import PROPERTIES, is_own_workbook
from casecheck.intake.texts import begins_as_own, is_record_file
from casecheck.record.faults import CasecheckError
from casecheck.text.whole_file import UnfitTarget, target_of

_STORE, _WORKBOOK = b"SQLite format 3\0", b"PK\x03\x04"
"""How a store and a workbook begin."""
_LAST_SAVED = b'<dcterms:modified xsi:type="dcterms:W3CDTF">1980-01-01T00:00:00Z</dcterms:modified>'
"""How it says when it was last saved; whatever program saves it again writes the day it does."""
_MOST_PROPERTIES = 1 << 14
_WRITTEN_BY_HAND = (".yaml", ".yml", ".toml")
"""How files are named that no command writes a report to, and people write."""
_OF_RULES = (".yaml", ".yml", ".schema.json")
"""How the files are named that belong to a folder of lessons."""


class TooMuchForOneFile(CasecheckError):  # noqa: N818 - says what to do
    """An audit has more cases than a file of that format can hold."""


def report_target(file: Path) -> Path:
    """Return the file to write or replace, where links lead to it.

    Raises:
        UnfitTarget: where it can be no file, or holds what a report would destroy.
    """
    target = target_of(file)
    if _holds_work(target):
        message = "is a store or a workbook, which a report would destroy: choose another file"
        raise UnfitTarget(message)
    if target.exists() and target.name.lower().endswith(_WRITTEN_BY_HAND):
        message = "is a page of rules or a settings file, which a report would destroy"
        raise UnfitTarget(f"{message}: choose another file")
    return target


def _holds_work(file: Path) -> bool:
    """Tell whether a file is a store, a file beside one, or a filled-in workbook."""
    for beside in ("-wal", "-shm", "-journal"):
        if file.name.endswith(beside) and _holds_work(Path(str(file)[: -len(beside)])):
            return True
    if not file.is_file():
        return False
    try:
        with file.open("rb") as opened:
            begins = opened.read(len(_STORE))
            return begins.startswith(_STORE) or (
                begins.startswith(_WORKBOOK) and not _is_own_workbook(opened)
            )
    except OSError:
        return False  # what cannot be read is found out when it is replaced


def _is_own_workbook(file: BinaryIO) -> bool:
    """Tell whether this is a report of casecheck that nobody has saved since: it holds no work."""
    # What opens archives is wanted only where a report is written over a workbook.
    import zipfile  # noqa: PLC0415

    from casecheck.text.xlsx_archive import BROKEN  # noqa: PLC0415

    try:
        with zipfile.ZipFile(file) as archive, archive.open(PROPERTIES) as opened:
            properties = opened.read(_MOST_PROPERTIES)
    except (*BROKEN, KeyError):
        return False
    return is_own_workbook(properties) and _LAST_SAVED in properties


def refuse_in_use(
    output: Path | None,
    paths: Sequence[str],
    used: Iterable[Path | None],
    folders: Iterable[Path],
) -> None:
    """Refuse a report that would take the place of a record, or of a file that its audit uses.

    `paths` are the inputs, `used` other files, `folders` those of the rules.

    Raises:
        UnfitTarget: where it would; the message goes on from the name of the file.
    """
    if output is None:
        return
    target = Path(os.path.realpath(output))  # which a link that leads to itself does not stop
    in_rules = any(Path(os.path.realpath(folder)) in target.parents for folder in folders)
    if (in_rules and target.name.lower().endswith(_OF_RULES)) or any(
        file and target == Path(os.path.realpath(file)) for file in used
    ):
        raise UnfitTarget("is in use for this audit: name another file")
    if not os.path.isfile(output):  # noqa: PTH113 - of a name too long, too
        return
    for path in map(Path, paths):
        within = (
            path.is_dir() and path.resolve() in target.parents and not begins_as_own(str(output))
        )
        if (within and is_record_file(target.name)) or (path.is_file() and path.samefile(output)):
            raise UnfitTarget("is one of the inputs: name another file")
