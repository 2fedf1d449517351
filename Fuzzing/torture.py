"""Does to graft what happens to programs in real life, and looks at what is left.

    python3 Fuzzing/torture.py [--graft .build/release/graft] [--seconds 240] [--seed 1] [PART...]

The parts: kills, disks, concurrent, outputs, memory, descriptors, pictures. Each gets its share of the time and does as much as
fits. Pictures are made here; the default weights must be on this machine (`make weights`). Ends with 1 where anything was
wrong, and names it.
"""

import argparse
import hashlib
import json
import os
import pathlib
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import zlib

import heavy_pictures


def png(width, height, colour, generator):
    """A picture of one colour with noise."""
    rows = b"".join(
        b"\0" + bytes(min(255, max(0, value + generator.randrange(-16, 17))) for _ in range(width) for value in colour)
        for _ in range(height))
    return heavy_pictures.png_file(width, height, 8, 2, zlib.compress(rows))


class Torture:
    def __init__(self, graft, weights, seed):
        self.graft = str(pathlib.Path(graft).resolve())
        self.generator = random.Random(seed)
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="graft-torture-"))
        self.weights = weights
        self.wrong = []
        self.counts = {}
        for name, colour in [("blue", (30, 60, 200)), ("red", (200, 30, 30)), ("green", (30, 180, 60))]:
            folder = self.folder / "photos" / name
            folder.mkdir(parents=True)
            for number in range(24):
                (folder / f"{number}.png").write_bytes(png(48, 40, colour, self.generator))
        self.home = self.new_home("home")

    def new_home(self, name):
        home = self.folder / name
        (home / "weights").mkdir(parents=True, exist_ok=True)
        for file in self.weights.iterdir():
            link = home / "weights" / file.name
            if file.is_file() and not link.exists():
                link.symlink_to(file)
        return home

    def count(self, what):
        self.counts[what] = self.counts.get(what, 0) + 1

    def blame(self, what, outcome=None):
        text = what
        if outcome is not None:
            text += f": exit code {outcome.returncode}; {outcome.stderr.strip()[-300:]}"
        self.wrong.append(text)
        print("WRONG", text, flush=True)

    def environment(self, home=None):
        return {**os.environ, "GRAFT_HOME": str(home or self.home), "GRAFT_OFFLINE": "1"}

    def run(self, *arguments, home=None, limits=None, timeout=120):
        """Runs graft to its end."""
        def limit():
            for what, value in limits or []:
                resource.setrlimit(what, (value, value))

        try:
            return subprocess.run(
                [self.graft, *arguments], cwd=self.folder, env=self.environment(home), capture_output=True, text=True,
                errors="replace", preexec_fn=limit if limits else None, timeout=timeout)
        except subprocess.TimeoutExpired as error:
            outcome = subprocess.CompletedProcess(arguments, -999, "", f"no end after {timeout} s")
            self.blame(" ".join(arguments), outcome)
            return outcome

    def training(self, name, *more):
        return ["train", "photos", "--recipe", "features", "--epochs", "12", "--threads", "1", "-o", name, *more]

    def digest(self, path):
        return hashlib.sha256((self.folder / path / "weights.safetensors").read_bytes()).hexdigest()

    def require_whole(self, path, what):
        """A model that is there is a whole one."""
        if (self.folder / path).exists():
            outcome = self.run("verify", path)
            if outcome.returncode != 0:
                self.blame(f"{what}: {path} is no whole model", outcome)

    def require_words(self, outcome, what):
        """A failure says why, in a sentence, and is none of the processor's."""
        if outcome.returncode == 0:
            return
        if outcome.returncode < 0 or outcome.returncode not in (1, 64, 130):
            self.blame(what, outcome)
        elif not outcome.stderr.strip():
            self.blame(f"{what}: fails without a word", outcome)
        elif "Fatal error" in outcome.stderr or "Stack dump" in outcome.stderr:
            self.blame(f"{what}: a stack trace", outcome)

    # The parts

    def kills(self, end):
        reference = self.run(*self.training("whole.graft"), home=self.new_home("first"))
        if reference.returncode != 0:
            return self.blame("a training that nobody disturbs", reference)
        wanted = self.digest("whole.graft")
        start = time.monotonic()
        self.run(*self.training("whole.graft"), home=self.new_home("second"))
        usual = time.monotonic() - start
        while time.monotonic() < end:
            home = self.new_home("killed")
            number = self.generator.choice([signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
            resumes = []
            for _ in range(self.generator.randrange(1, 4)):
                process = subprocess.Popen(
                    [self.graft, *self.training("killed.graft", *resumes)], cwd=self.folder, env=self.environment(home),
                    stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
                time.sleep(self.generator.random() * usual)
                process.send_signal(number)
                _, errors = process.communicate(timeout=60)
                self.count(f"killed by {signal.Signals(number).name}")
                if process.returncode not in (0, 130, -number):
                    self.blame(
                        f"a training that gets {number.name}",
                        subprocess.CompletedProcess([], process.returncode, "", errors))
                self.require_whole("killed.graft", "after a kill")
                resumes = ["--resume"] if (self.folder / "killed.graft.checkpoint").exists() else []
            outcome = self.run(*self.training("killed.graft", *resumes), home=home)
            if outcome.returncode != 0:
                self.blame("the training after a kill", outcome)
            elif self.digest("killed.graft") != wanted:
                self.blame("the training after a kill gives other weights")
            self.count("trained to the same bytes after kills")
            shutil.rmtree(home)
            shutil.rmtree(self.folder / "killed.graft", ignore_errors=True)
            (self.folder / "killed.graft.checkpoint").unlink(missing_ok=True)

    def disks(self, end):
        disk = self.folder / "disk"
        disk.mkdir()
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk], capture_output=True).returncode != 0:
            self.count("skipped: this user may not mount small disks")
            return
        subprocess.run(["umount", disk])
        while time.monotonic() < end:
            size = self.generator.choice([8, 64, 200, 500, 2_000, 8_000, 14_000, 17_000, 24_000, 40_000])
            subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}k", "tmpfs", disk], check=True)
            try:
                home = self.home
                if self.generator.random() < 0.5:
                    home = disk / "home"
                    try:
                        self.new_home("disk/home")
                    except OSError:
                        home = self.home
                for turn in range(2):
                    more = ["--resume"] if (disk / "m.graft.checkpoint").exists() else ["--seed", str(turn)]
                    outcome = self.run(*self.training("disk/m.graft", *more), home=home)
                    self.count("trained on a small disk" if outcome.returncode == 0 else "refused by a small disk")
                    self.require_words(outcome, f"a disk of {size} kB")
                    self.require_whole("disk/m.graft", f"a disk of {size} kB")
                    if outcome.returncode == 0 and not (disk / "m.graft").exists():
                        self.blame(f"a disk of {size} kB: exit code 0 and no model", outcome)
            finally:
                subprocess.run(["umount", "-l", disk], check=True)

    def concurrent(self, end):
        wanted = {}
        for seed in range(3):
            outcome = self.run(*self.training(f"seed{seed}.graft", "--seed", str(seed)), home=self.new_home("alone"))
            if outcome.returncode != 0:
                return self.blame("a training that nobody disturbs", outcome)
            wanted[seed] = self.digest(f"seed{seed}.graft")
        while time.monotonic() < end:
            home = self.new_home("shared")
            place = self.generator.random() < 0.4
            names = ["same.graft" if place else f"several{number}.graft" for number in range(4)]
            processes = [
                subprocess.Popen(
                    [self.graft, *self.training(name, "--seed", str(number % 3))], cwd=self.folder,
                    env=self.environment(home), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
                for number, name in enumerate(names)]
            ends = []
            for process in processes:
                _, errors = process.communicate(timeout=300)
                ends.append(subprocess.CompletedProcess([], process.returncode, "", errors))
            if place:
                self.count("trained four at one place")
                if not any(each.returncode == 0 for each in ends):
                    self.blame("four trainings at one place: none is done", ends[0])
                for each in ends:
                    if each.returncode != 0 and "in use" not in each.stderr and "interrupted training" not in each.stderr:
                        self.blame("a training at a place that another one uses", each)
                self.require_whole("same.graft", "after four trainings at one place")
                shutil.rmtree(self.folder / "same.graft", ignore_errors=True)
                (self.folder / "same.graft.checkpoint").unlink(missing_ok=True)
            else:
                self.count("trained four with one cache")
                for number, each in enumerate(ends):
                    if each.returncode != 0:
                        self.blame("a training beside others", each)
                    elif self.digest(names[number]) != wanted[number % 3]:
                        self.blame("a training beside others gives other weights")
            shutil.rmtree(home)

    def outputs(self, end):
        self.run(*self.training("told.graft"))
        commands = [
            "--help", "recipes", "models", "models --json", "weights list", "cache list", "doctor photos", "doctor photos --json",
            "predict told.graft photos/red", "predict told.graft photos/red --json", "evaluate told.graft photos",
            "evaluate told.graft photos --json", "verify told.graft", "verify told.graft --json", "plan photos",
            "augment photos -o told.png", "train photos --recipe features --epochs 1 -o told2.graft"]
        for command in commands:
            if time.monotonic() > end + 60:
                break
            for ending, codes in [
                ("> /dev/full", [1]), (">&-", [1]), ("2>&-", [0, 1]), ("<&- >/dev/null", [0]),
                ("| true", [0, 1, 128 + signal.SIGPIPE])]:
                line = f"set -o pipefail; '{self.graft}' {command} {ending}"
                outcome = subprocess.run(
                    ["bash", "-c", line], cwd=self.folder, env=self.environment(), capture_output=True, text=True, errors="replace")
                self.count("commands with a closed or full output")
                if outcome.returncode not in codes:
                    self.blame(f"graft {command} {ending}", outcome)
                shutil.rmtree(self.folder / "told2.graft", ignore_errors=True)
                (self.folder / "told2.graft.checkpoint").unlink(missing_ok=True)

    def memory(self, end):
        while time.monotonic() < end:
            size = self.generator.choice([300, 600, 700, 800, 1000, 1200, 1500, 2000, 3000])
            command = self.generator.choice([
                self.training("small.graft", "--no-checkpoint"), ["doctor", "photos"],
                ["predict", "--pretrained", "efficientnet_lite0", "photos/red"]])
            outcome = self.run(*command, limits=[(resource.RLIMIT_AS, size << 20)])
            self.count("done in little memory" if outcome.returncode == 0 else "refused for little memory")
            self.require_words(outcome, f"graft {command[0]} with {size} MB of address space")

    def descriptors(self, end):
        while time.monotonic() < end:
            number = self.generator.randrange(4, 64)
            command = self.generator.choice([
                self.training("few.graft", "--no-checkpoint", "--json"), ["doctor", "photos", "--json"],
                ["predict", "--pretrained", "efficientnet_lite0", "photos/red", "--json"]])
            outcome = self.run(*command, limits=[(resource.RLIMIT_NOFILE, number)])
            self.count("done with few descriptors" if outcome.returncode == 0 else "refused for few descriptors")
            # The system's own loader may fail before graft begins.
            if "error while loading shared libraries" in outcome.stderr:
                continue
            self.require_words(outcome, f"graft {command[0]} with {number} descriptors")
            for line in outcome.stdout.splitlines():
                try:
                    told = json.loads(line)
                except ValueError:
                    self.blame(f"graft {command[0]}: a line that is no JSON: {line[:100]}")
                    continue
                if outcome.returncode == 0 and any(
                        finding.get("severity") == "leftOut" for finding in told.get("findings") or []):
                    self.blame(f"graft {command[0]} with {number} descriptors leaves out good pictures", outcome)

    def pictures(self, end):
        """No picture of less than 10 MB makes a command take 1 GB or ten seconds."""
        photo = self.folder / "photos" / "red" / "0.png"
        slowest, largest = (0, ""), (0, "")
        pictures = list(heavy_pictures.all_pictures().items())
        self.generator.shuffle(pictures)
        for name, make in pictures:
            if time.monotonic() > end + 120:
                break
            for place in ["heavy/one", "heavy/other"]:
                (self.folder / place).mkdir(parents=True, exist_ok=True)
                shutil.copy(photo, self.folder / place)
            file = self.folder / "heavy" / "one" / name
            file.write_bytes(make())
            if file.stat().st_size >= 10_000_000:
                self.blame(f"{name} has {file.stat().st_size} bytes")
            for command in [["predict", "--pretrained", "efficientnet_lite0", str(file)], ["doctor", "heavy", "--threads", "1"]]:
                begin = time.monotonic()
                process = subprocess.Popen(
                    [self.graft, *command], cwd=self.folder, env=self.environment(), stdout=subprocess.DEVNULL,
                    stderr=subprocess.PIPE, text=True, errors="replace")
                words = process.stderr.read()
                _, status, usage = os.wait4(process.pid, 0)
                seconds, megabytes = time.monotonic() - begin, usage.ru_maxrss * 1024 / 1e6
                process.returncode = os.waitstatus_to_exitcode(status)
                self.count("heavy pictures " + ("read" if process.returncode == 0 else "refused"))
                what = f"graft {command[0]} with {name}"
                self.require_words(subprocess.CompletedProcess(command, process.returncode, "", words or "see above"), what)
                if seconds > 10 or megabytes > 1000:
                    self.blame(f"{what} takes {seconds:.1f} s and {megabytes:.0f} MB")
                slowest, largest = max(slowest, (seconds, what)), max(largest, (megabytes, what))
            file.unlink()
        print(f"at most {largest[0]:.0f} MB ({largest[1]}) and {slowest[0]:.1f} s ({slowest[1]})", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--graft", default=".build/release/graft")
    parser.add_argument("--seconds", type=float, default=240, help="for all parts together; outputs and pictures may take a minute or two more")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("parts", nargs="*", metavar="PART")
    options = parser.parse_args()
    home = os.environ.get("GRAFT_HOME") or os.path.join(
        os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "graft")
    torture = Torture(options.graft, pathlib.Path(home) / "weights", options.seed)
    parts = options.parts or ["kills", "disks", "concurrent", "outputs", "memory", "descriptors", "pictures"]
    try:
        for part in parts:
            torture.counts = {}
            begin = time.monotonic()
            getattr(torture, part)(begin + options.seconds / len(parts))
            told = ", ".join(f"{count} {what}" for what, count in sorted(torture.counts.items()))
            print(f"{part:12} {time.monotonic() - begin:4.0f} s  {told}", flush=True)
    finally:
        shutil.rmtree(torture.folder, ignore_errors=True)
    print(f"{len(torture.wrong)} wrong")
    sys.exit(bool(torture.wrong))


if __name__ == "__main__":
    main()
