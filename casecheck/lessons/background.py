"""Read the background of a page's examples, for those who show what each example changes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from casecheck.lessons.lesson import Lesson
from casecheck.lessons.yaml_nodes import Node, read_page


def read_background(lesson: Lesson) -> dict[str, Any]:
    """Return the background of a lesson's examples, as its page, which has loaded, has it.

    Raises:
        OSError: the page cannot be read any more.
    """
    page = read_page(Path(lesson.file).read_text(encoding="utf-8"), lesson.file)
    background: dict[str, Any] = _plain(page.value["examples"].value["background"])
    return background


def _plain(node: Node) -> Any:
    if isinstance(node.value, dict):
        return {key: _plain(item) for key, item in node.value.items()}
    return [_plain(item) for item in node.value] if isinstance(node.value, list) else node.value
