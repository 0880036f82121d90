"""Read the populations that checks of a page share, and put them in the place of their names.

`about: young_parent` in a check stands for the rows and conditions that the page gives under that
name; the check may add its own. What comes of it is read as if it were written out in each check,
and every fault is told at the place where the author wrote it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from casecheck.lessons.errors import did_you_mean
from casecheck.lessons.nodes import Node
from casecheck.lessons.parts import NAMED, is_name
from casecheck.lessons.shapes import Shapes, absent

KEYS = ("for_each", "dated", "where", "given", "unless")
"""What a shared population may say of whom a check asks."""
_ABOUT = "about is a mapping of names to populations, such as {young_parent: {for_each: ...}}"


@dataclass(frozen=True, slots=True)
class Shared:
    """A population that the page names: its parts, and where they stand."""

    name: str
    parts: Mapping[str, Node]
    node: Node

    def is_part(self, path: tuple[str | int, ...], own: Node) -> bool:
        """Say whether what stands at a path of a check put together comes from this population.

        `own` is the check, or the item of `instances`, as it is written.
        """
        key, *rest = path
        if key not in self.parts or (key == "dated" and key in own.value):
            return False
        value = self.parts[str(key)].value
        if key in ("for_each", "where", "unless") and rest:
            return rest[0] in value if key == "for_each" else int(rest[0]) < len(value)
        return key in ("given", "dated") or key not in own.value


class Abouts:
    """The populations that the checks of one page share; `shapes` gathers what is wrong."""

    def __init__(self, page: Node, shapes: Shapes) -> None:
        self._shapes = shapes
        self._named: dict[str, Shared] = {}
        self._used: set[str] = set()
        self._page = page
        if isinstance(page.value, dict) and "about" in page.value:
            shapes.attempt(self._read, page.value["about"])

    def _read(self, node: Node) -> None:
        for name, item in self._shapes.mapping(node, _ABOUT).items():
            if not is_name(name):
                self._shapes.fault(node.keys[name], NAMED)
            # One that cannot be read is one all the same to the checks that name it.
            self._named[name] = Shared(name, {}, item)
            parts = self._shapes.attempt(
                self._shapes.members, item, f"about {name[:64]}", KEYS[:1], KEYS[1:]
            )
            if parts is not None:
                self._named[name] = Shared(name, parts, item)

    def page(self) -> Node:
        """Return the page with what its checks are about written out in each of them."""
        page = self._page
        if not isinstance(page.value, dict):
            return page
        parts = {key: item for key, item in page.value.items() if key != "about"}
        checks = parts.get("checks")
        if checks is not None and isinstance(checks.value, list):
            parts["checks"] = replace(checks, value=list(map(self._check, checks.value)))
        if "about" in page.value:
            self._refuse_unused(page.value["about"])
        return replace(page, value=parts)

    def shared_by(self, item: Node) -> Shared | None:
        """Return what a check, or an item of its `instances`, is about, as it is written."""
        if not isinstance(item.value, dict) or "about" not in item.value:
            return None
        return self._named.get(str(item.value["about"].value))

    def _refuse_unused(self, node: Node) -> None:
        for name in self._named.keys() - self._used:
            message = (
                f"no check is about `{name[:64]}`: remove it, or let one be `about: {name[:64]}`"
            )
            self._shapes.fault(node.keys[name], message)

    def _check(self, check: Node) -> Node:
        if not isinstance(check.value, dict):
            return check
        instances = check.value.get("instances")
        if instances is None or not isinstance(instances.value, list):
            return self._written_out(check)
        if "about" in check.value:
            place = check.keys["about"]
            self._shapes.fault(place, "`about` belongs under each of `instances`")
        items = replace(instances, value=list(map(self._written_out, instances.value)))
        return replace(check, value={**_without_about(check), "instances": items})

    def _written_out(self, item: Node) -> Node:
        """Return a check, or an item of `instances`, with the parts of what it is about."""
        if not isinstance(item.value, dict) or "about" not in item.value:
            return item
        own, named = _without_about(item), item.value["about"]
        shared = self.shared_by(item)
        if shared is None:
            name = str(named.value)[:64]
            hint = "name one under `about` of the page"
            if self._named:
                hint = did_you_mean(name, self._named)
            self._shapes.fault(named.place, f"no population `{name}` on this page: {hint}")
        else:
            self._used.add(shared.name)
        if shared is None or not shared.parts:  # its fault is told, and nothing more follows
            return replace(item, value={**own, "for_each": absent(named.place)})
        if "given" in own and "given" in shared.parts:
            message = (
                f"`given` stands in `{shared.name}` too, and one of each cannot be asked: write"
                " what both need under `where`"
            )
            self._shapes.fault(own["given"].place, message)
        parts = {**shared.parts, **own}
        for key in ("where", "unless"):
            if key in shared.parts and key in own:
                parts[key] = _joined(shared.parts[key], own[key])
        if "for_each" in own and "for_each" in shared.parts:
            parts["for_each"] = self._rows(shared, own["for_each"])
        return replace(item, value=parts)

    def _rows(self, shared: Shared, own: Node) -> Node:
        """Return the rows of a shared population, and after them those that a check adds."""
        first = shared.parts["for_each"]
        if not isinstance(first.value, dict) or not isinstance(own.value, dict):
            return own if isinstance(first.value, dict) else first
        for name in own.value:
            if name in first.value:
                message = f"`{name}` is a row of `{shared.name}` already: leave it out here"
                self._shapes.fault(own.keys[name], message)
        rows = {**first.value, **{k: v for k, v in own.value.items() if k not in first.value}}
        return replace(own, value=rows, keys={**own.keys, **first.keys})


def _without_about(item: Node) -> dict[str, Node]:
    return {key: part for key, part in item.value.items() if key != "about"}


def _joined(first: Node, second: Node) -> Node:
    if not isinstance(first.value, list) or not isinstance(second.value, list):
        return second if isinstance(first.value, list) else first
    return replace(second, value=[*first.value, *second.value])
