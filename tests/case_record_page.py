"""The generated parts of docs/case-record.md and docs/writing-a-lesson.md; run this file to bring
both pages up to date."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

from casecheck.record.codes import AbuseCategory, Agency, Topic
from casecheck.record.model import CONTRADICTORY_PAIRS, FIELDS, FieldSpec
from casecheck.record.record_model import ROW_MODELS, CaseRecordModel

DOCS = Path(__file__).parents[1] / "docs"
PAGE = DOCS / "case-record.md"
MANUAL = DOCS / "writing-a-lesson.md"
START = (
    "<!-- Generated from casecheck/record/record_model.py by tests/case_record_page.py: do not"
    " edit. -->\n"
)
END = "<!-- End of the generated part. -->\n"
LONG_LISTS = {
    get_args(Agency): "agencies",
    get_args(AbuseCategory): "abuse categories",
    get_args(Topic): "topics",
}
KINDS = {
    "id": "an id",
    "pseudonym": "a pseudonym",
    "born": "`YYYY-MM` or `YYYY`",
    "flag": "`true` or `false`",
    "date": "a day",
}
MORE = {"date": ", or `unknown`", "reference": ", or `unknown`"}
"""What a field of an event may hold beside the rest."""


def coded(values: tuple[str, ...]) -> str:
    return ", ".join(f"`{value}`" for value in values)


def holds(spec: FieldSpec) -> str:
    return held(spec) + (MORE[spec.kind] if spec.role == "event" else "")


def held(spec: FieldSpec) -> str:
    if spec.target:
        return f"id in `{spec.target}`" + (" or `none`" if spec.allows_none else "")
    if not spec.codes:
        return KINDS[spec.kind]
    choices = coded(spec.codes)
    if spec.codes in LONG_LISTS:
        choices = f"the [{LONG_LISTS[spec.codes]}](#{LONG_LISTS[spec.codes].replace(' ', '-')})"
    return f"a list of {choices}" if spec.kind == "codes" else f"one of {choices}"


def meaning(description: str) -> str:
    return description.partition(" Absent or null:")[0]


def absence(spec: FieldSpec, description: str) -> str:
    if spec.role == "required":
        return "**required**"
    return description.partition("Absent or null: ")[2].rstrip(".")


def tables() -> str:
    """Return a table for each section, and the long lists of codes."""
    lines = []
    for section, model in ROW_MODELS.items():
        description = meaning(CaseRecordModel.model_fields[section].description or "")
        lines += [f"### `{section}`", "", description, ""]
        lines += ["| field | holds | means | absent or null |", "| --- | --- | --- | --- |"]
        for spec, info in zip(FIELDS[section].values(), model.model_fields.values(), strict=True):
            text = info.description or ""
            said = meaning(text), absence(spec, text)
            lines.append(f"| `{spec.name}` | {holds(spec)} | {said[0]} | {said[1]} |")
        for start, end in CONTRADICTORY_PAIRS[section]:
            lines += ["", f"`{end}` before `{start}` is a contradiction."]
        lines.append("")
    for codes, name in LONG_LISTS.items():
        lines += [f"### {name.capitalize()}", "", f"{coded(codes)}.", ""]
    return "\n".join(lines)


def in_short(section: str) -> str:
    """Return a section as one row of a table, for authors of lessons."""
    fields = [
        " ".join(filter(None, (f"`{spec.name}`", asked_of(spec), ROLES[spec.role])))
        for spec in FIELDS[section].values()
        if spec.kind != "id"
    ]
    return f"| `{section}` | {' · '.join(fields)} |"


ROLES = {"required": "", "fact": "(F)", "event": "(E)"}
ASKED = {"pseudonym": "pseudonym", "born": "birth", "flag": "flag", "date": "day"}


def asked_of(spec: FieldSpec) -> str:
    if spec.target:
        return f"→ {spec.target}" + (" or `none`" if spec.allows_none else "")
    if not spec.codes:
        return ASKED[spec.kind]
    choices = LONG_LISTS.get(spec.codes) or coded(spec.codes)
    return f"list: {choices}" if spec.kind == "codes" else f"code: {choices}"


def short_tables() -> str:
    """Return all sections in one table, and the long lists of codes."""
    rows = [in_short(section) for section in ROW_MODELS]
    lists = [f"{name.capitalize()}: {coded(codes)}." for codes, name in LONG_LISTS.items()]
    table = "\n".join(("| section | fields |", "| --- | --- |", *rows))
    return "\n\n".join((table, *lists)) + "\n"


def updated(page: str, generated: str) -> str:
    """Return the page with its generated part as it should be."""
    before, _, rest = page.partition(START)
    _, _, after = rest.partition(END)
    return f"{before}{START}\n{generated}\n{END}{after}"


if __name__ == "__main__":
    for file, generated in ((PAGE, tables()), (MANUAL, short_tables())):
        file.write_text(updated(file.read_text("utf-8"), generated), "utf-8")
