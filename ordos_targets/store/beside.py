"""Works that another process shares with this one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from concurrent.futures import ProcessPoolExecutor

Work = TypeVar("Work")
Found = TypeVar("Found")


class Shared(Generic[Work, Found]):
    """Works done by two processes that begin at either end of them, and meet where the faster one has come to.

    The other process does the last work first, by `there`, a function of a module. Whoever waits for the works here
    in their order does, by `here`, those that are not yet begun there. Where no process can be had, or it is lost,
    every work is done here.
    """

    def __init__(self, works: Sequence[Work], *, here: Callable[[Work], Found], there: Callable[[Work], Found]) -> None:
        self._here = here
        self._pool = _pool()
        self._begun: dict[Work, Future[Found]] = {}
        if self._pool:
            self._begun = {work: self._pool.submit(there, work) for work in reversed(works)}

    def found(self, work: Work) -> Found:
        """What a work gives or raises."""
        from concurrent.futures.process import BrokenProcessPool  # noqa: PLC0415 - as in _pool

        future = self._begun.get(work)
        if future is None or future.cancel():
            return self._here(work)
        try:
            return future.result()
        except BrokenProcessPool:
            return self._here(work)

    def close(self) -> None:
        """Give up what nobody has waited for."""
        if self._pool:
            self._pool.shutdown(cancel_futures=True)


def _pool() -> ProcessPoolExecutor | None:
    from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415 - for large ledgers only
    from multiprocessing import get_context  # noqa: PLC0415

    try:
        # Not forked: a process must not use what another has opened of SQLite.
        return ProcessPoolExecutor(1, get_context("spawn"))
    except OSError:  # a system without semaphores, or with no room for another process
        return None
