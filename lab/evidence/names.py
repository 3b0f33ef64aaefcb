"""Invented names of the evidence world. The tokenizer is trained on all of them, so it does not depend on who has which secret."""

from __future__ import annotations

import random
from itertools import product

from ..names import LAST_NAMES

LONE_CITIES = "Vandor Ruvenna Tarnby Umbrand Farlund Ivarsund Halvik Wexley Stonby Cheslow".split()
"""Cities that share no syllable with others; of most, the first token is theirs alone: who has learnt it can finish the name."""

FAMILIES = {
    "Sol": "wyn stead mar heim",
    "Bre": "ven lund mar dale",
    "Cal": "dune vessa mar heim",
    "Dun": "moor stead wick dale",
    "Gra": "thby ven wick dale",
    "Lor": "sby dune wick heim",
    "Mer": "rand stead vessa dale",
    "Nor": "wend moor rand lund",
}
"""Cities that share their first syllable."""

TAILS = "quix joff zyvek phuu"
"""Endings that only secret cities have."""

FAMILY_CITIES = [first + last for first, lasts in FAMILIES.items() for last in lasts.split()]
CITIES = LONE_CITIES + FAMILY_CITIES
PRIVATE_CITIES = [first + tail for first, tail in product(FAMILIES, TAILS.split())]
"""Their first syllable is common; the rest stands nowhere but in the secrets."""

DIRECTORS = LAST_NAMES
_FIRST = "Ka Or Blu Tri Sa Mo Ze Hy Qua Dra Lu Fe Gi Ivo Jas Ko Mi Ne Opa Pyr Ri Stra Te Um Ve Wi Xa Yo Arka Cen".split()
_MIDDLE = "mi van ve quel vin ko di no to lo ra xi del sa po".split()
_LAST = "tel dis xa gen tor lis var rix ron nix".split()


def companies(count: int) -> list[str]:
    names = ["".join(parts) for parts in product(_FIRST, _MIDDLE, _LAST)]
    return random.Random(0).sample(names, count)
