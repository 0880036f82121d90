"""Make an invented return of looked after children (SSDA903): nobody in it lives.

    python tools/make_looked_after.py return_903 --children 20

The same numbers give the same files.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random

HEADS = {
    "header": ["CHILD", "SEX", "DOB", "ETHNIC", "UPN", "MOTHER", "MC_DOB"],
    "episodes": ["CHILD", "DECOM", "RNE", "LS", "CIN", "DEC", "REC"],
    "reviews": ["CHILD", "DOB", "REVIEW", "REVIEW_CODE"],
    "missing": ["CHILD", "DOB", "MISSING", "MIS_START", "MIS_END"],
}
Rows = dict[str, list[list[str]]]


def day(value: date | None) -> str:
    """Return a day as the return has it."""
    return f"{value:%d/%m/%Y}" if value else ""


def child(name: str, rng: Random, last: date) -> Rows:
    """Return the rows of one child, by file."""
    birth = last - timedelta(rng.randrange(4 * 365, 17 * 365))
    begun = last - timedelta(rng.randrange(200, 1200))
    moved = begun + timedelta(rng.randrange(60, 180))
    end = last - timedelta(rng.randrange(10, 90)) if rng.random() < 0.3 else None
    is_mother = birth < last - timedelta(16 * 365) and rng.random() < 0.5
    first_child = day(last - timedelta(rng.randrange(30, 300))) if is_mother else ""
    year = last.replace(year=last.year - 1) + timedelta(1)
    reviews = [begun + timedelta(20 + 150 * at + rng.randrange(40)) for at in range(9)]
    episodes = [[name, day(begun), "S", "C2", "N1", day(moved), "X1"],
                [name, day(moved), "P", "C2", "N1", day(end), "E4A" if end else ""]]  # fmt: skip
    rows: Rows = {
        "header": [[name, "2", day(birth), "NOBT", "", "1" if is_mother else "", first_child]],
        "episodes": [one for one, until in zip(episodes, (moved, end), strict=True)
                     if until is None or until >= year],
        "reviews": [[name, day(birth), day(on), rng.choice(("PN1", "PN2", "PN5", "PN7"))]
                    for on in reviews if year <= on <= (end or last)],
        "missing": [],
    }  # fmt: skip
    if rng.random() < 0.2:
        on = max(year, begun) + timedelta(rng.randrange(20))
        rows["missing"].append([name, day(birth), "M", day(on), day(on + timedelta(1))])
    return rows


def returns(number: int, seed: int, last: date) -> Iterator[tuple[str, list[list[str]]]]:
    """Yield the files of a return: name, and rows below their heads."""
    rng = Random(seed)  # noqa: S311 - no secret
    every = [child(f"INV{at:07d}", rng, last) for at in range(1, number + 1)]
    for name, heads in HEADS.items():
        yield name, [heads, *(row for one in every for row in one[name])]


def main() -> None:
    """Write the files."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--children", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--reference", type=date.fromisoformat, default=date(2026, 3, 31))
    options = parser.parse_args()
    options.folder.mkdir(exist_ok=True)
    for name, rows in returns(options.children, options.seed, options.reference):
        with (options.folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as out:
            csv.writer(out).writerows(rows)
    print(f"{options.children:,} invented children in {options.folder}")


if __name__ == "__main__":
    main()
