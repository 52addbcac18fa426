"""Where the product's folders are: inside the installed package, or at the top of a checkout."""

from pathlib import Path

_HERE = Path(__file__).resolve().parent
FOLDER = _HERE if (_HERE / "store").is_dir() else _HERE.parents[1]
"""Has app, api, store … in it."""
