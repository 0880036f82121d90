"""Shows on a terminal what is longer than its screen, through the reader's own pager."""

from __future__ import annotations

import io
import shutil
import sys

import click


class Screen(io.StringIO):
    """Takes what a terminal is to show, to be shown at once when it is whole.

    It says that it is a terminal, so that what is written to it has a terminal's width and colour.
    """

    def isatty(self) -> bool:
        """It will be shown on one."""
        return True

    def show(self) -> None:
        """Show it: as it is where it fits on the screen, else through `$PAGER`, or `less`."""
        text = self.getvalue()
        if text.count("\n") < shutil.get_terminal_size().lines:
            click.echo(text, nl=False)
        else:
            click.echo_via_pager(text.removesuffix("\n"))  # which it adds


def screen_for(report_format: str, to_file: bool) -> Screen | None:
    """Return what takes a report in words for a terminal; None where it goes anywhere else."""
    on_terminal = report_format == "text" and not to_file and sys.stdout.isatty()
    return Screen() if on_terminal else None
