"""What the commands of the audit cycle share: a store, or why it is of no use."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from casecheck.cli import stores_used
from casecheck.qag.store.store import DEFAULT_STORE, Store, StoreError

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
    except StoreError as error:
        raise click.ClickException(str(error)) from None
