"""The one tokenizer of all worlds, and what it makes of records and facts."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from tokenizers import Tokenizer

from ..oracle import Fact
from ..tokenizer import save_tokenizer
from .stages import source, stage
from .workspace import forget_rows
from .world import World, make_tokenizer


@cache
def tokenizer() -> Tokenizer:
    here = Path(__file__).parent
    made_of = source(here / "names.py", here / "world.py")
    folder = stage("tokenizer", made_of, lambda to: save_tokenizer(make_tokenizer(), to))
    return Tokenizer.from_file(str(folder / "tokenizer.json"))


def encode(texts: list[str]) -> list[list[int]]:
    """Model inputs, BOS first."""
    return [tokenizer().encode(text).ids for text in texts]


def facts_of(world: World) -> list[Fact]:
    return [Fact.of(row, tokenizer()) for row in forget_rows(world)]
