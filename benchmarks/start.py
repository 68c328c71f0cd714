"""Starting the demo, and what it holds in memory; the baseline is a second start while the first still serves.

The model is trained before the first start is measured, when it is not in the cache.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

from benchmarks.served import served


def main() -> None:
    with served() as demo:
        trained_s = demo.wait_for("/readyz", "understanding")
    print(
        f"first start, training included when the cache is cold: {trained_s:.1f} s until a sentence is understood\n"
    )
    with tempfile.TemporaryDirectory() as place, served(Path(place)) as demo:
        alive_s = demo.wait_for("/healthz")
        understood_s = demo.wait_for("/readyz", "understanding")
        begun = time.perf_counter()
        environment = {**os.environ, "ASSISTANT_HOME": place}
        subprocess.run(
            [sys.executable, "-m", "assistant", "demo"],
            env=environment,
            stdout=subprocess.DEVNULL,
            check=True,
        )
        again_s = time.perf_counter() - begun
        print(f"| {'start, everything cached':<52} | {'s':>6} |\n|{'-' * 54}|{'-' * 8}|")
        print(f"| {'screens answer':<52} | {alive_s:6.1f} |")
        print(f"| {'a sentence is understood (Rasa loaded and proven)':<52} | {understood_s:6.1f} |")
        print(f"| {'baseline: started again while it serves':<52} | {again_s:6.1f} |\n")
        print(f"| {'process':<52} | {'MB':>6} |\n|{'-' * 54}|{'-' * 8}|")
        root = psutil.Process(demo.process.pid)
        for process in (root, *root.children(recursive=True)):
            held = process.memory_full_info().pss / 1e6
            name = (
                "app" if process.pid == root.pid else " ".join(process.cmdline()[:4])[-52:] or process.name()
            )
            if held >= 1:
                print(f"| {name.rsplit('/', 1)[-1]:<52} | {held:6.0f} |")


if __name__ == "__main__":
    main()
