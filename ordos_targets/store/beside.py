"""Work that goes on in a process of its own while this one does something else."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

Given = TypeVar("Given")
Found = TypeVar("Found")


def begun(work: Callable[[Given], Found], given: Given) -> Callable[[], Found]:
    """Begin `work` (a module's function) on `given`; calling what is returned waits for what it gives or raises.

    Where no process can be had, or it is lost, the work is done here when it is waited for.
    """
    from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415 - for large ledgers only
    from concurrent.futures.process import BrokenProcessPool  # noqa: PLC0415
    from multiprocessing import get_context  # noqa: PLC0415

    try:
        # Not forked: a process must not use what another has opened of SQLite.
        pool = ProcessPoolExecutor(1, get_context("spawn"))
        future = pool.submit(work, given)
    except OSError:  # a system without semaphores, or with no room for another process
        return lambda: work(given)

    def wait() -> Found:
        try:
            with pool:
                return future.result()
        except BrokenProcessPool:
            return work(given)

    return wait
