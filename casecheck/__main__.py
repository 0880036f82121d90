"""Run the command line, as `casecheck` and as `python -m casecheck`."""

import gc
import sys

OBJECTS_BETWEEN_COLLECTIONS = 300_000
"""How many more objects there may be before the garbage collector looks: Python itself says 700.

To import modules and read rules makes some hundred thousand that all stay; to go through them time
and again took a tenth of a small audit.
"""


def main() -> None:
    """Run the command line; Ctrl-C while it is being imported ends it as later: with 130."""
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)
    try:
        from casecheck import cli  # noqa: PLC0415
    except KeyboardInterrupt:
        sys.exit(130)
    try:
        cli.main()
    finally:
        # Python looks for garbage once more as it ends, when all memory is given back anyway.
        gc.freeze()


if __name__ == "__main__":
    main()
