"""Watch the files of pages: say when one of them was saved.

The files are a few pages of some kilobytes, so they are read again twice a second, and their
digests compared. That needs no package beside the standard library, sees a save whatever the editor
does (in place, or by a new file under the old name), also on a shared folder, where the system
tells nobody of changes, and is not woken by a file that was only touched.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

SECONDS = 0.5
"""Between two looks at the files."""

State = Mapping[Path, str]
"""The digest of each file; "" where it cannot be read, as while an editor replaces it."""


def pause() -> None:
    """Wait until the files are to be looked at again."""
    time.sleep(SECONDS)


def rounds(
    files: Callable[[], Iterable[Path]],
    most: int | None,
    wait: Callable[[], None],
) -> Iterator[tuple[Path, ...]]:
    """Yield which files have changed: none at first, then at each save those that were saved.

    `files` says which to watch, asked anew each time, since files may come. It ends after `most`
    rounds; None: never. `wait` is called before each look at the files. What is saved while a
    round goes on is seen after it.
    """
    before = state_of(files())
    number = 1
    yield ()
    while most is None or number < most:
        wait()
        now = state_of(files())
        if now == before:
            continue
        changed = [file for file in (before | now) if before.get(file, "") != now.get(file, "")]
        before = now
        if changed:
            number += 1
            yield tuple(sorted(changed))


def state_of(files: Iterable[Path]) -> dict[Path, str]:
    """Return the digest of each file."""
    return {file: _digest(file) for file in files}


def _digest(file: Path) -> str:
    try:
        # A pipe or a device in the place of a page would keep who opens it waiting.
        return hashlib.sha256(file.read_bytes()).hexdigest() if file.is_file() else ""
    except OSError:
        return ""
