"""The comparison with other engines: each comes to what casecheck does, and the command runs."""

from __future__ import annotations

import importlib
import subprocess
import sys
from pathlib import Path

import pytest
from command_line import ROOT

PEERS = ROOT / "benchmarks" / "peers"
pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("module", "package"),
    [("plain", ""), ("duck", "duckdb"), ("by_rule_engine", "rule_engine"), ("by_cel", "celpy")],
)
def test_a_peer_finds_what_casecheck_does(
    module: str, package: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if package:
        pytest.importorskip(package, reason=f"{package} is not installed: see {PEERS.name}")
    monkeypatch.syspath_prepend(str(PEERS))
    file = tmp_path / "records.jsonl"
    for options in ([], ["--cut-down"]):
        command = [sys.executable, str(PEERS / "records.py"), "--records", "40", *options]
        file.write_bytes(subprocess.run(command, capture_output=True, check=True).stdout)
        found = importlib.import_module(module).find(file)
        assert found == importlib.import_module("product").find(file)
        kinds = {outcome for of in found.values() for outcome, _ in of.values()}
        assert len(kinds) == 4
