"""A store with a sample in it, for tests of what comes after sampling."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from qag_store import prepared

from casecheck.qag.sampling.plan import Plan
from casecheck.qag.sampling.samples import draw_sample
from casecheck.qag.store.store import Store
from casecheck.results import Outcome

SEED = "dice 6 6 1 4 3 2"
"""With it C-0104, the case of the examples, is among the twelve."""


def sampled(folder: Path) -> Path:
    """Put a store of two runs and a simple sample of twelve of the second into a folder."""
    file = folder / "casecheck.db"
    file.write_bytes(_sampled())
    return file


@cache
def _sampled() -> bytes:
    applies = tuple(one for one in Outcome if one is not Outcome.NOT_APPLICABLE)
    with TemporaryDirectory(prefix="casecheck-tests-") as name:
        file = prepared(Path(name))
        with Store.open(file, create=False) as store:
            run = store.run("latest")
            draw_sample(store, run, Plan("simple", 12, run.lessons, applies), SEED, None)
        return file.read_bytes()
