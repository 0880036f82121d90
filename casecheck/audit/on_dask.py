"""Audit chunks of texts on a Dask cluster, and give what they find in the chunks' order.

What a worker needs goes there once: the rules and what is asked by them, as bytes that are held to
their digest. A worker whose casecheck is not the same as here refuses its work, since what it found
could differ. A chunk whose worker is lost is audited again by another: Dask sees to that, and what
is found hangs on nothing but the chunk.
"""

from __future__ import annotations

import os
import pickle
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from hashlib import sha256
from itertools import islice
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple

import casecheck
from casecheck.audit.beneath import beneath
from casecheck.audit.chunk import Chunk, Work
from casecheck.audit.partition import RulesDiffer
from casecheck.audit.unforeseen import Elsewhere, WorkerEnded, named
from casecheck.intake.line_blocks import LineBlock
from casecheck.intake.remote import NotReached, is_remote
from casecheck.record.faults import CasecheckError

AHEAD = 4
"""So many chunks for each thread of the cluster are on their way at a time."""
_ONE_AT_A_TIME = Lock()
_READY: dict[str, Work] = {}
"""What does the work in this process, by the digest of what it was made of; the last one alone."""


class Shipped(NamedTuple):
    """What makes a worker ready, as bytes, with their digest and that of the program they are for.

    Reading them can run code, as all that Dask hands to its workers can.
    """

    prepare: bytes
    digest: str
    version: str
    program: str


def shipped(prepare: Callable[[], Work]) -> Shipped:
    """Return what can be sent: `prepare` returns on a worker what audits a chunk."""
    data = pickle.dumps(prepare)
    return Shipped(data, sha256(data).hexdigest(), casecheck.__version__, program_digest())


@cache
def program_digest() -> str:
    """Return the digest of all that casecheck is made of and runs on, wherever it is installed.

    But of the rules that a wheel has within it: those in force are sent.
    """
    package = Path(casecheck.__file__).parent
    digest = sha256(f"{casecheck.__version__}\n{beneath()}\n".encode())
    for file in sorted(package.rglob("*.*")):
        inside = file.relative_to(package)
        if file.is_file() and file.suffix != ".pyc" and inside.parts[0] != "shipped_rules":
            content = sha256(file.read_bytes()).hexdigest()
            digest.update(f"{inside.as_posix()} {content}\n".encode())
    return digest.hexdigest()


def audit_shipped(needed: Shipped, chunk: Chunk) -> list[Any]:
    """Return what is found in a chunk: what a worker is asked to do.

    Raises:
        RulesDiffer: where this worker's casecheck is another one, or the rules came damaged.
        NotReached: where this worker cannot read the file that the chunk is in.
        Elsewhere: where the work failed. Dask logs what is raised: a message might hold content.
    """
    if (needed.version, needed.program) != (casecheck.__version__, program_digest()):
        raise RulesDiffer(
            f"a worker has casecheck {casecheck.__version__} ({program_digest()[:12]}), and"
            f" {needed.version} ({needed.program[:12]}) was meant: install the same on every worker"
        )
    if sha256(needed.prepare).hexdigest() != needed.digest:
        raise RulesDiffer("the rules came to a worker otherwise than they were sent: try again")
    _need_shared(chunk)
    try:
        with _ONE_AT_A_TIME:
            if needed.digest not in _READY:
                _READY.clear()
                _READY[needed.digest] = pickle.loads(needed.prepare)()  # noqa: S301 - see Shipped
            return [*_READY[needed.digest](chunk)]
    except CasecheckError:
        raise
    except Exception as error:
        failed = named(error)
    raise Elsewhere(failed)  # out of the handler, else the error would go with it


def _need_shared(chunk: Chunk) -> None:
    """Refuse what is not where this worker looks: else its records would count as unreadable."""
    block = chunk.texts
    if isinstance(block, LineBlock) and not (
        is_remote(block.file) or os.access(block.file, os.R_OK)
    ):
        raise NotReached(
            f"{block.file}: a Dask worker cannot read it under this name. Give a path that is the"
            " same on every worker, of a file system that they share, or a URL"
        )


def audit_on(client: Any, chunks: Iterable[Chunk], prepare: Callable[[], Work]) -> Iterator[Any]:
    """Yield what is found in each chunk by the workers of a `distributed.Client`.

    Raises:
        RulesDiffer: where a worker has another casecheck.
        WorkerEnded: where a chunk ends each worker that audits it, or no worker is there.
    """
    # Not scattered: what a task returns is there again when the worker that held it is lost.
    needed = client.submit(shipped_here, shipped(prepare), pure=False)
    waiting: deque[tuple[Chunk, Any]] = deque()
    every = iter(chunks)
    while True:
        threads = max(1, sum(client.nthreads().values()))
        for chunk in islice(every, max(0, AHEAD * threads - len(waiting))):
            future = client.submit(audit_shipped, needed, chunk, pure=False)
            waiting.append((chunk, future))
        if not waiting:
            return
        chunk, future = waiting.popleft()
        yield from _found(chunk, future)


def shipped_here(needed: Shipped) -> Shipped:
    """Return it: a task, so that Dask knows how to have it again."""
    return needed


def _found(chunk: Chunk, future: Any) -> list[Any]:
    try:
        found: list[Any] = future.result()
    except Exception as error:
        if type(error).__name__ != "KilledWorker":  # of a library that need not be there
            raise
        raise WorkerEnded(
            f"{_place(chunk)} ended each Dask worker that audited it, perhaps for want of memory:"
            " give the workers more, or audit that file by itself without --dask"
        ) from None
    return found


def _place(chunk: Chunk) -> str:
    texts = chunk.texts
    if isinstance(texts, LineBlock):
        return f"{texts.file}, lines {texts.line} to {texts.line + texts.lines - 1},"
    first, last = texts[0], texts[-1]
    return f"What stands from {first.file}, line {first.line}, to {last.file}, line {last.line},"
