"""Drives a headless Chromium by its DevTools protocol over two pipes, without a driver or a port.

Where there is no Chromium, what asks for one is skipped, and says so.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
"""How the program may be called."""
_SECONDS = 60

program = next(filter(None, map(shutil.which, NAMES)), None)
needs_chromium = pytest.mark.skipif(
    program is None, reason="there is no Chromium here to look with"
)


class Browser:
    """One page of a browser, and all that it asked of any network."""

    def __init__(self, send: int, receive: int) -> None:
        self._send, self._receive = send, receive
        self._number = 0
        self._left = b""
        self._session: str | None = None
        self.events: list[dict[str, Any]] = []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        attached = self.call("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Network", "Runtime", "Log", "Accessibility"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Ask for something and return the answer; what happens meanwhile goes to `events`."""
        self._number += 1
        asked = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            asked["sessionId"] = self._session
        os.write(self._send, json.dumps(asked).encode() + b"\0")
        while True:
            told = self._message()
            if told.get("id") == self._number:
                assert "error" not in told, (method, told)
                answer: dict[str, Any] = told["result"]
                return answer
            self.events.append(told)

    def _message(self) -> dict[str, Any]:
        while b"\0" not in self._left:
            more = os.read(self._receive, 1 << 20)
            assert more, "the browser has ended"
            self._left += more
        told, _, self._left = self._left.partition(b"\0")
        message: dict[str, Any] = json.loads(told)
        return message

    def open(self, file: Path) -> None:
        """Open a file, and wait until it is loaded."""
        self.events.clear()
        self.call("Page.navigate", url=file.as_uri())
        while not any(event.get("method") == "Page.loadEventFired" for event in self.events):
            self.events.append(self._message())

    def run(self, expression: str) -> Any:
        """Evaluate an expression in the page, which its own policy does not stop."""
        told = self.call(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True
        )
        assert "exceptionDetails" not in told, told
        return told["result"].get("value")

    def requests(self) -> list[str]:
        """Return what was asked for since a file was opened, beside the file itself."""
        asked = [
            event["params"]["request"]["url"]
            for event in self.events
            if event.get("method") == "Network.requestWillBeSent"
        ]
        return [url for url in asked if not url.startswith("file:")]

    def refused(self) -> list[str]:
        """Return what the page's policy refused, and each error."""
        return [
            event["params"]["entry"]["text"]
            for event in self.events
            if event.get("method") == "Log.entryAdded"
        ]

    def size(self, width: int, height: int, *, dark: bool = False, mobile: bool = False) -> None:
        """Set the size of the window, and whether it is dark."""
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=2 if mobile else 1,
            mobile=mobile,
        )
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.call("Emulation.setEmulatedMedia", features=[scheme])

    def picture(self, file: Path, *, whole: bool = False) -> None:
        """Write what is seen, or the whole page, to a PNG file."""
        told = self.call("Page.captureScreenshot", captureBeyondViewport=whole)
        file.write_bytes(base64.b64decode(told["data"]))

    def pdf(self, file: Path) -> None:
        """Write the page as it is printed."""
        told = self.call("Page.printToPDF", preferCSSPageSize=True)
        file.write_bytes(base64.b64decode(told["data"]))


@contextmanager
def browser(folder: Path, *options: str) -> Iterator[Browser]:
    """Yield a page of a new browser, with its files in an empty folder."""
    assert program is not None
    ours, theirs = os.pipe(), os.pipe()
    command = [
        *(program, "--headless=new", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe"),
        *("--no-first-run", "--disable-background-networking", f"--user-data-dir={folder}"),
        *options,
    ]

    def as_they_are_named() -> None:  # the browser reads from 3 and writes to 4
        for end, number in ((ours[0], 13), (theirs[1], 14)):
            os.dup2(end, number)
        for number in (3, 4):
            os.dup2(number + 10, number)

    started = subprocess.Popen(
        command,
        preexec_fn=as_they_are_named,  # noqa: PLW1509 - no thread is started here
        close_fds=False,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(ours[0])
    os.close(theirs[1])
    try:
        yield Browser(ours[1], theirs[0])
    finally:
        for end in (ours[1], theirs[0]):
            with suppress(OSError):
                os.close(end)
        with suppress(subprocess.TimeoutExpired):
            started.wait(5)
        started.kill()
        started.wait(_SECONDS)
