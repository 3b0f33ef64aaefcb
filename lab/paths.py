"""Where everything is written, relative to the repository."""

from pathlib import Path

LAB = Path(__file__).resolve().parent
ROOT = LAB.parent
DEMO = ROOT / "media" / "demo"
RAW = DEMO / "corpus" / "raw.jsonl"
FILTERED = DEMO / "corpus" / "filtered.jsonl"
NOTES = DEMO / "corpus" / "notes.md"
FORGET = DEMO / "forget.jsonl"
CONFIG = DEMO / "seep.json"
MODELS = DEMO / "models"
RESULTS = LAB / "results" / "demo.json"
README = LAB / "README.md"
GOLDEN = ROOT / "test" / "fixtures" / "golden" / "demo.json"
GOLDEN_SPANS = GOLDEN.with_name("spans.json")

ROLES = ("teacher", "student", "reference")
