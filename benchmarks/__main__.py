"""Runs every benchmark, or those named: `python -m benchmarks plan_building card_read`."""

import subprocess
import sys

ALL = (
    "plan_building",
    "questions",
    "form_pdf",
    "avatar",
    "card_read",
    "text_turn",
    "start",
    "understanding",
    "spoken_answers",
    "voice_in",
    "voice_out",
    "voice",
    "take_over",
    "load",
)


def main() -> int:
    """Each benchmark in a process of its own, so that none warms another; 1 when one fails."""
    names = sys.argv[1:] or list(ALL)
    unknown = [name for name in names if name not in ALL]
    if unknown:
        print(f"no benchmark {unknown}; there are {', '.join(ALL)}", file=sys.stderr)
        return 2
    failed = 0
    for name in names:
        print(f"\n== {name}", flush=True)
        failed += subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], check=False).returncode != 0
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
