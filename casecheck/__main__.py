"""Run the command line as `python -m casecheck`."""

from casecheck.cli import main

if __name__ == "__main__":
    main()
