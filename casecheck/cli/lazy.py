"""A group of commands that imports each when it is called, so that `--help` is quick."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from keyword import iskeyword
from typing import Any

import click

from casecheck.lessons.errors import did_you_mean
from casecheck.text.printable import printable
from casecheck.text.typed import typed


class _Text(click.types.StringParamType):
    """A text that is typed: a file may have any name, but a text that is no UTF-8 names nothing.

    `spelt` gives it the spelling in which it is saved and looked for.
    """

    def __init__(self, spelt: Callable[[str], str] = str) -> None:
        self.spelt = spelt

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the text, or end the command."""
        text = super().convert(value, param, ctx)
        try:
            text.encode()
        except UnicodeEncodeError:
            self.fail(f"'{printable(text)}' is not UTF-8: type it anew", param, ctx)
        return self.spelt(text)


_TEXT, _NAME = _Text(), _Text(typed)


def _take_text_only(command: click.Command) -> None:
    """Let no argument or option of a command be a text that nothing could store or print."""
    for param in command.params:
        if param.type is click.STRING:
            param.type = _TEXT
        elif getattr(param.type, "func", None) is typed:
            param.type = _NAME
    if isinstance(command, click.Group):
        for one in command.commands.values():
            _take_text_only(one)


class LazyGroup(click.Group):
    """A group whose commands are the `command` of modules; the modules have their names.

    `package` holds the modules; `commands` says, for each, what it does in one line.
    """

    def __init__(self, *args: Any, package: str, lazy: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.package = package
        self.lazy = lazy

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands, in their order."""
        del ctx
        return list(self.lazy)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command; None where there is none of this name."""
        del ctx
        if cmd_name not in self.lazy:
            return None
        # A module could not be imported by the name of a keyword of Python, or one with a hyphen.
        name = f"{cmd_name}_" if iskeyword(cmd_name) else cmd_name.replace("-", "_")
        module = importlib.import_module(f"{self.package}.{name}")
        command: click.Command = module.command
        _take_text_only(command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that is meant; where there is none, say which it might be."""
        name = args[0]
        if name not in self.lazy and not name.startswith("-") and not ctx.resilient_parsing:
            ctx.fail(f"No such command {name!r}: {did_you_mean(name, self.lazy)}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands into the help, none of them imported."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl(list(self.lazy.items()))
