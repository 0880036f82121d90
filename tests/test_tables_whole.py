"""The tables of a report stand all or none, and what goes wrong is told for what it is."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import click
import pytest

from casecheck.cli.tables import tables_to
from casecheck.report.audit.parquet import FILES


@pytest.mark.parametrize("fails", range(1, len(FILES) + 1))
def test_where_one_cannot_be_written_none_takes_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fails: int
) -> None:
    for name in FILES:
        tmp_path.joinpath(name).write_text("old")
    synced = []

    def full(handle: int) -> None:
        synced.append(handle)
        if len(synced) == fails:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"), tables_to(tmp_path) as files:
        files.cases.write(b"new")
    assert {file.name: file.read_text() for file in tmp_path.iterdir()} == dict.fromkeys(
        FILES, "old"
    )


def test_what_goes_wrong_with_the_audit_is_no_wrong_usage(tmp_path: Path) -> None:
    """An error of the system, as where a connection or the disk is lost, ends with its status."""
    with pytest.raises(ConnectionResetError), tables_to(tmp_path):
        raise ConnectionResetError(errno.ECONNRESET, "Connection reset")


def test_a_folder_that_cannot_be_made_is_wrong_usage(tmp_path: Path) -> None:
    tmp_path.joinpath("file").write_text("")
    with pytest.raises(click.UsageError, match="--output"), tables_to(tmp_path / "file" / "more"):
        pass
