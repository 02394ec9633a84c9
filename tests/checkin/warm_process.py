"""A Python that has loaded the journal and runs programs in forks of itself, so that each begins at once.

On stdin comes a line of JSON for each run: the program's file and its arguments. On stdout goes a line back when it has
ended: `status` (negative: the signal that killed it), `out`, `err`.
"""

import json
import os
import runpy
import sys
import tempfile
import traceback

from kiosk.checkin import journal, recheck
from kiosk.checkin.store import backup, new_beginning, recovery, store

LOADED = (journal, recheck, backup, new_beginning, recovery, store)


def main() -> None:
    for line in sys.stdin:
        words = json.loads(line)
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            pid = os.fork()
            if pid == 0:
                os.dup2(out.fileno(), 1)
                os.dup2(err.fileno(), 2)
                os._exit(ran(words))
            _, status = os.waitpid(pid, 0)
            said = [one.read().decode() for one in (out, err) if one.seek(0) == 0]
        print(json.dumps([os.waitstatus_to_exitcode(status), *said]), flush=True)  # noqa: T201 - to whoever asked


def ran(words: list[str]) -> int:
    """Runs a program to its end, as the interpreter does."""
    sys.argv = words
    try:
        runpy.run_path(words[0], run_name="__main__")
    except BaseException:  # noqa: BLE001 - whatever it raises ends it
        traceback.print_exc()
        return 1
    finally:
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    main()
