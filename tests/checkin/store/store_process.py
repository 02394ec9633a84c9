"""A program of its own that works on a store's file as a whole, and kills itself on the way.

Arguments: the number of steps after which it does (0: never), what it does (`open`, `restore`, `begin-anew`,
`backup`, `recover`), the file, the key in hex (empty: none), and another file. A step is a file made, renamed, written
out to the disk or removed by this program, or a statement that one of its own connections begins.
"""

import os
import signal
import sys
from pathlib import Path
from typing import Any

from sqlalchemy.engine import make_url

EVENTS = {"os.rename", "os.remove", "os.truncate", "os.mkdir", "sqlite3.connect", "open"}
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT


def main(steps: str, work: str, file: str, key: str, other: str = "") -> None:
    from kiosk.checkin.store import backup, new_beginning, recovery, store

    url, opens = make_url(f"sqlite:///{file}"), bytes.fromhex(key) or None
    place = Path(file).parent
    left = [int(steps)]

    def step(event: str, given: tuple[Any, ...]) -> None:
        if event not in EVENTS or not any(str(place) in str(one) for one in given):
            return
        if event == "open" and not (isinstance(given[2], int) and given[2] & WRITING):
            return
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(step)
    match work:
        case "open":
            store.open_store(str(url), key=opens).close()
        case "restore":
            backup.restore(Path(other), url, opens)
        case "begin-anew":
            noted = new_beginning.begin_anew(url, opens)
            sys.stdout.write(noted.name if noted else "sound")
        case "backup":
            backup.back_up(url, opens, Path(other))
        case "recover":
            recovery.recover(Path(other), Path(file), opens)


if __name__ == "__main__":
    main(*sys.argv[1:])
