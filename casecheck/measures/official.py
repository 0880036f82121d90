"""Published official statistics, only where they count what a measure counts.

The figures are carried with their source, in `official.toml`, beside the reason why other measures
have none. The reporting year of the published ones ends on 31 March, so four quarters make one.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True)
class Counterpart:
    """The published figures that count the same as a number of a measure."""

    measure: str
    what: str
    """What both count, in words."""
    of: str
    """The number of the measure that is meant, such as `members`."""
    caution: str
    source: str
    figures: Mapping[str, Mapping[int, int]]
    """Area to reporting year (that of its 31 March) to the published count."""


@dataclass(frozen=True)
class Comparison:
    """One reporting year: what the records count, beside what was published."""

    year: int
    ours: int
    published: Mapping[str, int]
    """Area to count."""


def counterpart(measure: str) -> Counterpart | None:
    """Return what was published of a measure's own definition, None where nothing was."""
    table = _data()["counterpart"].get(measure)
    if table is None:
        return None
    source = _data()["source"]
    figures = {
        area: {int(year): count for year, count in years.items()}
        for area, years in _data()["figures"][table["column"]].items()
    }
    cited = f"{source['publication']}; {source['table']} ({source['file']}, {table['column']})"
    return Counterpart(measure, table["what"], table["of"], table["caution"], cited, figures)


def why_none(measure: str) -> str:
    """Return why a measure has no counterpart, in words.

    Raises:
        KeyError: of a measure that has one.
    """
    if measure in _data()["counterpart"]:
        raise KeyError(measure)
    unknown = "nobody has looked whether one is published by its definition"
    return str(_data()["none"].get(measure, unknown))


def compare(found: Counterpart, quarters: Mapping[str, int]) -> list[Comparison]:
    """Return the reporting years of which all four quarters are given, and something was published.

    Args:
        found: of the measure.
        quarters: complete quarters as `2024-Q1` to what the records count in each; leave out those
            that are not complete, or not shown.
    """
    compared = []
    for year in sorted({year for years in found.figures.values() for year in years}):
        wanted = [*(f"{year - 1}-Q{quarter}" for quarter in (2, 3, 4)), f"{year}-Q1"]
        if all(quarter in quarters for quarter in wanted):
            published = {
                area: years[year] for area, years in found.figures.items() if year in years
            }
            compared.append(
                Comparison(year, sum(quarters[quarter] for quarter in wanted), published)
            )
    return compared


@cache
def _data() -> dict[str, Any]:
    text = files("casecheck.measures").joinpath("official.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
