"""Processes that do the same work on one thing after another, and are missed when they are gone."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from multiprocessing import get_context, resource_tracker
from multiprocessing.connection import Connection
from queue import SimpleQueue
from types import TracebackType
from typing import Any, Generic, TypeVar

from casecheck.audit.unforeseen import Elsewhere, WorkerEnded, named

STARTS = 3
"""So often in a row may a process end before it is ready to work, until that is told."""
_SECONDS_TO_END = 5
"""How long a process that has closed its pipe may take to be gone and leave its exit status."""
_NO_MEMORY = 86
"""The exit status of a process that had no memory left: what it holds it cannot be trusted with."""
_READY = "ready"

Task = TypeVar("Task")
Answer = TypeVar("Answer")


class WorkLost(Exception):  # noqa: N818 - names what is lost
    """A process ended at its work; the message says how. Another has taken its place."""


class Workers(Generic[Task, Answer]):
    """Up to `number` processes, each started when there is work for it, and ended together.

    `prepare` is called once in each, and returns what does the work there. Where a process ends
    another takes its place; what it was at is lost, and whoever asked hears so.

    The pool of the standard library can wait for ever where one of its processes is killed. Here
    each has a pipe of its own, whose other end nobody else holds: whoever waits for a process that
    is no more hears of it from the pipe. A thread for each process does the waiting.
    """

    def __init__(self, number: int, prepare: Callable[[], Callable[[Task], Answer]]) -> None:
        self._number = number
        self._prepare = prepare
        self._started: list[_Worker] = []
        self._free: SimpleQueue[_Worker] = SimpleQueue()
        self._threads = ThreadPoolExecutor(number)
        self._closing = False
        resource_tracker.ensure_running()  # which lets interrupts through again, so: first

    def submit(self, asked: Task) -> Future[Answer]:
        """Have work done.

        What comes of it raises `WorkLost` where the process ended at it, `WorkerEnded` where none
        can be had, and `Elsewhere` if the work failed.
        """
        with _interrupts_held():
            if len(self._started) < self._number:
                worker = _Worker(self._prepare)
                self._started.append(worker)
                self._free.put(worker)
            return self._threads.submit(self._ask, asked)

    def _ask(self, asked: Task) -> Answer:
        worker = self._free.get()
        try:
            self._make_ready(worker)
            told: Answer = worker.ask(asked)
        except WorkLost as lost:
            if self._closing:
                raise WorkerEnded(str(lost)) from None
            raise
        finally:
            self._free.put(worker)
        return told

    def _make_ready(self, worker: _Worker) -> None:
        """Have a process that is ready, in the place of one that has ended too."""
        for left in reversed(range(STARTS)):
            try:
                worker.make_ready()
            except WorkLost as lost:
                if self._closing or not left:
                    raise WorkerEnded(f"{ended_words(str(lost))}: {WHAT_TO_DO}") from None
            else:
                return

    def __enter__(self) -> Workers[Task, Answer]:
        return self

    def __exit__(
        self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None
    ) -> None:
        """End every process, at work or not: what it holds is wanted no more."""
        self._closing = True
        for worker in self._started:
            worker.end()
        self._threads.shutdown(cancel_futures=True)
        for worker in self._started:  # one may have begun another meanwhile
            worker.end()


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Start threads and processes, which inherit this, so that Ctrl-C is for the first alone."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class _Worker:
    """One process after another, and the pipe to it."""

    def __init__(self, prepare: Callable[[], Callable[[Any], Any]]) -> None:
        self._prepare = prepare
        self._ready = False
        self._start()

    def _start(self) -> None:
        spawn = get_context("spawn")
        self._pipe, theirs = spawn.Pipe()
        with theirs:
            # Not with what may be large: the pipe by which it would go there is not closed where
            # the process is killed before it has read it.
            process = spawn.Process(target=_serve, args=(theirs,), daemon=True)
            try:
                process.start()
            except OSError as error:
                why = f"A worker process could not be started ({error.strerror})"
                raise WorkerEnded(f"{why}: {WHAT_TO_DO}") from None
            self._process = process

    def make_ready(self) -> None:
        """Wait until the process can work; start another if it has ended."""
        if self._process.exitcode is not None or self._pipe.closed:
            self._pipe.close()
            self._ready = False
            self._start()
        if not self._ready:
            self._exchange(self._prepare)
            self._ready = True

    def ask(self, asked: Any) -> Any:
        return self._exchange(asked)

    def _exchange(self, sent: Any) -> Any:
        try:
            self._pipe.send(sent)
            told = self._pipe.recv()
        except (EOFError, OSError):
            self._process.join(_SECONDS_TO_END)
            how = _how_it_ended(self._process.exitcode)
            self.end()
            self._pipe.close()
            raise WorkLost(how) from None
        if isinstance(told, Elsewhere):
            raise told
        return told

    def end(self) -> None:
        self._process.kill()
        self._process.join()


WHAT_TO_DO = "what was asked for is not complete. Try again with fewer --jobs."


def ended_words(how: str) -> str:
    """Say that a process has ended, and how."""
    return f"A worker process was ended ({how}), perhaps for want of memory"


def _how_it_ended(status: int | None) -> str:
    if status == _NO_MEMORY:
        return "no memory left"
    try:
        return signal.Signals(-(status or 0)).name
    except ValueError:
        return f"exit status {status}"


def _serve(pipe: Connection) -> None:
    """Do one piece of work after another, in a process of its own, while somebody asks."""
    with suppress(EOFError, OSError):
        work = None
        while True:
            asked = pipe.recv()
            told: object
            try:
                if work is None:
                    told, work = _READY, asked()
                else:
                    told = work(asked)
            except MemoryError:
                os._exit(_NO_MEMORY)
            except Exception as error:  # it is told by who asked
                told = Elsewhere(named(error))
            pipe.send(told)
