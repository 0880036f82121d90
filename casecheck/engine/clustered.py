"""Tell the instances that the engine found once for each cluster of days, where a page says so."""

from __future__ import annotations

from collections import defaultdict

from casecheck.engine.derived import FoundRows
from casecheck.engine.matches import Members
from casecheck.engine.outcomes import Instances
from casecheck.engine.ruleset import OnceRule
from casecheck.truth.clusters import Dated, told_once


def clustered(instances: Instances, once: OnceRule | None, rows: FoundRows) -> Instances:
    """Return the instances of a population that are told, with how many others each tells."""
    if once is None:
        return instances
    by_record: dict[int, list[Dated[Members]]] = defaultdict(list)
    # In the order in which they weigh in an outcome.
    for gravity, of_it in enumerate(instances[:4]):
        for members in of_it:
            facts = (members,) if isinstance(members, str) else members
            day, same = (
                rows.quantity(facts[one.member], one.quantity) for one in (once.day, once.same)
            )
            by_record[rows.record(facts[0])].append(Dated(members, gravity, day, same))
    told: dict[Members, int] = {}
    for dated in by_record.values():
        told |= told_once(dated, once.days)
    breach, insufficient, met, unsettled = (of_it & told.keys() for of_it in instances[:4])
    return Instances(breach, insufficient, met, unsettled, told)
