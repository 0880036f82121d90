"""The folder in which a report of several tables is written."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from casecheck.text.printable import printable
from casecheck.text.whole_file import (
    WRONG_PLACE,
    UnfitTarget,
    make_folder,
    target_of,
    whole_file,
)

if TYPE_CHECKING:
    from casecheck.report.audit.parquet import TableFiles


@contextmanager
def tables_to(folder: Path | None) -> Iterator[TableFiles]:
    """Yield the files of the tables; none takes its place before all are written.

    Those of an earlier report are replaced, and other files of the folder are left alone.
    """
    from casecheck.report.audit.parquet import FILES, TableFiles  # noqa: PLC0415 - rarely asked for

    if folder is None:
        message = f"--format parquet writes {', '.join(FILES)}: name a folder, --output results/"
        raise click.UsageError(message)
    shown = printable(str(folder))
    if folder.exists() and not folder.is_dir():
        raise click.UsageError(f"--output {shown}: a file; --format parquet needs a folder")
    try:
        make_folder(folder)
    except OSError as error:
        if error.errno not in WRONG_PLACE:
            raise
        raise click.UsageError(f"--output {shown}: {error.strerror}") from None
    try:
        with ExitStack() as opened:
            files = [opened.enter_context(whole_file(target_of(folder / one))) for one in FILES]
            yield TableFiles(*files)
            for one in files:  # what may fail does so before the first takes its place
                one.flush()
                os.fsync(one.fileno())
    except UnfitTarget as error:
        raise click.UsageError(f"--output {shown}: {error}") from None
    click.echo(f"Wrote {', '.join(FILES)} in {shown}.", err=True)
