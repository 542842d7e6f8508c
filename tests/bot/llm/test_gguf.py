import ctypes
import struct
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import ModelDamagedError, ModelError, ModelMissingError, ModelTooLargeError
from bot.llm.gguf import BLOCKS, check_memory, read_header
from knowledge.assets import Assets
from tests.bot.llm.tiny_gguf import tiny_gguf

DEFAULT = "smollm2-135m-instruct-q4_1.gguf"
TINY = tiny_gguf()


def write(folder: Path, content: bytes) -> Path:
    path = folder / "model.gguf"
    path.write_bytes(content)
    return path


def test_the_header_of_the_default_model(assets: Assets) -> None:
    """The count of weights is the catalogue's, and the length that the header asks for is the file's, to the byte."""
    path = assets.path(DEFAULT)
    header = read_header(path)
    assert header.weights == 134_515_008
    assert header.bytes == path.stat().st_size
    assert header.text("general.license", "?") == "apache-2.0"
    assert header.number("context_length", 0) == 8192
    assert header.lengths["tokenizer.ggml.tokens"] == 49_152


def test_a_tiny_file_is_read(tmp_path: Path) -> None:
    header = read_header(write(tmp_path, TINY))
    assert (header.weights, header.bytes) == (64, len(TINY))
    assert header.text("general.name", "?") == "Tiny"
    assert header.lengths == {"tokenizer.ggml.tokens": 3, "tokenizer.ggml.token_type": 3}


def test_block_sizes_are_those_of_ggml() -> None:
    import llama_cpp

    library = ctypes.CDLL(llama_cpp.llama_cpp._lib._name)
    library.ggml_blck_size.restype = ctypes.c_int64
    library.ggml_type_size.restype = ctypes.c_size_t
    assert {kind: (library.ggml_blck_size(kind), library.ggml_type_size(kind)) for kind in BLOCKS} == BLOCKS


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "not a GGUF"),
        (b"GGU", "not a GGUF"),
        (b"PK\x03\x04 not a model", "not a GGUF"),
        (b"GGUF", "damaged"),
        (b"GGUF" + struct.pack("<I", 99) + bytes(64), "version"),
        (b"GGUF" + struct.pack(">I", 3) + bytes(64), "version"),
        (b"GGUF" + struct.pack("<I", 3) + bytes(4096), "holds no model"),
        (b"GGUF" + struct.pack("<IQQ", 3, 2**63, 2**63), "damaged"),
        (TINY[:-1], "ends after"),
        (tiny_gguf(general__alignment=0), "damaged"),
        (tiny_gguf(general__architecture=None), "holds no model"),
        (tiny_gguf(tokenizer__ggml__model=None), "not a model that writes"),
        (tiny_gguf(llama__attention__causal=False), "not a model that writes"),
    ],
)
def test_a_file_that_is_no_model_is_one_clear_error(tmp_path: Path, content: bytes, said: str) -> None:
    with pytest.raises(ModelDamagedError, match=rf"model\.gguf.*{said}"):
        read_header(write(tmp_path, content))


def test_every_truncation_is_noticed(tmp_path: Path) -> None:
    for size in range(len(TINY)):
        with pytest.raises(ModelDamagedError):
            read_header(write(tmp_path, TINY[:size]))


def test_a_truncation_of_the_real_file_is_noticed(assets: Assets, tmp_path: Path) -> None:
    path = tmp_path / "cut.gguf"
    with assets.path(DEFAULT).open("rb") as file:
        path.write_bytes(file.read(20_000_000))
    with pytest.raises(ModelDamagedError, match=r"ends after 20,000,000 of 98,362,432 bytes"):
        read_header(path)


@given(st.data())
def test_no_damage_raises_anything_else(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    """Bytes are changed at random places of the header; the result is read, or refused with an error of ours."""
    content = bytearray(TINY)
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(8, len(content) - 1))] = data.draw(st.integers(0, 255))
    path = write(tmp_path_factory.getbasetemp(), bytes(content))
    with suppress(ModelError):
        check_memory(path, read_header(path), 512)


def test_missing_paths_and_directories_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(ModelMissingError, match="does not exist"):
        read_header(tmp_path / "none.gguf")
    with pytest.raises(ModelMissingError, match="is a directory"):
        read_header(tmp_path)


def test_memory_is_worked_out_from_the_header(assets: Assets) -> None:
    """Within a tenth of what llama.cpp allocates for it, as its log says: weights, KV cache, compute buffer."""
    header = read_header(assets.path(DEFAULT))
    for context, allocated in ((512, 92.1 + 11.3 + 98.3), (2048, 92.1 + 45 + 99.4), (8192, 92.1 + 180 + 166.4)):
        assert header.memory(context) / 2**20 == pytest.approx(allocated, rel=0.1)


def test_a_model_larger_than_memory_is_refused_with_numbers(assets: Assets, monkeypatch: pytest.MonkeyPatch) -> None:
    class Little:
        available = 230 * 2**20

    path = assets.path(DEFAULT)
    header = read_header(path)
    monkeypatch.setattr("psutil.virtual_memory", Little)
    check_memory(path, header, 512)
    with pytest.raises(ModelTooLargeError, match=r"2048 tokens needs about 0\.2 GiB.*0\.2 GiB are free"):
        check_memory(path, header, 2048)
