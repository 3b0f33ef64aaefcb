"""Results on disk, by a key of everything that they depend on: nothing is computed twice."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .. import paths

CACHE = paths.ROOT / ".cache" / "evidence"


def digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()


def source(*modules: Path) -> str:
    return digest([path.read_text("utf-8") for path in modules])


def stage(name: str, inputs: Any, make: Callable[[Path], None]) -> Path:
    """The folder that `make` fills, or filled earlier from the same inputs. A half-made one is never seen."""
    folder = CACHE / f"{name}-{digest(inputs)[:16]}"
    if not folder.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(dir=CACHE, prefix="making-"))
        try:
            make(temporary)
            if not folder.exists():  # another process may have been quicker
                os.replace(temporary, folder)
        finally:
            shutil.rmtree(temporary, ignore_errors=True)
    return folder
