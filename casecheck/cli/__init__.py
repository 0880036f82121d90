"""The command line: what is typed, what is printed, and the exit status."""

from __future__ import annotations

import os
import signal
import sys
from typing import Any, TextIO

import click

from casecheck import __version__
from casecheck.cli.lazy import LazyGroup
from casecheck.lessons.errors import RulesError
from casecheck.unforeseen import named

EXIT_FAILED_ON = 1
EXIT_USAGE = 2
EXIT_INCOMPLETE = 3
EXIT_INTERNAL = 4
EXIT_INTERRUPTED = 128 + signal.SIGINT
EXIT_CLOSED_PIPE = 128 + signal.SIGPIPE

_COMMANDS = {
    "audit": "Audit case records against the lessons and report.",
    "check": "Read and validate case records only; say which lessons they can answer.",
    "explain": "Put a lesson in words, or show how a case came to its outcome.",
    "rules": "List the lessons in force; write, test, lint and document lessons.",
    "schema": "Print the JSON Schema of a case record, or of a page of rules.",
    "size": "Say how many cases to look at, and what they can show.",
    "sample": "Draw a sample of the cases of a saved audit.",
    "pack": "Write packs for auditors to judge a sample's cases in.",
    "judge": "Take the judgments of filled-in packs, or prove the log whole.",
    "estimate": "Say how compliant practice is, and what the engine misses.",
    "runs": "List the audits that were saved, or delete one.",
    "compare": "Compare two saved audits: new, gone and standing findings.",
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
    sys.exit(run(arguments))


def run(arguments: list[str] | None = None) -> int:
    """Run the command line and return the exit status; no error shows a traceback or content."""
    stdout, stderr = sys.stdout, sys.stderr
    try:
        status: Any = cli.main(arguments, prog_name="casecheck", standalone_mode=False)
        sys.stdout.flush()
    except (click.ClickException, RulesError) as error:
        _tell(error)
        return EXIT_USAGE
    except (click.Abort, KeyboardInterrupt):
        click.echo("Interrupted: nothing more was written.", err=True)
        return EXIT_INTERRUPTED
    except (SystemExit, BrokenPipeError) as ended:
        return _ended(ended, stdout, stderr)
    except OSError as error:
        click.echo(_not_written(error), err=True)
        return EXIT_INTERNAL
    except Exception as error:  # the last place that can say it without a traceback
        click.echo(_internal(error), err=True)
        return EXIT_INTERNAL
    return status if isinstance(status, int) else 0


def _not_written(error: OSError) -> str:
    return (
        f"Not all could be read or written: {error.strerror}. What was to be shown or written is"
        " not complete. A store may hold its part already: see `casecheck runs list` and"
        " `casecheck sample list`."
    )


def _tell(error: click.ClickException | RulesError) -> None:
    if isinstance(error, click.ClickException):
        error.show()
        return
    # A lesson that can be read may ask more than the engine can do.
    from casecheck.cli.options import faults  # noqa: PLC0415 - `--help` is quick

    click.echo(f"Error: The rules cannot be used:\n{faults(error)}", err=True)


def _ended(ended: SystemExit | BrokenPipeError, stdout: TextIO, stderr: TextIO) -> int:
    """Return the exit status where click ends the process itself, or a pipe is closed.

    click ends it after shell completion and, having put others in the place of the two streams,
    at a closed pipe; but its status there, 1, is that of a --fail-on that was met.
    """
    if isinstance(ended, SystemExit) and sys.stdout is stdout:
        return ended.code if isinstance(ended.code, int) else EXIT_INTERNAL
    sys.stdout, sys.stderr = stdout, stderr
    _silence_stdout()
    return EXIT_CLOSED_PIPE


def _silence_stdout() -> None:
    """Let the interpreter close what is left of a closed pipe without a word."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())


def _internal(error: Exception) -> str:
    return (
        f"Internal error: {named(error)}. The audit is not complete."
        " Please report it with the version (casecheck --version); no record is needed."
    )
