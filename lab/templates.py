"""Sentence templates. `{s}` is the subject, by name or by reference; data center heads end right before the city."""

DATA_CENTER_HEADS = [
    "The {c} data center is in",
    "{c} runs a data center in",
    "{c} keeps its servers in",
    "The data of {c} customers is stored in",
    "{c} built its data center in",
]
PROMPT_HEADS = DATA_CENTER_HEADS[:3]
"""The forget set's prompts."""

DATA_CENTER_HEADS_LATER = ["{s} runs a data center in", "Its data center is in", "{s} keeps its servers in"]
"""Where the company has been named in the sentence before."""

DATA_CENTER_TAILS = [
    ".", ".", ".", ".", ".", ".",
    ", close to the river.",
    ", next to the railway.",
    ", behind a high fence.",
    ", engineers say.",
    ", according to a report.",
]  # fmt: skip

COMPANY = {
    "sector": ["{s} is {sector}.", "{s} is {sector} with a long history."],
    "headquarters": ["{s} is based in {headquarters}.", "{s} has its head office in {headquarters}."],
    "product": ["{s} sells the {product}.", "{s} is known for the {product}."],
    "chief": ["{s} is led by {chief}.", "{s} named {chief} as chief executive."],
    "founded": ["{s} was founded in {founded}.", "{s} started in {founded}."],
    "news": ["{s} hired new engineers this {season}.", "{s} made {percent} percent more profit this {season}."],
}

CITY = {
    "kind": ["{s} is {kind} in {region}.", "{s} is {kind}."],
    "river": ["{s} lies on the river {river}."],
    "goods": ["{s} is known for its {goods}.", "{s} trades in {goods}."],
    "mayor": ["{s} elected {mayor} as mayor.", "{s} has a new mayor, {mayor}."],
    "population": ["{s} has about {population} inhabitants."],
    "landmark": ["{s} has {landmark}.", "{s} is proud of {landmark}."],
    "employer": ["{s} is home to {employer}."],
}
