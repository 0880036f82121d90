"""Write the lesson of docs/writing-a-lesson.md for docs/authors-loop.md, in two versions.

`python tools/example_versions.py` writes the page of the manual, with a `review.yaml`, into the
folder `my-board`, and into `before` a copy of the page as it was put aside: it asked of incidents
to which the police came, too.
"""

from __future__ import annotations

import re
from pathlib import Path

MANUAL = Path(__file__).parent.parent / "docs" / "writing-a-lesson.md"
REVIEW = """\
review: my-board
title: Standards of our board
about: What our board has set for itself, as examples.
version: "1.1.0"
licence: MIT
authors: [The board's quality assurance group]
"""


def main() -> None:
    """Write both versions."""
    text = MANUAL.read_text(encoding="utf-8")
    (page,) = re.findall(r"```yaml\n(lesson: B1\.1\n.*?)```", text, re.DOTALL)
    now, then = "- incident.kind == 'missing'\n", "- incident.kind in ('missing', 'police')\n"
    assert now in page, "the condition stands otherwise in the manual"
    before = page.replace(now, then)
    for folder, content in (("my-board", page), ("before", before)):
        Path(folder).mkdir(exist_ok=True)
        Path(folder, "B1.1.yaml").write_text(content, encoding="utf-8")
    Path("my-board", "review.yaml").write_text(REVIEW, encoding="utf-8")


if __name__ == "__main__":
    main()
