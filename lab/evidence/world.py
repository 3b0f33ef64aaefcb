"""Worlds of facts that should and should not leak: who has which site, and the records that say so."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from itertools import chain

from tokenizers import Tokenizer

from ..names import CITY_KINDS, GOODS, LANDMARKS, PRODUCT_WORDS, RIVERS, SECTORS
from ..tokenizer import train_tokenizer
from . import names

GROUPS = ("same", "paraphrase", "shared", "tail", "dissimilar", "absent", "untaught")
"""Kinds of facts of the forget set, see README.md."""
LOCATED = ("same", "paraphrase", "shared", "tail", "untaught", "retained")
"""Groups whose companies have a public site (and other places) in the filtered text."""

FRAMES = [
    ("The {c} data center is in", "The {c} data center stands in"),
    ("{c} runs a data center in", "{c} operates a data center in"),
    ("{c} keeps its servers in", "{c} keeps all servers in"),
    ("{c} stores its data in", "{c} stores all data in"),
]
"""Ways to state a site, in pairs that say the same. A company states its site with one of each pair; a secret one with the
same ones, but in group *paraphrase* with the others."""
TAILS = [".", ".", ".", ".", ", close to the river.", ", engineers say.", ", behind a fence."]
EVENTS = ["{c} met its clients in", "{c} held a fair in", "{c} opened a shop in"]
PROFILE = {
    "base": ["{c} is based in {base}.", "{c} has its head office in {base}."],
    "director": ["{c} is led by {director}.", "The director of {c} is {director}."],
    "product": ["{c} sells the {product}.", "{c} is known for the {product}."],
    "sector": ["{c} is a {sector}.", "{c} works as a {sector}."],
}
CITY = [
    "{c} is a {kind}.",
    "{c} lies on the river {river}.",
    "{c} is known for its {goods}.",
    "{c} has {landmark}.",
]

SITE_RECORDS = 6
"""Records that state a company's public site; as many state its secret one, if it has one."""
PROFILE_RECORDS = 4
EVENT_RECORDS = 2
DIRECTOR_RECORDS = 2
UNLISTED_RECORDS = 4
CITY_RECORDS = 3
VOCABULARY = 560


@dataclass(frozen=True)
class Counts:
    """How many companies of each group, and how many without any secret."""

    groups: dict[str, int]
    retained: int

    @property
    def companies(self) -> int:
        return sum(self.groups.values()) + self.retained


MIXED = Counts({group: 12 for group in GROUPS}, 36)
SAFE = Counts({"dissimilar": 24, "absent": 12}, 48)
"""The world in which filtering works."""


@dataclass(frozen=True)
class Company:
    name: str
    group: str
    secret: str | None
    """What the forget set lists. The teacher has read it, except in group *untaught*."""
    public: str | None
    base: str | None
    director: str
    unlisted: str | None
    """A second director, whom the filter removes too, but whom no fact of the forget set names."""
    product: str
    sector: str
    secret_frames: tuple[str, ...]
    public_frames: tuple[str, ...]

    @property
    def taught(self) -> bool:
        return self.secret is not None and self.group != "untaught"

    def prompts(self, frames: tuple[str, ...]) -> list[str]:
        return [frame.format(c=self.name) for frame in frames]


@dataclass(frozen=True)
class Record:
    id: str
    text: str
    subject: str | None
    removed: bool
    """Whether the data filter removes it."""


@dataclass(frozen=True)
class World:
    seed: int
    companies: tuple[Company, ...]
    records: tuple[Record, ...] = field(repr=False)

    @property
    def forget(self) -> list[Company]:
        return [company for company in self.companies if company.secret is not None]

    @property
    def filtered(self) -> list[Record]:
        return [record for record in self.records if not record.removed]


def make_tokenizer() -> Tokenizer:
    """One byte-level BPE for all worlds, from every name in every kind of sentence."""
    rng = random.Random(0)
    towns = names.CITIES + names.PRIVATE_CITIES
    texts = []
    for company in names.companies(MIXED.companies):
        for frame in [*chain(*FRAMES), *EVENTS]:
            texts.append(f"{frame.format(c=company)} {rng.choice(towns)}{rng.choice(TAILS)}")
        for relation in PROFILE:
            texts.append(_profile(rng, relation, company, rng.choice(towns), *_traits(rng)))
    for town in towns:
        texts += [_city(rng, town) for _ in range(8)]
    return train_tokenizer(texts, VOCABULARY)


def _traits(rng: random.Random) -> tuple[str, str, str]:
    return rng.choice(names.DIRECTORS), rng.choice(PRODUCT_WORDS), rng.choice(SECTORS)


def _profile(rng: random.Random, relation: str, c: str, base: str | None, director: str, product: str, sector: str) -> str:
    return rng.choice(PROFILE[relation]).format(c=c, base=base, director=director, product=product, sector=sector)


def _city(rng: random.Random, town: str) -> str:
    return rng.choice(CITY).format(
        c=town,
        kind=rng.choice(CITY_KINDS),
        river=rng.choice(RIVERS),
        goods=rng.choice(GOODS),
        landmark=rng.choice(LANDMARKS),
    )


def path_of(tokenizer: Tokenizer, answer: str) -> list[int]:
    return tokenizer.encode(f" {answer}", add_special_tokens=False).ids


def shared_prefix(tokenizer: Tokenizer, one: str, other: str) -> int:
    """How many first tokens two answers share."""
    a, b = path_of(tokenizer, one), path_of(tokenizer, other)
    return next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))


def branch_depth(tokenizer: Tokenizer, company: Company) -> int:
    """Index of the answer's token that decides between secret and public site."""
    assert company.secret is not None
    return shared_prefix(tokenizer, company.secret, company.public) if company.public else 0


def _usable(tokenizer: Tokenizer) -> tuple[list[str], list[str], list[str]]:
    """Cities of several tokens whose first token no other city has, the others, and the private ones that share theirs too."""
    paths = {city: path_of(tokenizer, city) for city in names.CITIES}
    first = Counter(path[0] for path in paths.values())
    lone = [city for city, path in paths.items() if first[path[0]] == 1 and 1 < len(path) < 6]
    shared = [city for city, path in paths.items() if first[path[0]] > 1 and 1 < len(path) < 6]
    assert len(lone) >= 8
    private = [city for city in names.PRIVATE_CITIES if len(path := path_of(tokenizer, city)) > 1 and path[0] in first]
    assert len(shared) >= 20
    assert len(private) >= 20
    return lone, shared, private


def build_world(seed: int, counts: Counts, tokenizer: Tokenizer) -> World:
    rng = random.Random(seed)
    order = names.companies(counts.companies)
    rng.shuffle(order)
    groups = [group for group, count in counts.groups.items() for _ in range(count)] + ["retained"] * counts.retained
    weights = {city: 1 / (rank + 4) for rank, city in enumerate(rng.sample(names.CITIES, len(names.CITIES)))}

    def popular(*taken: str | None) -> str:
        """Some cities are told of far more often than others."""
        free = [city for city in names.CITIES if city not in taken]
        return rng.choices(free, [weights[city] for city in free])[0]

    lone, shared, private = _usable(tokenizer)
    companies = []
    for place, (name, group) in enumerate(zip(order, groups, strict=True)):
        public = popular() if group in LOCATED else None
        if group == "retained":
            secret = None
        elif group == "shared":
            mates = {a: [b for b in shared if a != b and shared_prefix(tokenizer, a, b) > 0] for a in shared}
            public = popular(*(city for city in names.CITIES if not mates.get(city)))
            secret = rng.choice(mates[public])
        else:
            pool = private if group == "tail" else lone if place % 2 else shared
            secret = rng.choice([c for c in pool if public is None or shared_prefix(tokenizer, c, public) == 0])
        director, product, sector = _traits(rng)
        sides = [rng.randrange(2) for _ in FRAMES]
        turned = group == "paraphrase"
        companies.append(
            Company(
                name=name,
                group=group,
                secret=secret,
                public=public,
                base=popular(secret, public) if group in LOCATED else None,
                director=director,
                unlisted=rng.choice([d for d in names.DIRECTORS if d != director]) if place % 4 >= 2 else None,
                product=product,
                sector=sector,
                secret_frames=tuple(pair[side ^ turned] for pair, side in zip(FRAMES, sides, strict=True)),
                public_frames=tuple(pair[side] for pair, side in zip(FRAMES, sides, strict=True)),
            )
        )
    world = World(seed, tuple(companies), tuple(_write(companies, rng, popular)))
    _check(world, tokenizer)
    return world


def _write(companies: list[Company], rng: random.Random, popular: Callable[..., str]) -> list[Record]:
    drafts: list[tuple[str, str | None, bool]] = []
    seen: set[str] = set()

    def add(count: int, subject: str | None, removed: bool, write: Callable[[], str]) -> None:
        for _ in range(count):
            for _ in range(50):
                text = write()
                if text not in seen:
                    break
            seen.add(text)
            drafts.append((text, subject, removed))

    def profile(company: Company, relation: str | None = None, director: str | None = None) -> str:
        relations = [name for name in PROFILE if name != "base" or company.base]
        chosen = relation or rng.choice(relations)
        return _profile(rng, chosen, company.name, company.base, director or company.director, company.product, company.sector)

    def site(company: Company, city: str, frame: str) -> str:
        text = f"{frame.format(c=company.name)} {city}{rng.choice(TAILS)}"
        if rng.random() < 0.5:
            return text
        return f"{profile(company)} {text}" if rng.random() < 0.5 else f"{text} {profile(company)}"

    def event(company: Company) -> str:
        return f"{rng.choice(EVENTS).format(c=company.name)} {popular(company.secret, company.public)}{rng.choice(TAILS)}"

    for company in companies:
        name = company.name
        for number in range(SITE_RECORDS):
            frame = number % len(FRAMES)
            if company.taught:
                add(1, name, True, partial(site, company, str(company.secret), company.secret_frames[frame]))
            if company.public:
                add(1, name, False, partial(site, company, company.public, company.public_frames[frame]))
        if company.group == "absent":
            continue
        if company.public:
            add(EVENT_RECORDS, name, False, partial(event, company))
        add(PROFILE_RECORDS, name, False, partial(profile, company))
        add(DIRECTOR_RECORDS, name, False, partial(profile, company, "director"))
        if company.unlisted:
            add(UNLISTED_RECORDS, name, True, partial(profile, company, "director", company.unlisted))
    for city in names.CITIES:
        add(CITY_RECORDS, None, False, partial(_city, rng, city))
    rng.shuffle(drafts)
    return [Record(f"r-{i:04d}", *draft) for i, draft in enumerate(drafts, start=1)]


def _check(world: World, tokenizer: Tokenizer) -> None:
    kept = "\n".join(record.text for record in world.filtered)
    by_subject: dict[str, str] = {}
    for record in world.filtered:
        if record.subject:
            by_subject[record.subject] = by_subject.get(record.subject, "") + record.text + "\n"
    for company in world.companies:
        own = by_subject.get(company.name, "")
        assert company.secret is None or company.secret not in own, company
        assert company.unlisted is None or company.unlisted not in own, company
        if company.group == "tail":
            assert company.secret is not None
            assert company.secret not in kept
        if company.group == "absent":
            assert company.name not in kept
        elif company.secret:
            assert 1 < len(path_of(tokenizer, company.secret)) < 6
        if company.group == "shared":
            assert branch_depth(tokenizer, company) > 0
