"""The equity paths that every Monte-Carlo tool gets, and how their scores are summed up; written and read as JSON."""
# ruff: noqa: INP001 - a script's neighbour, not a package

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

Doubles = npt.NDArray[np.float64]

FILE = "paths.json"
STREAM = 4
STEPS, DRAWS_PER_STEP = 250, 4
# The metrics' own draws come first, in whole blocks of the generator.
FIRST_DRAW = 8
WIDTH = FIRST_DRAW + STEPS * DRAWS_PER_STEP
ROOT_OF_THREE = 1.7320508075688772


@dataclass(frozen=True)
class Paths:
    """The metrics by name, and how they are moved; a simulation uses WIDTH uniform numbers of Philox, keyed by seed and STREAM."""

    metrics: Mapping[str, float]
    seed: int = 1
    spread: float = 0.1
    confidence: float = 0.95

    def save(self, folder: Path) -> None:
        """Write them down."""
        (folder / FILE).write_text(json.dumps(asdict(self)), encoding="utf-8")

    @property
    def key(self) -> npt.NDArray[np.uint64]:
        """The key of the generator."""
        return np.array([self.seed, STREAM], dtype=np.uint64)

    @property
    def base(self) -> Doubles:
        """The metrics in the order in which they are moved: cost, drawdown weight, drift, volatility."""
        return np.array([self.metrics[name] for name in sorted(self.metrics)])


def read_paths(folder: Path) -> Paths:
    """Read what was saved."""
    return Paths(**json.loads((folder / FILE).read_text("utf-8")))


def summary(scores: Doubles, confidence: float) -> dict[str, float]:
    """Return mean, deviation and interval, sums from the left, quantiles of type 7; the scores must be finite."""
    count = len(scores)
    mean = float(np.add.accumulate(scores)[-1]) / count
    apart = scores - mean
    std = float(np.sqrt(np.add.accumulate(apart * apart)[-1] / (count - 1)))
    alpha = (1.0 - confidence) / 2.0
    lower, upper = np.quantile(scores, (alpha, 1.0 - alpha)).tolist()
    return {"mean": mean, "std": std, "ci_lower": lower, "ci_upper": upper, "n": count, "n_failed": 0}


def answer_of(summed: Mapping[str, float], scores: list[float]) -> dict[str, object]:
    """Return what every tool has to agree on: the summary, and the score of every simulation."""
    return {"summary": dict(summed), "scores": scores}
