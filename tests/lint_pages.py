"""The pages of docs/lints/; run this file to bring them up to date."""

from __future__ import annotations

from pathlib import Path

from casecheck.authoring.catalogue import LINTS, index_page, page_of

FOLDER = Path(__file__).parents[1] / "docs" / "lints"


def pages() -> dict[str, str]:
    """Every page by its name, as it should be."""
    return {"README.md": index_page(), **{f"{lint.code}.md": page_of(lint) for lint in LINTS}}


if __name__ == "__main__":
    for name, text in pages().items():
        FOLDER.joinpath(name).write_text(text, "utf-8")
