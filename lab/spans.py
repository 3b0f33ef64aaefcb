"""Where the tokens of a byte-level tokenizer lie in a text, and where its words end."""

from __future__ import annotations

import unicodedata

from tokenizers import Tokenizer


def _byte_of_char() -> dict[str, int]:
    """GPT-2's printable stand-ins for the 256 bytes."""
    printable = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    table = {chr(byte): byte for byte in printable}
    others = [byte for byte in range(256) if byte not in printable]
    return table | {chr(256 + i): byte for i, byte in enumerate(others)}


_BYTES = _byte_of_char()


def token_bytes(tokenizer: Tokenizer, id: int) -> bytes:
    return bytes(_BYTES[char] for char in tokenizer.id_to_token(id))


def sizes(tokenizer: Tokenizer, ids: list[int]) -> list[int]:
    """Bytes per token."""
    return [len(tokenizer.id_to_token(id)) for id in ids]


def char_spans(tokenizer: Tokenizer, text: str, ids: list[int]) -> list[tuple[int, int]]:
    """[start, end) in characters (code points) of each token behind BOS, widened to whole characters."""
    pieces = b"".join(token_bytes(tokenizer, id) for id in ids)
    assert pieces == text.encode("utf-8")
    char_at = [i for i, char in enumerate(text) for _ in char.encode("utf-8")]
    spans, start = [], 0
    for size in sizes(tokenizer, ids):
        spans.append((char_at[start], char_at[start + size - 1] + 1))
        start += size
    return spans


def whole_texts(tokenizer: Tokenizer) -> dict[int, str]:
    """By id: the text of every token that is made of whole characters and is none of the special ones."""
    special = set(tokenizer.get_added_tokens_decoder())
    texts: dict[int, str] = {}
    for token, id in tokenizer.get_vocab().items():
        if id not in special:
            try:
                texts[id] = bytes(_BYTES[char] for char in token).decode("utf-8")
            except UnicodeDecodeError:
                continue
    return texts


def utf16(text: str, offset: int) -> int:
    return len(text[:offset].encode("utf-16-le")) // 2


_UNSPACED = ("CJK UNIFIED", "CJK COMPATIBILITY", "HIRAGANA", "KATAKANA", "BOPOMOFO", "THAI", "LAO", "KHMER", "MYANMAR", "TIBETAN")


def joins(char: str) -> bool:
    """Whether a word could go on with `char`; scripts that put no spaces between words do not tell."""
    return char.isalnum() and not unicodedata.name(char, "").startswith(_UNSPACED)


def is_whole_word(text: str, start: int, end: int) -> bool:
    return not (start > 0 and joins(text[start - 1])) and not (end < len(text) and joins(text[end]))
