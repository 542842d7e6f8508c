"""Writes GGUF files of a few hundred bytes: whole by the format, and holding no model worth running."""

import struct

Value = str | int | bool | float | list[str] | list[int]

METADATA: dict[str, Value] = {
    "general.architecture": "llama",
    "general.name": "Tiny",
    "general.license": "mit",
    "llama.context_length": 1024,
    "llama.block_count": 2,
    "llama.embedding_length": 64,
    "llama.attention.head_count": 4,
    "llama.attention.head_count_kv": 2,
    "tokenizer.ggml.model": "gpt2",
    "tokenizer.ggml.tokens": ["a", "b", "c"],
    "tokenizer.ggml.token_type": [1, 1, 1],
}


def tiny_gguf(**changed: Value | None) -> bytes:
    """Return a file with one tensor of 32 x 2 weights in Q8_0; `changed` metadata has "__" for "."; None leaves out."""
    changes = {key.replace("__", "."): value for key, value in changed.items()}
    metadata = {key: value for key, value in (METADATA | changes).items() if value is not None}
    head = b"GGUF" + struct.pack("<IQQ", 3, 1, len(metadata))
    head += b"".join(_text(key) + _value(value) for key, value in metadata.items())
    head += _text("token_embd.weight") + struct.pack("<IQQIQ", 2, 32, 2, 8, 0)
    return head + bytes(-len(head) % 32) + bytes(2 * 34)


def _text(text: str) -> bytes:
    return struct.pack("<Q", len(text.encode())) + text.encode()


def _value(value: Value) -> bytes:
    match value:
        case bool():
            return struct.pack("<I?", 7, value)
        case int():
            return struct.pack("<Ii", 5, value)
        case float():
            return struct.pack("<If", 6, value)
        case str():
            return struct.pack("<I", 8) + _text(value)
    if value and isinstance(value[0], str):
        return struct.pack("<IIQ", 9, 8, len(value)) + b"".join(_text(str(item)) for item in value)
    return struct.pack("<IIQ", 9, 5, len(value)) + b"".join(struct.pack("<i", int(item)) for item in value)
