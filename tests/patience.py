"""How long a test waits for what has to happen before it says that it does not.

Nobody waits longer than it takes, so this costs nothing where all is well. Where it is too short, a machine with too
much to do decides how the test ends. Shorter than pytest's own limit, whose report does not say what was waited for.
"""

WITHIN_S = 60.0
WITHIN_MS = 60_000
