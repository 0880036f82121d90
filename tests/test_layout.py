"""The rooms: imports go one way, nothing goes round, and only `cli` knows click."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(autouse=True)
def _tools(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(ROOT / "tools")


def a_package(root: Path, **modules: str) -> Path:
    """Write modules of a package into a folder, by their names with __ for a dot."""
    for name, text in modules.items():
        path = (root / "casecheck" / name.replace("__", "/")).with_suffix(".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def test_imports_go_one_way() -> None:
    import layout  # noqa: PLC0415 - found on the path set above

    assert layout.problems(ROOT) == []


@pytest.mark.parametrize(
    ("modules", "said"),
    [
        (
            {"text__a": "from casecheck.report.audit.b import c", "report__audit__b": "c = 1"},
            ["text.a imports report.audit.b"],
        ),
        (
            {"nowhere__a": "from casecheck.text import b", "text__b": ""},
            ["nowhere.a imports text.b"],
        ),
        (
            {
                "text__a": "def f():\n    from casecheck.text import b",
                "text__b": "import casecheck.text.a",
            },
            ["a circle of imports: text.a > text.b > text.a"],
        ),
        ({"qag__a": "from click.core import Context"}, ["qag.a imports click, which only cli may"]),
        ({"audit__a": "def f():\n    import click"}, ["audit.a imports click, which only cli may"]),
        ({"cli__a": "import click\nfrom casecheck.text import b", "text__b": ""}, []),
    ],
    ids=["back up", "no room", "round", "click", "click, later", "as it should be"],
)
def test_what_breaks_the_order_is_named(
    modules: dict[str, str], said: list[str], tmp_path: Path
) -> None:
    import layout  # noqa: PLC0415 - found on the path set above

    assert layout.problems(a_package(tmp_path, **modules)) == said
