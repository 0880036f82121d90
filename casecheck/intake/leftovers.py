"""Tells files of systems and editors by their names: what nobody means by naming a folder.

The one place that decides it, for records, for pages of rules and for packs that came back. A file
that is named by itself is always read, whatever it is called.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

MOST_NAMED = 10
"""How many files of one kind are named in one sentence; the rest are counted."""

_ATTRIBUTE_HIDES = frozenset({"desktop.ini", "ehthumbs.db", "thumbs.db", "icon\r"})
"""Files that the system which writes them hides, though not by a dot."""
_FOLDERS = frozenset(
    {"__macosx", "__pycache__", "lost+found", "$recycle.bin", "system volume information", "@eadir"}
)
"""Folders that systems make (macOS's archives, Python, ext4, Windows, Synology)."""
_HIDDEN_FOLDERS = re.compile(
    r"\.(_.*|#.*|git|hg|svn|bzr|jj|cvs|idea|vscode|vs|settings|history|ipynb_checkpoints|cache"
    r"|venv|tox|nox|direnv|[a-z]+_cache|hypothesis|trash.*|spotlight-.*|fseventsd|temporaryitems"
    r"|documentrevisions-.*|appledouble|appledb|appledesktop|snapshots?|zfs|stfolder|stversions"
    r"|dropbox\.cache|sync|nfs.*|casecheck-.*|gvfs|local|config)",
    re.IGNORECASE | re.ASCII,
)
"""Hidden folders of tools and systems. Another hidden folder may be somebody's own, and is read."""
_STREAM = ":zone.identifier"
"""Ends the name of what Windows notes of a file that came from elsewhere, as Linux shows it."""
_NOT_HERE = ".icloud"
"""Ends the name of what stands for a file that is in iCloud alone: macOS shows it as that file."""
_MARK = re.compile(
    r"(~|\.~\d+~"  # Emacs, Vim and others: the text before the last change
    r"|\.(bak\d*|bkp|backup|bk|sav|autosave|asv"  # copies
    r"|(bak|old|orig|save)(\.\d+)?"  # of which several may be kept
    r"|rej|mine|working|r\d+"  # patch and merge tools
    r"|dpkg-(old|new|dist|tmp)|rpm(save|new|orig)"
    r"|tmp|temp|part|partial|filepart|crdownload|download|opdownload|lock|lck"  # not yet whole
    r"|sb-[0-9a-f]+-\w+"  # macOS, while a program saves
    r"|sw[a-px]|un~)"  # Vim's swap files, where they do not begin with a dot
    r"|___jb_(tmp|old|bak)___)$",  # JetBrains' editors
    re.IGNORECASE | re.ASCII,
)
"""What editors and tools put behind the name of a file that they keep or write beside it."""


class Leftover(NamedTuple):
    """A file of a system or an editor.

    `hidden`: listings do not show it, so that nobody wonders where it went. `of` is the name of the
    file that it stands beside, "" where it stands beside none.
    """

    hidden: bool
    of: str


def leftover(name: str, *, folder: bool = False) -> Leftover | None:
    """Return what a file (or folder) of this name, without its path, is; None where it is no such.

    Capitals do not matter. Hidden are files that begin with a dot, what Windows hides, and the
    hidden folders of tools and systems.
    """
    lower = name.lower()
    if folder:
        if _HIDDEN_FOLDERS.fullmatch(name):
            return Leftover(True, "")
        return Leftover(False, "") if lower in _FOLDERS else None
    if lower.startswith(".") and lower.endswith(_NOT_HERE):
        return Leftover(False, name[1 : -len(_NOT_HERE)])
    if lower.startswith("."):
        return Leftover(True, "")
    if lower in _ATTRIBUTE_HIDES or lower.endswith(_STREAM):
        return Leftover(True, "")
    plain = _undecorated(name)
    return None if plain == name else Leftover(False, plain)


def _undecorated(name: str) -> str:
    """Return a name without what editors and tools put before and behind it."""
    before = ""
    while name != before:
        before = name
        if name.startswith("~$") and len(name) > 2:  # a document that is open in an Office program
            name = name[2:]
        if len(name) > 2 and name.startswith("#") and name.endswith("#"):  # Emacs
            name = name[1:-1]
        name = name.removeprefix("flycheck_") or before  # its checker's copy of what is being typed
        if (found := _MARK.search(name)) and found.start():
            name = name[: found.start()]
    return name


def in_words(names: Sequence[str]) -> str:
    """Return file names in words: the first of them, and how many more there are."""
    shown = ", ".join(names[:MOST_NAMED])
    more = len(names) - MOST_NAMED
    return f"{shown} and {more:,} more" if more > 0 else shown
