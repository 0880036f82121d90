"""The checks as SQL, by hand, for DuckDB: what a data team would write over nested JSON."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
from common import CHECKS, NONE, Found, working_days

_COLUMNS = """{
    case_id: 'VARCHAR', extracted_on: 'DATE',
    coverage: 'STRUCT(meetings STRUCT(incomplete BOOLEAN))',
    people: 'STRUCT(id VARCHAR, born VARCHAR)[]',
    plans: 'STRUCT(id VARCHAR, "level" VARCHAR, "start" DATE)[]',
    meetings: 'STRUCT(id VARCHAR, kind VARCHAR, plan VARCHAR, "on" DATE, attended VARCHAR[],
                      child_views BOOLEAN)[]',
    risks: 'STRUCT(id VARCHAR, subject VARCHAR, kind VARCHAR, identified_on DATE,
                   resolved_on DATE)[]',
    mitigations: 'STRUCT(risk VARCHAR, recorded_on DATE)[]',
    assessments: 'STRUCT(subject VARCHAR, kind VARCHAR, started_on DATE, completed_on DATE,
                         considers VARCHAR[])[]',
    actions: 'STRUCT(due DATE, completed_on DATE)[]',
    workers: 'STRUCT(id VARCHAR, role VARCHAR)[]',
    training: 'STRUCT(worker VARCHAR, topic VARCHAR, completed_on DATE)[]'
}"""
_SECTIONS = {
    "people": ("young-assessed",),
    "plans": ("reviewed", "core-group"),
    "meetings": ("not-repeated", "child-views", "quorum"),
    "risks": ("answered", "violence-considered"),
    "mitigations": (),
    "assessments": ("in-45-days",),
    "actions": ("done-in-time",),
    "workers": ("trained",),
    "training": (),
}
"""The sections, and the checks that ask about the rows of each."""
# k3: a condition as 0, 1 or 2. found: the same for rows that were looked for, by a left join.
_MACROS = """
CREATE OR REPLACE MACRO k3(holds) AS CASE WHEN holds THEN 2 WHEN holds IS NULL THEN 1 ELSE 0 END;
CREATE OR REPLACE MACRO birthday(born, years) AS
    CASE WHEN month(born) = 2 AND day(born) = 29 THEN make_date(year(born) + years, 3, 1)
         ELSE make_date(year(born) + years, month(born), day(born)) END;
CREATE OR REPLACE MACRO born_first(born) AS
    CASE length(born) WHEN 4 THEN make_date(born::INT, 1, 1)
         WHEN 7 THEN (born || '-01')::DATE ELSE born::DATE END;
CREATE OR REPLACE MACRO born_last(born) AS
    CASE length(born) WHEN 4 THEN make_date(born::INT, 12, 31)
         WHEN 7 THEN last_day((born || '-01')::DATE) ELSE born::DATE END;
"""
_CHECKS = """
CREATE TEMP TABLE instances AS
SELECT 'reviewed' AS name, p.case_id, p.nth, 2 AS asked,
    greatest(max(p.meetings_more),
             max(CASE WHEN m.case_id IS NULL THEN 0 ELSE k3(m.plan = p.id) END)) AS met
FROM plans p LEFT JOIN meetings m ON m.case_id = p.case_id AND m.kind = 'review_conference'
    AND m.on BETWEEN p.start AND p.start + 92
WHERE p.level = 'child_protection' AND p.start + 92 <= p.today
GROUP BY p.case_id, p.nth
UNION ALL
SELECT 'core-group', p.case_id, p.nth, 2,
    greatest(max(p.meetings_more),
             max(CASE WHEN m.case_id IS NULL THEN 0 ELSE k3(m.plan = p.id) END))
FROM plans p JOIN wd begun ON begun.day = p.start JOIN wd now ON now.day = p.today
    LEFT JOIN (SELECT meetings.*, number FROM meetings JOIN wd ON wd.day = meetings.on) m
        ON m.case_id = p.case_id AND m.kind = 'core_group' AND m.on >= p.start
        AND m.number - begun.number <= 10
WHERE p.level = 'child_protection' AND now.number - begun.number >= 10
GROUP BY p.case_id, p.nth
UNION ALL
SELECT 'answered', r.case_id, r.nth, 2,
    greatest(max(r.mitigations_more), max(CASE WHEN m.case_id IS NULL THEN 0 ELSE 2 END),
             max(CASE WHEN r.resolved_on <= r.identified_on + 90 THEN 2 ELSE 0 END))
FROM risks r LEFT JOIN mitigations m ON m.case_id = r.case_id AND m.risk = r.id
    AND m.recorded_on <= r.identified_on + 90
WHERE r.identified_on + 90 <= r.today
GROUP BY r.case_id, r.nth
UNION ALL
SELECT 'not-repeated', m.case_id, m.nth, 2,
    2 - greatest(max(m.meetings_more),
                 max(CASE WHEN o.case_id IS NULL THEN 0 ELSE k3(o.plan = m.plan) END))
FROM meetings m LEFT JOIN meetings o ON o.case_id = m.case_id AND o.kind = 'review_conference'
    AND o.on > m.on AND o.on <= m.on + 160
WHERE m.kind = 'review_conference'
GROUP BY m.case_id, m.nth
UNION ALL
SELECT 'young-assessed', p.case_id, p.nth,
    any_value(CASE WHEN p.born IS NULL THEN 1 WHEN p.today < birthday(born_first(p.born), 5) THEN 2
                   WHEN p.today >= birthday(born_last(p.born), 5) THEN 0 ELSE 1 END),
    greatest(max(p.assessments_more), max(CASE WHEN a.case_id IS NULL THEN 0 ELSE 2 END))
FROM people p LEFT JOIN assessments a ON a.case_id = p.case_id AND a.kind = 'child_and_family'
    AND a.subject = p.id
GROUP BY p.case_id, p.nth
UNION ALL
SELECT 'child-views', case_id, nth, 2, k3(child_views) FROM meetings
WHERE kind IN ('review_conference', 'child_in_need_review')
UNION ALL
SELECT 'quorum', case_id, nth, 2,
    k3(len(list_distinct(attended)) >= 3 AND list_contains(attended, 'police')) FROM meetings
WHERE kind = 'initial_conference'
UNION ALL
SELECT 'done-in-time', case_id, nth, k3(due + 14 <= today),
    CASE WHEN completed_on IS NULL THEN 0 ELSE k3(completed_on <= due + 14) END FROM actions
UNION ALL
SELECT 'trained', w.case_id, w.nth, 2,
    greatest(max(w.training_more), max(CASE WHEN t.case_id IS NULL THEN 0 ELSE 2 END))
FROM workers w LEFT JOIN training t ON t.case_id = w.case_id AND t.worker = w.id
    AND t.topic = 'neglect' AND t.completed_on + 1095 >= w.today
WHERE w.role = 'practitioner'
GROUP BY w.case_id, w.nth
UNION ALL
SELECT 'in-45-days', a.case_id, a.nth, 2,
    CASE WHEN done.number - begun.number <= 45 THEN 2 ELSE 0 END
FROM assessments a JOIN wd begun ON begun.day = a.started_on JOIN wd now ON now.day = a.today
    LEFT JOIN wd done ON done.day = a.completed_on
WHERE now.number - begun.number >= 45
UNION ALL
SELECT 'violence-considered', r.case_id, r.nth, 2,
    greatest(max(r.assessments_more), max(CASE WHEN a.case_id IS NULL THEN 0
        ELSE k3(list_contains(a.considers, 'domestic_abuse')) END))
FROM risks r LEFT JOIN assessments a ON a.case_id = r.case_id AND a.subject = r.subject
WHERE r.kind = 'domestic_abuse'
GROUP BY r.case_id, r.nth
"""
_FINDINGS = """
SELECT case_id, name, nth, CASE WHEN asked = 2 AND met = 0 THEN 'breach'
                               ELSE 'insufficient_evidence' END
FROM instances WHERE asked > 0 AND met < 2
UNION ALL
SELECT case_id, name, nth, 'insufficient_evidence' FROM instances i
WHERE asked = 1 AND met = 2 AND NOT EXISTS (
    FROM instances j WHERE j.case_id = i.case_id AND j.name = i.name AND j.asked > 0
        AND (j.asked = 2 OR j.met < 2))
"""
_OUTCOMES = """
SELECT case_id, name,
    CASE WHEN bool_or(asked = 2 AND met = 0) THEN 'breach'
         WHEN bool_or(met < 2) THEN 'insufficient_evidence'
         WHEN bool_or(asked = 2) THEN 'compliant' ELSE 'insufficient_evidence' END
FROM instances WHERE asked > 0 GROUP BY case_id, name
"""


def find(file: Path, threads: int = 1) -> Found:
    """Return what the checks find in a file of records."""
    base = duckdb.connect(":memory:", config={"threads": threads})
    base.execute(_MACROS)
    first, last = date(1990, 1, 1).toordinal(), date(2035, 1, 1).toordinal()
    base.execute(
        "CREATE TEMP TABLE wd AS SELECT DATE '1990-01-01' + nth::INT AS day, number FROM"
        " (SELECT unnest($1) AS number, unnest(range(len($1))) AS nth)",
        [[working_days(one) for one in range(first, last)]],
    )
    base.execute(
        "CREATE TEMP TABLE records AS SELECT *, extracted_on AS today,"
        f" {', '.join(_more(section) for section in _SECTIONS)} FROM read_json('{file}',"
        f" format = 'newline_delimited', columns = {_COLUMNS})"
    )
    more = ", ".join(f"{section}_more" for section in _SECTIONS)
    for section in _SECTIONS:
        base.execute(
            f"CREATE TEMP TABLE {section} AS SELECT case_id, today, {more}, nth, row.* FROM"
            f" (SELECT *, unnest({section}) AS row,"
            f" generate_subscripts({section}, 1) - 1 AS nth FROM records)"
        )
    base.execute(_CHECKS)
    for section, checks in _SECTIONS.items():
        for check in checks:
            base.execute(
                f"INSERT INTO instances SELECT '{check}', case_id, NULL, 1, 1 FROM records"
                f" WHERE {section}_more = 1"
            )
    return _found(base)


def _more(section: str) -> str:
    part = " OR coverage.meetings.incomplete" if section == "meetings" else ""
    return f"CASE WHEN {section} IS NULL{part} THEN 1 ELSE 0 END AS {section}_more"


def _found(base: duckdb.DuckDBPyConnection) -> Found:
    of = {check: section for section, checks in _SECTIONS.items() for check in checks}
    findings: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for case_id, check, at, kind in base.execute(_FINDINGS).fetchall():
        pointer = f"/{of[check]}" if at is None else f"/{of[check]}/{at}"
        findings.setdefault((case_id, check), []).append((pointer, kind))
    cases = [one for (one,) in base.execute("SELECT case_id FROM records").fetchall()]
    found: Found = {one: dict.fromkeys(CHECKS, (NONE, ())) for one in cases}
    for case_id, check, outcome in base.execute(_OUTCOMES).fetchall():
        told = tuple(sorted(findings.get((case_id, check), ())))
        found[case_id][check] = (outcome, told)
    return found
