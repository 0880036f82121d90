"""`casecheck rules`: what the lessons in force are, and all that their authors need."""

from __future__ import annotations

import click

from casecheck.cli.lazy import LazyGroup

_COMMANDS = {
    "list": "List the lessons in force, their checks and parameters.",
    "new": "Write a page for a new lesson, with examples to fill in.",
    "test": "Run the examples of lessons, and show why one fails.",
    "lint": "Find what loading cannot: missing examples, accusing words.",
    "mutate": "Change lessons one thing at a time: do the examples notice?",
    "try": "Run a page on records: outcomes, first findings, cost; at each save.",
    "diff": "Compare two versions of rules on records: what comes out otherwise?",
    "profile": "Say which checks cost most on records, and which rows multiply.",
    "docs": "Write a readable page for each lesson, and an index.",
}


@click.group(
    "rules",
    cls=LazyGroup,
    package="casecheck.cli.rules",
    lazy=_COMMANDS,
    epilog="Example: casecheck rules list --rules rules/",
)
def command() -> None:
    """List the lessons in force; write, test, lint and document lessons."""
