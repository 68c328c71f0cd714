"""`python3 -m deploy`: what the Makefile calls."""

import argparse
import sys

from deploy import cache, locking, machine, notices, setup
from deploy.errors import SetupError


def main() -> int:
    """Run one subcommand; 0 good, 1 the machine is not ready, 2 misuse."""
    parser = argparse.ArgumentParser(prog="python3 -m deploy", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    set_up = commands.add_parser("setup", help="install what is missing and link .venv")
    set_up.add_argument("--level", choices=machine.LEVELS, default="setup", help="what the machine is for")
    clean = commands.add_parser("clean-cache", help="remove environments this checkout does not use")
    clean.add_argument("--everything", action="store_true", help="remove the whole cache")
    lock = commands.add_parser("lock", help="write the lock files anew")
    lock.add_argument(
        "--find-links", action="append", default=[], metavar="PLACE", help="has torch's CPU build"
    )
    commands.add_parser("notices", help="write the package tables of THIRD_PARTY.md anew")
    arguments = parser.parse_args()
    try:
        if arguments.command == "setup":
            setup.set_up(arguments.level, sys.stdout)
        elif arguments.command == "clean-cache":
            cache.remove(arguments.everything, sys.stdout)
        elif arguments.command == "notices":
            notices.write_notices()
        else:
            locking.write_locks(tuple(arguments.find_links))
    except SetupError as problem:
        print(problem, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped. What is complete stays; run this again to go on.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
