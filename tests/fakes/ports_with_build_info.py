"""A port that tells about its build."""

__version__ = "1.2.3"


def build_info() -> dict[str, str]:
    """Describe the build as a compiled port would."""
    return {"profile": "release", "version": "4.5.6", "source_digest": "abc"}


def correct(x: float) -> float:
    """Double a number."""
    return x * 2.0
