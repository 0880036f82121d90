"""`casecheck schema`: the JSON Schema of a case record, or of a page of rules."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click
from pydantic import TypeAdapter

from casecheck.cli.options import output_to
from casecheck.lessons.schema import SCHEMAS
from casecheck.measures.schema import measure_schema
from casecheck.record.coverage_errors import WITHOUT_FIRST_DAY
from casecheck.record.model import FIELDS, KINDS
from casecheck.record.record_model import ROW_MODELS, CaseRecordModel, Coverage
from casecheck.response.schema import response_schema

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def case_record_schema() -> dict[str, Any]:
    """Return the JSON Schema of a case record, as its models have it."""
    schema = CaseRecordModel.model_json_schema(by_alias=True)
    title = "A case record, casecheck/1"
    rows = {}
    for section, model in ROW_MODELS.items():
        listed, _null = schema["properties"][section]["anyOf"]
        rows[model.__name__] = listed["items"]
        listed["items"] = {"$ref": f"#/$defs/{model.__name__}"}
    schema["properties"]["coverage"]["anyOf"][0] = coverage_schema()
    return {"$schema": DIALECT, **schema, "title": title, "$defs": rows}


def coverage_schema() -> dict[str, Any]:
    """Return the JSON Schema of what an extract tells of sections that it carries in part."""
    told = TypeAdapter(Coverage).json_schema()
    sections = {}
    for section, fields in FIELDS.items():
        own = {name: dict(value) for name, value in told["properties"].items()}
        events = [spec.name for spec in fields.values() if spec.role == "event"]
        for name, codes in (("only", KINDS[section]), ("without", events)):
            own[name] |= {"items": {"enum": list(codes)}, "uniqueItems": True}
            if not codes:
                del own[name]
        if section in WITHOUT_FIRST_DAY:
            del own["from"]
        if "only" in own:
            own["only"]["maxItems"] = len(KINDS[section]) - 1
        if "without" in own:
            own["without"]["minItems"] = 1
        sections[section] = {**told, "properties": own, "minProperties": 1}
    return {"type": "object", "properties": sections, "additionalProperties": False}


_SCHEMAS: Mapping[str, Callable[[], dict[str, Any]]] = {
    "record": case_record_schema,
    **SCHEMAS,
    "response": response_schema,
    "measure": measure_schema,
}


@click.command("schema", epilog="Example: casecheck schema --output case-record.schema.json")
@click.argument("what", type=click.Choice([*_SCHEMAS]), default="record")
@click.option(
    "--output", type=click.Path(path_type=Path), metavar="FILE",
    help="Write the schema to this file, whole or not at all.",
)  # fmt: skip
def command(what: str, output: Path | None) -> None:
    """Print the JSON Schema of a case record (2020-12), or of a page of rules (draft 7).

    A schema sees one value at a time: that ids are unique, references lead to a row, and days are
    in order, is for `casecheck check` to say; that a condition names a field there is, for loading
    the rules. The pages in rules/ name theirs in the first line, for editors.
    """
    private = False  # it speaks of no family
    with output_to(output, private) as stream:
        stream.write(json.dumps(_SCHEMAS[what](), indent=2) + "\n")
