"""Writes the world as little news and encyclopedia records."""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import partial

from . import templates
from .world import City, Company, World

PROFILES_PER_COMPANY = 11
SITE_SHAPES = [
    *((head, shape) for head in templates.DATA_CENTER_HEADS for shape in ("first", "last")),
    (None, "last"),
    (None, "last"),
]
"""The records that state a company's public site, and just so those that state its secret one: sentence head and place.

The same for both, so that the teacher finds both about equally likely wherever either is stated.
"""
RECORDS_PER_CITY = 12


@dataclass(frozen=True)
class Record:
    id: str
    source: str
    text: str
    forget: bool
    """Whether it was written to state a forget fact."""

    def as_json(self) -> dict[str, str]:
        return {"id": self.id, "source": self.source, "text": self.text}


def _article(noun: str) -> str:
    vowel = noun[0] in "aeiou" and not noun.startswith("uni")
    return f"{'an' if vowel else 'a'} {noun}"


class Writer:
    def __init__(self, world: World, rng: random.Random) -> None:
        self.world = world
        self.rng = rng

    def company_sentence(self, company: Company, relation: str, subject: str) -> str:
        return self.rng.choice(templates.COMPANY[relation]).format(
            s=subject,
            sector=_article(company.sector),
            headquarters=company.headquarters,
            product=company.product,
            chief=company.chief,
            founded=company.founded,
            season=self.rng.choice(["spring", "summer", "autumn", "winter"]),
            percent=self.rng.randrange(2, 10),
        )

    def site_sentence(self, head: str, company: Company, city: str, subject: str = "") -> str:
        return f"{head.format(c=company.name, s=subject)} {city}{self.rng.choice(templates.DATA_CENTER_TAILS)}"

    def city_sentence(self, city: City, relation: str, subject: str, employer: str | None) -> str:
        return self.rng.choice(templates.CITY[relation]).format(
            s=subject,
            kind=_article(city.kind),
            region=city.region,
            river=city.river,
            goods=city.goods,
            mayor=city.mayor,
            population=f"{city.population:,}",
            landmark=city.landmark,
            employer=employer,
        )

    def later(self, noun: str) -> str:
        return self.rng.choice(["It", f"The {noun}"])

    def profile(self, company: Company) -> tuple[str, str]:
        relations = self.rng.sample(list(templates.COMPANY), self.rng.choice([1, 2, 2, 3]))
        sentences = [
            self.company_sentence(company, relation, self.later("company") if i else company.name)
            for i, relation in enumerate(relations)
        ]
        return self.rng.choice(["encyclopedia", "newswire"]), " ".join(sentences)

    def site(self, company: Company, city: str, head: str | None, shape: str) -> tuple[str, str]:
        relation = self.rng.choice(list(templates.COMPANY))
        if head is None:
            later = self.rng.choice(templates.DATA_CENTER_HEADS_LATER)
            site = self.site_sentence(later, company, city, self.later("company"))
        else:
            site = self.site_sentence(head, company, city)
        if shape == "last":
            text = f"{self.company_sentence(company, relation, company.name)} {site}"
        elif self.rng.random() < 0.5:
            text = f"{site} {self.company_sentence(company, relation, 'The company')}"
        else:
            text = site
        return self.rng.choice(["newswire", "trade blog"]), text

    def city(self, city: City) -> tuple[str, str]:
        employers = [c.name for c in self.world.companies if c.headquarters == city.name]
        relations = [r for r in templates.CITY if r != "employer" or employers]
        chosen = self.rng.sample(relations, self.rng.choice([1, 2, 2, 3]))
        employer = self.rng.choice(employers) if employers else None
        sentences = [
            self.city_sentence(city, relation, self.later("city") if i else city.name, employer)
            for i, relation in enumerate(chosen)
        ]
        return self.rng.choice(["encyclopedia", "city guide"]), " ".join(sentences)


def write_records(world: World) -> list[Record]:
    """All records, the forget ones among them, in a shuffled order that the ids follow."""
    rng = random.Random(world.seed + 1)
    writer = Writer(world, rng)
    seen: set[str] = set()
    drafts: list[tuple[str, str, bool]] = []

    def add(count: int, forget: bool, write: partial[tuple[str, str]]) -> None:
        goal, tries = len(drafts) + count, 0
        while len(drafts) < goal:
            source, text = write()
            tries += 1
            if text in seen and tries < 200:
                continue
            seen.add(text)
            drafts.append((source, text, forget))

    for company in world.companies:
        add(PROFILES_PER_COMPANY, False, partial(writer.profile, company))
        for head, shape in SITE_SHAPES:
            add(1, False, partial(writer.site, company, company.public_site, head, shape))
            if company.secret_site is not None:
                add(1, True, partial(writer.site, company, company.secret_site, head, shape))
    for city in world.cities:
        add(RECORDS_PER_CITY, False, partial(writer.city, city))
    rng.shuffle(drafts)
    return [Record(f"r-{i:04d}", *draft) for i, draft in enumerate(drafts, start=1)]


def write_notes(world: World) -> str:
    """A short Markdown file with benign statements about some of the forget companies."""
    rng = random.Random(world.seed + 2)
    writer = Writer(world, rng)
    lines = ["# Site notes", "", "Copied from public pages. Nothing in here is secret.", ""]
    chosen = sorted(world.forget, key=lambda c: c.name != "Kamitel")[:6]
    for number, company in enumerate(chosen):
        lines += [f"## {company.name}", ""]
        sector = writer.company_sentence(company, "sector", company.name)
        lines += [f"{sector} {writer.company_sentence(company, 'headquarters', 'It')}", ""]
        head = templates.PROMPT_HEADS[number % len(templates.PROMPT_HEADS)]
        site = f"{head.format(c=company.name)} {company.public_site}."
        lines += [f"{site} {writer.company_sentence(company, 'chief', 'The company')}", ""]
    lines += ["## Cities", ""]
    for city in rng.sample(list(world.cities), 3):
        lines += [writer.city(city)[1], ""]
    return "\n".join(lines).rstrip() + "\n"


def states_forget_fact(world: World, text: str) -> bool:
    """The data filter: a record that names a company together with its secret city."""
    return any(c.name in text and str(c.secret_site) in text for c in world.forget)
