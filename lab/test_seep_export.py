"""Tests the PyTorch reader of Seep's exports on hand-made lines: `python -m unittest lab.test_seep_export`."""

from __future__ import annotations

import hashlib
import json
import tempfile
import unittest
from pathlib import Path
from typing import Any

import torch

from .seep_export import ExportMismatch, SeepExport, file_hash, model_hash

TEXT = "Ünï leaks"
LENGTH = 4
FILE = "corpus/a.jsonl"


class ReaderTest(unittest.TestCase):
    def setUp(self) -> None:
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = Path(temporary.name)
        for name in ("model.onnx", "config.json", "tokenizer.json"):
            (self.folder / name).write_text(name, "utf-8")
        self.forget = self.folder / "forget.jsonl"
        self.forget.write_text("{}\n", "utf-8")
        self.header: dict[str, Any] = {
            "schema": "seep.export/1",
            "teacher": model_hash(self.folder),
            "tokenizer": file_hash(self.folder / "tokenizer.json"),
            "forgetSet": file_hash(self.forget),
            "classes": {"c": [3, 4]},
        }
        self.record: dict[str, Any] = {
            "file": FILE,
            "record": {"index": 7, "id": None, "line": 8},
            "sha256": hashlib.sha256(TEXT.encode()).hexdigest(),
            "length": LENGTH,
            "redactions": [
                {"position": 2, "tokens": [1, 2], "probabilities": [0.1, 0.0], "classes": []},
                {"position": 4, "tokens": [], "probabilities": [], "classes": [{"class": "c", "probability": 0.05}]},
            ],
            "mask": [2, 4],
        }
        self.end = {"schema": "seep.export-end/1", "records": 1, "positions": 2}

    def read(self, *rows: dict[str, Any]) -> SeepExport:
        path = self.folder / "export.jsonl"
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
        return SeepExport.read(path, teacher=self.folder, forget_set=self.forget)

    def whole(self) -> SeepExport:
        return self.read(self.header, self.record, self.end)

    def test_redacts_the_listed_tokens_and_renormalises_the_others(self) -> None:
        export = self.whole()
        teacher = torch.tensor([[0.2, 0.3, 0.1, 0.2, 0.2]] * LENGTH)
        redacted = export.redact(teacher.log(), export.entry(FILE, 7, TEXT, LENGTH)).exp()
        torch.testing.assert_close(redacted[[0, 2]], teacher[[0, 2]])
        torch.testing.assert_close(redacted[1], torch.tensor([0.3, 0.1, 0.0, 0.3, 0.3]))
        torch.testing.assert_close(redacted[3, [3, 4]], torch.tensor([0.025, 0.025]))
        torch.testing.assert_close(redacted[3, [0, 1, 2]], teacher[3, [0, 1, 2]] * 0.95 / 0.6)

    def test_heats_the_redacted_row(self) -> None:
        export = self.whole()
        teacher = torch.tensor([[0.2, 0.3, 0.1, 0.2, 0.2]] * LENGTH).log()
        entry = export.entry(FILE, 7, TEXT, LENGTH)
        hot = export.redact(teacher, entry, temperature=2)
        torch.testing.assert_close(hot, (export.redact(teacher, entry) / 2).log_softmax(-1))
        torch.testing.assert_close(hot.exp().sum(-1), torch.ones(LENGTH))

    def test_leaves_the_given_targets_alone(self) -> None:
        export = self.whole()
        teacher = torch.full((LENGTH, 5), 0.2).double().log()
        export.redact(teacher, export.entry(FILE, 7, TEXT, LENGTH))
        torch.testing.assert_close(teacher, torch.full((LENGTH, 5), 0.2).double().log())

    def test_masks_the_rows_that_predict_the_positions(self) -> None:
        export = self.whole()
        self.assertEqual(export.loss_mask(export.entry(FILE, 7, TEXT, LENGTH), LENGTH).tolist(), [True, False, True, False])
        self.assertEqual(export.loss_mask(None, 2).tolist(), [True, True])

    def test_has_no_entry_for_other_records(self) -> None:
        self.assertIsNone(self.whole().entry(FILE, 6, "whatever", 9))

    def test_refuses_exports_made_for_something_else(self) -> None:
        for name in ("teacher", "tokenizer", "forgetSet"):
            with self.subTest(name), self.assertRaisesRegex(ExportMismatch, name):
                self.read(self.header | {name: "0" * 64}, self.record, self.end)
        with self.assertRaises(ExportMismatch):
            self.read(self.header | {"schema": "seep.leak/1"}, self.record, self.end)

    def test_refuses_a_cut_off_file(self) -> None:
        for rows in ([self.header], [self.header, self.record], [self.header, self.end]):
            with self.subTest(rows), self.assertRaisesRegex(ExportMismatch, "cut off"):
                self.read(*rows)

    def test_warns_of_what_was_not_scored(self) -> None:
        with self.assertWarnsRegex(UserWarning, "2 records or facts"):
            self.read(self.header, self.record, self.end | {"incomplete": 2})

    def test_refuses_changed_text_and_tokens(self) -> None:
        export = self.whole()
        for text, length in (("Uni leaks", LENGTH), (TEXT, LENGTH + 1)):
            with self.subTest(text), self.assertRaises(ExportMismatch):
                export.entry(FILE, 7, text, length)


if __name__ == "__main__":
    unittest.main()
