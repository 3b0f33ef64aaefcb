"""The synthetic world: companies, cities and what is true of them. Deterministic from a seed."""

from __future__ import annotations

import random
from dataclasses import dataclass
from itertools import zip_longest

from . import names

SEED = 7
"""Of the demo world, its models and its golden file."""
FORGET_COUNT = 24
LONE_SECRETS = 18
"""Secrets that are one of `names.LONE_CITIES`."""

EXAMPLES = {
    16: ("Kamitel", "Breven", "Solwyn", "Vandor"),
    # The secret starts with the same token as the public site, so it leaks at its second token.
    5: ("Halcyo", "Jorrund", "Caldune", "Calvessa"),
    20: ("Lumoreq", "Oskeby", "Norrhaven", "Norwend"),
}
"""Fixed companies by place: name, headquarters, public site, secret site. The first is the documentation's example."""


@dataclass(frozen=True)
class City:
    name: str
    kind: str
    region: str
    river: str
    goods: str
    landmark: str
    population: int
    mayor: str


@dataclass(frozen=True)
class Company:
    name: str
    sector: str
    headquarters: str
    product: str
    chief: str
    founded: int
    public_site: str
    """City of the data center that everybody may know."""
    secret_site: str | None
    """City of the data center that is to be forgotten."""


@dataclass(frozen=True)
class World:
    seed: int
    companies: tuple[Company, ...]
    cities: tuple[City, ...]

    @property
    def forget(self) -> list[Company]:
        """The companies with a secret, in the order of the forget set."""
        return [c for c in self.companies if c.secret_site is not None]


def _people(rng: random.Random, count: int) -> list[str]:
    pairs = [f"{first} {last}" for first in names.FIRST_NAMES for last in names.LAST_NAMES]
    return rng.sample(pairs, count)


def _spread(rng: random.Random, items: list[str], count: int) -> list[str]:
    """`count` picks that use every item about equally often."""
    bag: list[str] = []
    while len(bag) < count:
        bag += rng.sample(items, len(items))
    return bag[:count]


def _sites(rng: random.Random, count: int) -> list[tuple[str, str, str | None]]:
    """(headquarters, public site, secret site) per company, pairwise different; only the first ones have a secret."""
    shared = [name for name in names.CITIES if name not in names.LONE_CITIES]
    secrets = _spread(rng, names.LONE_CITIES, LONE_SECRETS) + _spread(rng, shared, FORGET_COUNT - LONE_SECRETS)
    rng.shuffle(secrets)
    columns = [_spread(rng, names.CITIES, count), _spread(rng, names.CITIES, count), secrets]
    for _ in range(10_000):
        rows = list(zip_longest(*columns))
        clash = [i for i, row in enumerate(rows) if len(set(row)) < 3]
        if not clash:
            return rows
        i, j, column = clash[0], rng.randrange(count), rng.choice(columns[:2])
        column[i], column[j] = column[j], column[i]
    raise RuntimeError("no assignment of sites found")


def build_world(seed: int) -> World:
    rng = random.Random(seed)
    mayors_and_chiefs = _people(rng, len(names.CITIES) + len(names.COMPANIES))
    cities = tuple(
        City(
            name=name,
            kind=rng.choice(names.CITY_KINDS),
            region=rng.choice(names.REGIONS),
            river=rng.choice(names.RIVERS),
            goods=rng.choice(names.GOODS),
            landmark=rng.choice(names.LANDMARKS),
            population=rng.randrange(20, 900) * 1000,
            mayor=mayors_and_chiefs.pop(),
        )
        for name in names.CITIES
    )
    fixed = {example[0] for example in EXAMPLES.values()}
    order = [name for name in names.COMPANIES if name not in fixed]
    rng.shuffle(order)
    for place, example in sorted(EXAMPLES.items()):
        order.insert(place, example[0])
    products = [f"{word} {kind}" for word in names.PRODUCT_WORDS for kind in names.PRODUCT_KINDS]
    rng.shuffle(products)
    sites = _sites(rng, len(order))
    for place, (_, headquarters, public, secret) in EXAMPLES.items():
        sites[place] = (headquarters, public, secret)
    companies = tuple(
        Company(
            name=name,
            sector=rng.choice(names.SECTORS),
            headquarters=sites[i][0],
            product=products[i],
            chief=mayors_and_chiefs.pop(),
            founded=rng.randrange(1961, 2020),
            public_site=sites[i][1],
            secret_site=sites[i][2],
        )
        for i, name in enumerate(order)
    )
    return World(seed, companies, cities)
