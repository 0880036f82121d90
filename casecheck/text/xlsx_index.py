"""Reads what a workbook says it holds: kinds of parts, links between them, names of sheets."""

from __future__ import annotations

from collections.abc import Sized

from casecheck.text.xlsx_archive import NO_WORKBOOK, Unusable, target_of
from casecheck.text.xlsx_cells import unescaped
from casecheck.text.xlsx_markup import TOO_MUCH, Reader

_MOST = 2_000
"""Sheets, relationships of a part, and kinds of parts."""


def _refuse_many(many: Sized) -> None:
    if len(many) > _MOST:
        raise Unusable(TOO_MUCH)


class PartKinds(Reader):
    """Takes the kinds of parts that there are, in lower case."""

    def __init__(self) -> None:
        super().__init__()
        self.kinds: set[str] = set()

    def begun(self, name: str, attributes: dict[str, str]) -> None:
        """Take the kind of a part."""
        if name in ("Default", "Override"):
            self.kinds.add(attributes.get("ContentType", "").lower())
            _refuse_many(self.kinds)


class Links(Reader):
    """Takes the relationships of a part, by their ids."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.by_id: dict[str, tuple[str, str]] = {}
        self._source = source

    def begun(self, name: str, attributes: dict[str, str]) -> None:
        """Take a link to another part of the file."""
        if name != "Relationship" or attributes.get("TargetMode") == "External":
            return
        kind = attributes.get("Type", "").rpartition("/")[2].lower()
        to = target_of(self._source, attributes.get("Target", ""))
        self.by_id[attributes.get("Id", "")] = kind, to
        _refuse_many(self.by_id)


class Sheets(Reader):
    """Takes the names of a workbook's sheets, with the link to each, and how days are counted."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[tuple[str, str]] = []
        self.hidden: set[str] = set()
        self.from_1904 = False

    def begun(self, name: str, attributes: dict[str, str]) -> None:
        """Take a sheet's name, and refuse what is no workbook."""
        if self.depth == 1 and name != "workbook":
            raise Unusable(NO_WORKBOOK)
        if self.depth == 2 and name == "workbookPr":
            self.from_1904 = attributes.get("date1904") in ("1", "true")
        if self.depth == 3 and name == "sheet":
            link = next((to for key, to in attributes.items() if key.endswith(":id")), "")
            called = unescaped(attributes.get("name", ""))
            self.links.append((called, link))
            if attributes.get("state", "visible") != "visible":
                self.hidden.add(called)
            _refuse_many(self.links)
