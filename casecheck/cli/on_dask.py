"""The Dask cluster that `--dask` names."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

import click

from casecheck.qag.extras import need
from casecheck.text.printable import printable

if TYPE_CHECKING:
    from casecheck.audit.running import Elsewhere

_SECONDS = 30
"""How long a scheduler may take to answer, and then to have a first worker."""


@contextmanager
def dask_cluster(address: str | None, **not_there: object) -> Iterator[Elsewhere | None]:
    """Yield what audits chunks on a cluster; None where none is named.

    `not_there` are options of processes and files of this machine, which say nothing there.
    """
    if address is None:
        yield None
        return
    for name, given in not_there.items():
        if given:
            raise click.UsageError(f"--dask has others audit: leave out --{name}")
    distributed = need("distributed", "an audit on a Dask cluster", "dask")
    from casecheck.audit.on_dask import audit_on  # noqa: PLC0415 - rarely asked for

    try:
        client = distributed.Client(address, timeout=_SECONDS, set_as_default=False)
    except (OSError, ValueError, TypeError):
        shown = printable(address)
        raise click.UsageError(
            f"--dask {shown!r}: no Dask scheduler answers there;"
            " an address looks like tcp://scheduler:8786"
        ) from None
    with client:
        try:
            client.wait_for_workers(1, timeout=_SECONDS)
        except TimeoutError:
            raise click.UsageError(f"--dask {printable(address)}: it has no worker") from None
        yield partial(audit_on, client)
