"""What the commands of the audit cycle share: a store, or why it is of no use."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import click

from casecheck.audit.unforeseen import ReportStands
from casecheck.cli import stores_used
from casecheck.qag.store.file import StoreError
from casecheck.qag.store.store import DEFAULT_STORE, Store
from casecheck.text.printable import printable

_NOT_SEALED = (
    "Not sealed: {}. An older casecheck saved it, without a digest, so that nothing shows whether"
    " it is as it was saved."
)

store_option = click.option(
    "--store", "store_file", type=click.Path(path_type=Path), default=DEFAULT_STORE,
    show_default=True, metavar="FILE", help="The store of runs, samples and judgments.",
)  # fmt: skip


@contextmanager
def open_store(file: Path, *, create: bool = False) -> Iterator[Store]:
    """Open a store for a command; what it cannot do with it ends the command (exit 2)."""
    stores_used.append(file)
    try:
        with Store.open(file, create=create) as store:
            yield store
            for what in store.not_sealed:
                click.echo(printable(_NOT_SEALED.format(what)), err=True)
    except StoreError as error:
        raise click.ClickException(str(error)) from None


@contextmanager
def last(writing: AbstractContextManager[None], what: str, output: Path | None) -> Iterator[None]:
    """Save what is written to a store when the context ends: after the report that is within it.

    What goes wrong within takes it back; what fails at the end says that the report stands.
    """
    stands = False
    try:
        with writing:
            yield
            stands = True
    except OSError as error:
        if not stands:
            raise
        where = f"The report in {output} is whole" if output else "The report is whole"
        message = f"{error.strerror}. {where}, but {what} was not saved"
        raise ReportStands(error.errno, message) from error
