"""Processes that do the same work on one thing after another, and are missed when they are gone."""

from __future__ import annotations

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

_SECONDS_TO_END = 5
"""How long a process that has closed its pipe may take to be gone and leave its exit status."""

Task = TypeVar("Task")
Answer = TypeVar("Answer")


class Workers(Generic[Task, Answer]):
    """Up to `number` processes, each started when there is work for it, and ended together.

    `prepare` is called once in each, and returns what does the work there.

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
        resource_tracker.ensure_running()  # which lets interrupts through again, so: first

    def submit(self, asked: Task) -> Future[Answer]:
        """Have work done; what comes of it raises `WorkerEnded`, or `Elsewhere` if it failed."""
        with _interrupts_held():
            if len(self._started) < self._number:
                worker = _Worker(self._prepare)
                self._started.append(worker)
                self._free.put(worker)
            return self._threads.submit(self._ask, asked)

    def _ask(self, asked: Task) -> Answer:
        worker = self._free.get()
        try:
            told: Answer = worker.ask(asked)
        finally:
            self._free.put(worker)
        return told

    def __enter__(self) -> Workers[Task, Answer]:
        return self

    def __exit__(
        self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None
    ) -> None:
        """End every process, at work or not: what it holds is wanted no more."""
        for worker in self._started:
            worker.end()
        self._threads.shutdown(cancel_futures=True)


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Start threads and processes, which inherit this, so that Ctrl-C is for the first alone."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class _Worker:
    """One process, and the pipe to it."""

    def __init__(self, prepare: Callable[[], Callable[[Any], Any]]) -> None:
        spawn = get_context("spawn")
        self._prepare: Callable[[], Callable[[Any], Any]] | None = prepare
        self._pipe, theirs = spawn.Pipe()
        with theirs:
            # Not with what may be large: the pipe by which it would go there is not closed where
            # the process is killed before it has read it.
            self._process = spawn.Process(target=_serve, args=(theirs,), daemon=True)
            try:
                self._process.start()
            except OSError as error:
                why = f"A worker process could not be started ({error.strerror})"
                raise WorkerEnded(f"{why}: {_WHAT_TO_DO}") from None

    def ask(self, asked: Any) -> Any:
        try:
            if self._prepare is not None:
                self._pipe.send(self._prepare)
                self._prepare = None
            self._pipe.send(asked)
            told = self._pipe.recv()
        except (EOFError, OSError):
            self._process.join(_SECONDS_TO_END)
            how = _how_it_ended(self._process.exitcode)
            why = f"A worker process was ended ({how}), perhaps for want of memory"
            raise WorkerEnded(f"{why}: {_WHAT_TO_DO}") from None
        if isinstance(told, Elsewhere):
            raise told
        return told

    def end(self) -> None:
        self._process.kill()
        self._process.join()


_WHAT_TO_DO = "what was asked for is not complete. Try again with fewer --jobs."


def _how_it_ended(status: int | None) -> str:
    try:
        return signal.Signals(-(status or 0)).name
    except ValueError:
        return f"exit status {status}"


def _serve(pipe: Connection) -> None:
    """Do one piece of work after another, in a process of its own, while somebody asks."""
    with suppress(EOFError, OSError):
        work = pipe.recv()()
        while True:
            asked = pipe.recv()
            try:
                told = work(asked)
            except Exception as error:  # it is told by who asked
                told = Elsewhere(named(error))
            pipe.send(told)
