"""Run the command line, as `casecheck` and as `python -m casecheck`."""

import sys


def main() -> None:
    """Run the command line; Ctrl-C while it is being imported ends it as later: with 130."""
    try:
        from casecheck import cli  # noqa: PLC0415
    except KeyboardInterrupt:
        sys.exit(130)
    cli.main()


if __name__ == "__main__":
    main()
