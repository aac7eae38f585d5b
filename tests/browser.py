"""A real browser without a window, driven over a pipe by its DevTools protocol: no driver and no port is needed."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from programs import program

OPTIONS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--remote-debugging-pipe",
)
# The browser reads commands on descriptor 3 and answers on 4.
CHILD = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.dup2(int(sys.argv[2]), 4)
os.execv(sys.argv[3], sys.argv[3:])
"""
PHONE = 600  # pixels; narrower windows are those of phones, whose scroll bars take no room
SAYING = {"Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded", "Audits.issueAdded"}


class Browser:
    """One tab. `said` is whatever pages brought to the console, and the issues the browser found in them."""

    def __init__(self, commands: int, answers: int) -> None:
        self._commands = commands
        self._answers = answers
        self._count = 0
        self._session = ""
        self._rest = b""
        self._happened: list[str] = []
        self.said: list[object] = []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Audits", "Network"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **facts: object) -> dict[str, Any]:
        """Run a command of the protocol to its end, and hand back what it answers."""
        self._count += 1
        number = self._count
        command = {"id": number, "method": method, "params": facts}
        if self._session:
            command["sessionId"] = self._session
        os.write(self._commands, json.dumps(command).encode() + b"\0")
        while True:
            message = self._next()
            if message.get("id") == number:
                assert "error" not in message, message
                return dict(message["result"])

    def _next(self) -> dict[str, Any]:
        """The next message; an event is noted."""
        while b"\0" not in self._rest:
            piece = os.read(self._answers, 1 << 16)
            assert piece, "the browser has gone away"
            self._rest += piece
        line, _zero, self._rest = self._rest.partition(b"\0")
        message: dict[str, Any] = json.loads(line)
        if "method" in message:
            self._happened.append(message["method"])
            if message["method"] in SAYING:
                self.said.append(message["params"])
        return message

    def open(self, page: Path, *, width: int, scheme: str = "light") -> None:
        """Show a page in a window `width` pixels wide, in the light or dark scheme, until it is loaded."""
        window = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < PHONE}
        self.call("Emulation.setDeviceMetricsOverride", **window)
        self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        self._happened.clear()
        self.call("Page.navigate", url=page.resolve().as_uri())
        while "Page.loadEventFired" not in self._happened:
            self._next()

    def value(self, expression: str) -> Any:  # noqa: ANN401 - whatever the expression is
        """What a JavaScript expression is in the page."""
        return self.call("Runtime.evaluate", expression=expression, returnByValue=True)["result"].get("value")

    def shot(self, file: Path) -> None:
        """A picture of the whole page, as PNG."""
        answer = self.call("Page.captureScreenshot", captureBeyondViewport=True)
        file.write_bytes(base64.b64decode(answer["data"]))

    def print(self, file: Path, **how: object) -> None:
        """The page on paper, as PDF."""
        answer = self.call("Page.printToPDF", printBackground=True, **how)
        file.write_bytes(base64.b64decode(answer["data"]))


@contextlib.contextmanager
def browser(profile: Path, environment: Mapping[str, str] | None = None) -> Iterator[Browser]:
    """A browser with a new profile in a folder, closed at the end. Skips where there is none."""
    path = program("chromium", "chromium-browser", "google-chrome")
    theirs_in, ours_out = os.pipe()
    ours_in, theirs_out = os.pipe()
    process = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(theirs_in), str(theirs_out), path, *OPTIONS, f"--user-data-dir={profile}"],
        pass_fds=(theirs_in, theirs_out),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=environment,
    )
    os.close(theirs_in)
    os.close(theirs_out)
    try:
        tab = Browser(ours_out, ours_in)
        yield tab
    finally:
        os.close(ours_out)  # a browser whose pipe is closed ends
        process.wait(timeout=60)
        os.close(ours_in)
