"""How much memory this process holds."""

import os
from pathlib import Path


def resident_mib() -> float:
    """Resident memory in MiB, by the kernel's own count."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20
