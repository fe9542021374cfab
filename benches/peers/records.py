"""The records of one run, read back: who took how long for what, at which ranks and threads."""

import dataclasses
import json
import math
import pathlib

OURS = "isotherm"


@dataclasses.dataclass(frozen=True, order=True)
class Key:
    workload: str
    case: str
    dtype: str


@dataclasses.dataclass(frozen=True)
class Measured:
    """One system's repetitions of one workload at one number of ranks and threads."""

    system: str
    ranks: int
    threads: int
    record: dict

    @property
    def cores(self) -> int:
        return self.ranks * self.threads

    @property
    def seconds(self) -> list[float]:
        """Of one operation, in ascending order."""
        return sorted(second / self.record["units"] for second in self.record["seconds"])

    @property
    def best(self) -> float:
        return self.seconds[0]

    @property
    def median(self) -> float:
        seconds = self.seconds
        middle = len(seconds) // 2
        return seconds[middle] if len(seconds) % 2 else (seconds[middle - 1] + seconds[middle]) / 2

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % confidence interval of the median, by ranks and without a distribution (Le Boudec 2010); below six values, their extremes."""
        seconds, n = self.seconds, len(self.seconds)
        if n < 6:
            return seconds[0], seconds[-1]
        low = max(1, math.ceil((n - 1.96 * math.sqrt(n)) / 2))
        high = min(n, math.ceil(1 + (n + 1.96 * math.sqrt(n)) / 2))
        return seconds[low - 1], seconds[high - 1]

    @property
    def share(self) -> float | None:
        """How much of the ceiling of its access pattern the median reaches."""
        ceiling = self.record.get("ceiling_seconds")
        return ceiling / self.record["units"] / self.median if ceiling else None


class Run:
    """Everything in one folder of raw records."""

    def __init__(self, folder: pathlib.Path):
        self.files = [json.loads(path.read_text()) for path in sorted((folder / "raw").glob("*.json"))]
        self.measured: dict[Key, list[Measured]] = {}
        self.parts: dict[Key, Measured] = {}
        """This project on one core with the part of the work that is one core's in weak scaling."""
        self.errors: list[tuple[str, int, int, Key, str]] = []
        for file in self.files:
            for record in file["records"]:
                key = Key(record["workload"], record["case"], record["dtype"])
                if record["seconds"] and file.get("part", 1) > 1:
                    self.parts[key] = Measured(file["suite"], file["ranks"], file["threads"], record)
                elif record["seconds"]:
                    entry = Measured(file["suite"], file["ranks"], file["threads"], record)
                    self.measured.setdefault(key, []).append(entry)
                else:
                    self.errors.append((file["suite"], file["ranks"], file["threads"], key, record["error"] or "no repetition"))
        self.cores = max((entry.cores for entries in self.measured.values() for entry in entries), default=1)

    def ours(self) -> list[dict]:
        """The files of this project's runs: they carry the machine and its ceilings."""
        return [file for file in self.files if file["suite"] == OURS and file.get("part", 1) == 1]

    def mine(self, key: Key, cores: int) -> Measured | None:
        """This project's median at so many cores: ranks or threads, whichever is faster."""
        return min(self.at(key, OURS, cores), key=lambda entry: entry.median, default=None)

    def peer(self, key: Key, systems, cores: int) -> Measured | None:
        """The best time of any of these peers on at most so many cores."""
        entries = [entry for system in systems for entry in self.at(key, system, cores, fewer=True)]
        return min(entries, key=lambda entry: entry.best, default=None)

    def at(self, key: Key, system: str, cores: int, fewer=False) -> list[Measured]:
        entries = self.measured.get(key, [])
        return [e for e in entries if e.system == system and (e.cores == cores or (fewer and e.cores < cores))]
