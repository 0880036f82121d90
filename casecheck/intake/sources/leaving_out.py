"""Reads which children of a source are to have no record: test persons, and persons entered twice.

The person who imports lists them by their identifiers. Nobody is known by a name that sounds like
a test, for names are not looked at.
"""

from __future__ import annotations

from pathlib import Path

from casecheck.intake.sources import values
from casecheck.intake.sources.guard import masked
from casecheck.intake.sources.rows import SourceRefused
from casecheck.text.regular_file import NoFile, read_file

LEAVE_OUT = "--leave-out"
"""The option that names the list, and the item of which they are counted."""
LARGEST = 16 << 20
"""Bytes of a list: a million identifiers have fewer."""
_REMARK = "#"


def read_left_out(path: Path) -> frozenset[str]:
    """Return the identifiers that a list names, one a line; blank lines and remarks (#) are none.

    Raises:
        SourceRefused: where it cannot be read as such a list; the message names lines alone.
    """
    name = f"{LEAVE_OUT} {masked(str(path))}"
    try:
        content = read_file(path, LARGEST)
    except NoFile as error:
        raise SourceRefused(f"{name} {error}") from None
    except OSError as error:
        raise SourceRefused(f"{name}: {error.strerror or 'it cannot be read'}") from None
    found = set()
    for number, line in enumerate(content.removeprefix(b"\xef\xbb\xbf").splitlines(), 1):
        try:
            text = line.decode()
        except UnicodeDecodeError:
            raise SourceRefused(f"{name} line {number}: no UTF-8: save the list as such") from None
        if not text.lstrip().startswith(_REMARK) and (one := values.identifier(text)) is not None:
            found.add(one)
    if not found:
        raise SourceRefused(f"{name} lists no identifier: put one in each line")
    return frozenset(found)


def told_of(left_out: frozenset[str], met: int, path: Path) -> str:
    """Return in words how many of those to be left out were met: a slip of the pen shows there."""
    missing = len(left_out) - met
    told = f"Left out, as {masked(path.name)} says: {met:,} of {len(left_out):,}"
    return f"{told}." if missing <= 0 else f"{told}; not found in the source: {missing:,}."
