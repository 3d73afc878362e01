"""The circumstances that must not matter to an answer: process, hash seed, time zone, locale, number of threads, working directory."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import zip_longest
from pathlib import Path

from harness.drivers.commands import run
from harness.errors import HarnessError

AGAIN = "a second call"
EVERYTHING = "everything at once"
HASH_SEEDS = ("1", "77777")
ZONES = ("Pacific/Kiritimati", "America/St_Johns")
LOCALES = ("tr_tr.utf8", "de_de.utf8", "ar_eg.utf8")
THREADS = ("1", "2", "7")
THREAD_VARIABLES = ("RAYON_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "JULIA_NUM_THREADS")
SECONDS = 20.0


@dataclass(frozen=True)
class Variant:
    """A circumstance: what is set in the environment of a new worker, and where it works (None for the project's root).

    `count` is the number of circumstances that hold at once.
    """

    name: str
    environment: Mapping[str, str] = field(default_factory=dict)
    folder: Path | None = None
    count: int = 1

    @property
    def settings(self) -> str:
        """The circumstance as it can be set: `TZ=...`, and `in FOLDER`; its name where there is nothing to set."""
        parts = [f"{name}={value}" for name, value in self.environment.items()] + ([f"in {self.folder}"] if self.folder else [])
        return " ".join(parts) or self.name


def variants(root: Path) -> list[Variant]:
    """Return every circumstance that can be made on this machine, each in a new process."""
    found = [Variant("a new process"), *(_set("PYTHONHASHSEED", seed) for seed in HASH_SEEDS), *(_set("TZ", zone) for zone in ZONES)]
    found += [_set("LC_ALL", locale) for locale in ("C", *_locales(root))]
    found += [Variant(f"threads={count}", dict.fromkeys(THREAD_VARIABLES, count)) for count in THREADS]
    return [*found, Variant("another working directory", folder=Path(root.anchor))]


def bundles(every: Sequence[Variant]) -> list[Variant]:
    """Put circumstances that do not exclude each other together, so that few workers meet all of them."""
    kinds: defaultdict[tuple[str, ...], list[Variant]] = defaultdict(list)
    for variant in every:
        kinds[(*variant.environment, str(variant.folder or ""))].append(variant)
    rows = zip_longest(*kinds.values())
    return [_together([variant for variant in row if variant is not None]) for row in rows]


def combined(every: Sequence[Variant]) -> Variant:
    """Return all circumstances in one, the last of each kind, for finding out cheaply whether any of them matters."""
    return replace(_together(every), name=EVERYTHING, count=1)


def _together(several: Sequence[Variant]) -> Variant:
    environment = {name: value for variant in several for name, value in variant.environment.items()}
    folders = [variant.folder for variant in several if variant.folder]
    return Variant(", ".join(variant.name for variant in several), environment, folders[-1] if folders else None, len(several))


def _set(variable: str, value: str) -> Variant:
    return Variant(f"{variable}={value}", {variable: value})


def _locales(root: Path) -> Iterator[str]:
    """Yield the installed ones of some locales with other decimal points, letters or digits."""
    try:
        installed = run(("locale", "-a"), root=root, timeout_seconds=SECONDS).stdout.split()
    except HarnessError:
        return
    known = {name.lower().replace("utf-8", "utf8"): name for name in installed}
    yield from (known[name] for name in LOCALES if name in known)
