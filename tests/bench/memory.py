"""How much memory this process holds."""

import os
from pathlib import Path


def resident_mib() -> float:
    """Resident memory in MiB, by the kernel's own count."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def own_mib() -> float:
    """Its part that is in no file: what is read of programs and fonts is not held, the kernel takes it back."""
    status = Path("/proc/self/status").read_text("ascii")
    return int(status.partition("RssAnon:")[2].split()[0]) / 2**10
