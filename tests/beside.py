"""Public files that may lie beside a clone, in a folder `shared`; else their tests skip."""

from __future__ import annotations

import os
from pathlib import Path

from command_line import ROOT


def beside(*names: str) -> Path:
    """The folder or file of such a name beside the clone or above it; one not there, else."""
    at = [folder.joinpath("shared", *names) for folder in ROOT.parents]
    return next((one for one in at if one.exists()), at[0])


CENSUS = Path(os.environ.get("CASECHECK_CENSUS", beside("data", "cin_census")))
"""Real returns of the CIN census, invented people, that others publish."""
