"""Work that goes on in a thread while this one does something else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

Found = TypeVar("Found")


def begun(work: Callable[[], Found]) -> Callable[[], Found]:
    """Begin `work` in a thread of its own; calling what is returned waits for it, and gives or raises what it did.

    Work that nobody waits for any more does not keep the process from ending.
    """
    from threading import Thread  # noqa: PLC0415 - for large ledgers only

    outcome = _Outcome(work)
    thread = Thread(target=outcome.run, daemon=True)
    thread.start()

    def wait() -> Found:
        thread.join()
        return outcome.get()

    return wait


class _Outcome(Generic[Found]):
    """What a piece of work gave, or how it failed."""

    def __init__(self, work: Callable[[], Found]) -> None:
        self._work = work
        self._found: list[Found] = []
        self._failure: BaseException | None = None

    def run(self) -> None:
        """Do the work."""
        try:
            self._found.append(self._work())
        except BaseException as failure:  # noqa: BLE001 - whoever waits for it raises it
            self._failure = failure

    def get(self) -> Found:
        """What the work gave; raises what it raised."""
        if self._failure is not None:
            raise self._failure
        return self._found[0]
