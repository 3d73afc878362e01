"""Samples in, estimates with intervals out; pure, and seeded where chance is used."""

from harness.stats.estimate import Estimate
from harness.stats.growth import mean_growth
from harness.stats.median import median_interval
from harness.stats.proportion import failure_bound
from harness.stats.ratio import paired_ratio, share
from harness.stats.scaling import power_law

__all__ = ["Estimate", "failure_bound", "mean_growth", "median_interval", "paired_ratio", "power_law", "share"]
