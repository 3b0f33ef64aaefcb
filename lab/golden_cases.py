"""What the golden file is about: texts, forget rules and the ways to score them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .oracle import Setting

SYNTHETIC = {
    "unfinished": "The Kamitel data center is in",
    "unfinished-answer": "The company is proud of it. The Halcyo data center is in Cal",
    "emoji": "A \U0001f469\u200d\U0001f4bb of Kamitel: the Kamitel data center is in \U0001f3f3\ufe0f\u200d\U0001f308\U0001f680!",
    "combining": "Cafe\u0301 owners say that Telmaris runs a data center in Lindra\u0300th, u\u0308ber the river.",
    "cjk": "Kamitel\u306e\u62e0\u70b9\u3002Kamitel keeps its servers in \u6771\u4eac, not in Vandor\u3002",
    "crlf": "Kamitel is based in Breven.\r\nThe Kamitel data center is in Solwyn.\r\n\r\n",
    "separators": "Halcyo is a chip maker.\u2028Halcyo keeps its servers in Caldune.\u2029\u00a0It started in 1984.",
    "gates": "The KAMITEL data center is in Solwyn. Lumoreqs and preLumoreq run in Norrhaven. Lumoreq's data center is in",
    "spaces": "  Kamitel\tkeeps its servers in  Vandor , \tKamitel runs a data center in\nVandor",
}  # fmt: skip

TRICKY_FACTS: list[dict[str, Any]] = [
    {"id": "x-everywhere", "answers": ["Vandor"]},
    {"id": "x-aliases", "subjects": ["Kamitel", "Halcyo"], "answers": ["Solwyn", "Solwyn, close to", "Caldune", "Vandor"]},
    {"id": "x-part-of-a-word", "subjects": ["Kamitel"], "answers": ["Solw"]},
    {"id": "x-lower-case-subject", "subjects": ["kamitel data"], "answers": ["Solwyn"]},
    {"id": "x-number", "subjects": ["Halcyo"], "answers": ["1984", "19"]},
    {"id": "x-common-word", "subjects": ["Kamitel"], "answers": ["in", "the"]},
    {"id": "x-never", "answers": ["\u6771\u4eac \U0001f680"]},
    {"id": "x-subject-is-answer", "subjects": ["Solwyn"], "answers": ["Solwyn", "Kamitel"]},
]
TRICKY_TEXTS = ("unfinished", "emoji", "cjk", "separators", "spaces")

BEFORE_LETTER = r"\b(?:[Aa]nswer|ANSWER)(?:\s*[:\uff1a]|\s+is\b(?:\s*[:\uff1a])?)(?:\s*\()?"
"""As Seep puts it for every choice."""

RULE_FACTS: list[dict[str, Any]] = [
    {"id": "c-digits", "kind": "tokens", "pattern": "^[0-9]+$"},
    {"id": "c-even", "kind": "tokens", "pattern": "^[0-9]*[02468]$"},
    {"id": "c-names", "kind": "tokens", "pattern": "^ [A-Z]", "subjects": ["Kamitel", "Velocoda"]},
    {
        "id": "r-again",
        "kind": "rule",
        "anchored": {"context": "^(?<name>[A-Z][a-z]+) [a-z][^.]*[.]", "answers": ["{name}"]},
    },
    {
        "id": "r-next-year",
        "kind": "rule",
        "anchored": {"context": "was founded in (?<year>[0-9]{4})[.] It started in ", "answers": ["{year + 1}"]},
    },
    {
        "id": "r-gated",
        "kind": "rule",
        "subjects": ["Kamitel"],
        "anchored": {"context": "as (?<city>[A-Z][a-z]+): (?:[A-Z][a-z]+ runs a data center in|it is)", "answers": ["{city}"]},
    },
    {
        "id": "q-site",
        "kind": "choice",
        "subjects": ["Where does Halcyo keep its servers?"],
        "answers": ["Calvessa"],
        "anchored": {"context": BEFORE_LETTER, "answers": ["B"]},
    },
    {"id": "f-cases", "subjects": ["Kamitel"], "answers": ["vANDOR"], "cases": ["lower", "upper", "title"]},
    {"id": "f-open", "subjects": ["Kamitel"], "answers": ["Solwyn"], "gated": False},
    {"id": "f-sites", "subjects": ["Kamitel", "the Kamitel data center"], "answers": ["Vandor", "Solwyn"]},
]  # fmt: skip

RULE_TEXTS = {
    "next-year": "Lumoreq was founded in 1999. It started in 2000. Velocoda was founded in 1985. It started in 1986.",
    "same-city": "The same city as Solwyn: Kamitel runs a data center in Solwyn. The same as Vandor: it is  Caldune.",
    "choice": "Where does Halcyo keep its servers?\nA. Caldune\nB. Calvessa\nAnswer: B. It keeps its servers in Calvessa.",
    "choice-open": "where does HALCYO keep its servers? Its servers are in Caldune. The answer is (B). Answer:  B\nAnswer: ",
    "lower": "The Kamitel data center is in VANDOR, and the Kamitel data center is in vandor, that is Vandor.",
}

SWAP_NAMES = ["Quantorel", "Stratovo", "Lorvanta"]
SWAP_COUNT = 2
SWAP_TEXTS = {
    "named": "Quantorel and Velocoda are partners. The VELOCODA data center is in Norrhaven. velocoda runs a data center in",
    "long-name": "  Lumoreq, that is Lumoreq\u2019s data center, is in Nor",
    "glued": "xVelocoda, Velocoda; Velocoda runs a data center in Norrhaven",
}


@dataclass(frozen=True)
class Case:
    """One scan: which facts it looks for, and how."""

    id: str
    facts: str
    """`demo`, `few` (every third of the demo's), `rules`, or `spoken-of` (those of the rules that wait for a subject)."""
    setting: Setting = Setting()
    temperature: float = 1.0
    """Of the pull; everything else is at 1."""
    unattributed: bool = False


_SWAP = {"reference": "swap", "names": SWAP_NAMES, "count": SWAP_COUNT}
CASES = [
    Case("model", "demo", unattributed=True),
    Case("unnamed", "few", unattributed=True),
    Case("on-policy", "demo", Setting(on_policy=True)),
    Case("swap", "demo", Setting(**_SWAP)),
    Case("swap-on-policy", "demo", Setting(on_policy=True, **_SWAP)),
    Case("no-reference", "demo", Setting("none")),
    Case("teacher-alone", "demo", Setting("none", student=False)),
    Case("rules", "rules"),
    Case("rules-hot", "rules", temperature=2.0),
    Case("rules-swap", "spoken-of", Setting(**_SWAP)),
    Case("rules-no-reference", "rules", Setting("none")),
]
