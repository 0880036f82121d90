"""Nothing of an audited record refers to itself: it is freed at once, without the collector."""

from __future__ import annotations

import gc
import json

import pytest
import shipped
from command_line import SAMPLES


def audited() -> int:
    """Audit the sample cases; return how many findings there are, and let go of all of it."""
    records = [json.loads(path.read_bytes()) for path in sorted(SAMPLES.glob("c-01*.json"))]
    return sum(len(one.findings) for one in shipped.audit_together(records))


@pytest.mark.slow
def test_an_audit_leaves_nothing_to_the_collector() -> None:
    assert audited()  # what is made once for all records is made by now
    gc.collect()
    gc.disable()
    try:
        assert audited() > 100
        assert gc.collect() == 0
    finally:
        gc.enable()
