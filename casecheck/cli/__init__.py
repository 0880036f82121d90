"""The command line: what is typed, what is printed, and the exit status."""

from __future__ import annotations

import errno
import io
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any, TextIO

import click

from casecheck import __version__
from casecheck.audit.unforeseen import ReportStands, named
from casecheck.cli.lazy import LazyGroup
from casecheck.lessons.errors import RulesError
from casecheck.text.printable import printable

EXIT_FAILED_ON = 1
EXIT_USAGE = 2
EXIT_INCOMPLETE = 3
EXIT_INTERNAL = 4
EXIT_INTERRUPTED = 128 + signal.SIGINT
EXIT_TERMINATED = 128 + signal.SIGTERM
EXIT_CLOSED_PIPE = 128 + signal.SIGPIPE

_NO_SUCH_NAME = {errno.ENAMETOOLONG, errno.ELOOP}
"""How the system says that there can be no file of a name, wherever it was typed."""
_TOO_LITTLE_MEMORY = (
    "There was not enough memory, and what was to be shown or written is not complete. Close other"
    " programs, or take fewer files at a time."
)

stores_used: list[Path] = []
"""The stores that this command has opened."""

_COMMANDS = {
    "audit": "Audit case records against the lessons and report.",
    "check": "Read and validate case records only; say which lessons they can answer.",
    "import": "Make case records of files that councils hold.",
    "explain": "Put a lesson in words, or show how a case came to its outcome.",
    "rules": "List the lessons in force; write, test, lint and document lessons.",
    "schema": "Print the JSON Schema of a case record, or of a page of rules.",
    "size": "Say how many cases to look at, and what they can show.",
    "sample": "Draw a sample of the cases of a saved audit.",
    "pack": "Write packs for auditors to judge a sample's cases in.",
    "judge": "Take the judgments of filled-in packs, or prove the log whole.",
    "board": "Write the board paper: what was promised, and what the records show.",
    "estimate": "Say how compliant practice is, and what the engine misses.",
    "measures": "Ask the response's measures of records, for each period.",
    "runs": "List the audits that were saved, or delete one.",
    "compare": "Compare two saved audits: new, gone and standing findings.",
    "register": "List what a board promised, and keep what became of it.",
    "key": "Make the key by which people get pseudonyms, or try a copy of it.",
    "whois": "Say whose case this is, for those who hold the key and the source.",
    "guard": "Say what in files looks like somebody's identity, and where.",
}


@click.group(
    cls=LazyGroup,
    package="casecheck.cli",
    lazy=_COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Example: casecheck audit sample_cases/\n\nShell completion: put "
    'eval "$(_CASECHECK_COMPLETE=bash_source casecheck)" into ~/.bashrc, or the same with '
    "zsh_source into ~/.zshrc.",
)
@click.version_option(__version__, prog_name="casecheck")
def cli() -> None:
    """Check anonymised case records against the lessons of a safeguarding review.

    A finding is a question for an auditor, not a verdict on a worker. Nothing leaves this machine.
    """


def main(arguments: list[str] | None = None) -> None:
    """Run the command line, and end the process with its exit status."""
    # As Ctrl-C does, so that no half-written file is left and no worker process.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(EXIT_TERMINATED))
    sys.exit(run(arguments))


def run(arguments: list[str] | None = None) -> int:
    """Run the command line and return the exit status; no error shows a traceback or content."""
    _open_closed_streams()
    stores_used.clear()
    stdout, stderr = sys.stdout, sys.stderr
    try:
        status: Any = cli.main(arguments, prog_name="casecheck", standalone_mode=False)
        sys.stdout.flush()
    except (click.ClickException, RulesError) as error:
        return _tell(_usage(error), EXIT_USAGE)
    except (click.Abort, KeyboardInterrupt):
        return _tell("Interrupted: nothing more was written.", EXIT_INTERRUPTED)
    except (SystemExit, BrokenPipeError) as ended:
        return _ended(ended, stdout, stderr)
    except (OSError, MemoryError) as error:
        _silence(sys.stdout)
        return _tell(*_of_the_system(error))
    except Exception as error:  # the last place that can say it without a traceback
        return _tell(_internal(error), EXIT_INTERNAL)
    return status if isinstance(status, int) else 0


def _open_closed_streams() -> None:
    """Open what stands for the standard streams that were closed (`2>&-`): Python leaves None.

    In their order, since the system gives each the lowest number that is free. What is written to
    standard output is then an error; it is lost on nobody where it goes to a file.
    """
    for name, mode, flags in (
        ("stdin", "r", os.O_RDONLY),
        ("stdout", "w", os.O_RDONLY),
        ("stderr", "w", os.O_WRONLY),
    ):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, flags), mode, encoding="utf-8"))


def _tell(message: str, status: int) -> int:
    """Say why the command ends, if anybody hears it, and return its exit status all the same."""
    try:
        click.echo(message, err=True)
        sys.stderr.flush()
    except (OSError, ValueError):
        _silence(sys.stderr)
    return status


def _usage(error: click.ClickException | RulesError) -> str:
    """Return what is wrong with the command or the rules; what it quotes does no harm."""
    if isinstance(error, RulesError):
        # A lesson that can be read may ask more than the engine can do.
        return "Error: The rules cannot be used:\n" + "\n".join(
            printable(str(one)) for one in error.errors
        )
    shown = _Shown()
    error.show(shown)
    return "\n".join(map(printable, shown.getvalue().rstrip("\n").split("\n")))


class _Shown(io.StringIO):
    """Takes what click shows, as a terminal does: elsewhere click leaves control characters out."""

    def isatty(self) -> bool:
        return True


def _of_the_system(error: OSError | MemoryError) -> tuple[str, int]:
    """Return what to say where the system would not, and the exit status."""
    if isinstance(error, MemoryError):
        return _TOO_LITTLE_MEMORY + _perhaps_saved(), EXIT_INTERNAL
    if error.errno in _NO_SUCH_NAME and error.filename is not None:
        return _no_such_name(error), EXIT_USAGE
    return _not_written(error), EXIT_INTERNAL


def _not_written(error: OSError) -> str:
    why = str(error.strerror or (error.args[0] if error.args else "") or type(error).__name__)
    if isinstance(error, ReportStands):
        return printable(f"{why}. See `casecheck runs list` and `casecheck sample list`.")
    where = f" ({error.filename})" if error.filename else ""
    told = printable(f"Not all could be read or written: {why}{where}.")
    return f"{told} What was to be shown or written is not complete.{_perhaps_saved()}"


def _perhaps_saved() -> str:
    if not stores_used:
        return ""
    where = "`casecheck runs list` and `casecheck sample list`"
    return f" The store may hold its part already: see {where}."


def _no_such_name(error: OSError) -> str:
    return f"Error: {printable(str(error.filename))}: {error.strerror}: name another file"


def _ended(ended: SystemExit | BrokenPipeError, stdout: TextIO, stderr: TextIO) -> int:
    """Return the exit status where click ends the process itself, or a pipe is closed.

    click ends it after shell completion and, having put others in the place of the two streams,
    at a closed pipe; but its status there, 1, is that of a --fail-on that was met.
    """
    if isinstance(ended, SystemExit) and sys.stdout is stdout:
        return ended.code if isinstance(ended.code, int) else EXIT_INTERNAL
    sys.stdout, sys.stderr = stdout, stderr
    _silence(sys.stdout)
    return EXIT_CLOSED_PIPE


def _silence(stream: TextIO) -> None:
    """Let the interpreter close what is left of a stream that takes no more, without a word."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _internal(error: Exception) -> str:
    return (
        f"Internal error: {named(error)}. The audit is not complete."
        " Please report it with the version (casecheck --version); no record is needed."
    )
