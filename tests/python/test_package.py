"""The package itself: what importing it costs, its names, its errors."""

import copy
import pickle
import subprocess
import sys
from pathlib import Path

import pytest

import hybridtok as ht
from hybridtok import errors

HEAVY = ["numpy", "pyarrow", "transformers", "tokenizers", "datasets", "torch", "typer", "rich"]


def in_new_process(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_import_loads_nothing_heavy():
    code = f"import sys, hybridtok; print([m for m in {HEAVY} if m in sys.modules])"
    assert in_new_process(code).strip() == "[]"


def test_tokenizing_loads_no_numpy_until_an_array_is_made(model):
    code = f"""
import sys, hybridtok
tok = hybridtok.Tokenizer.from_pretrained({str(model)!r})
assert tok.encode("bir").ids
print([m for m in {HEAVY} if m in sys.modules])
"""
    assert in_new_process(code).strip() == "[]"


@pytest.mark.parametrize("name", ht.__all__)
def test_every_public_name_is_there(name):
    if name in ("hf", "torch"):
        pytest.importorskip({"hf": "transformers"}.get(name, name))
    assert getattr(ht, name) is not None
    assert name in dir(ht)


def test_unknown_names_are_attribute_errors():
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = ht.nothing


ATTRIBUTES = {
    "FormatError": {"path": "model.merges[0]", "offset": 3, "format": "tokenizer.json"},
    "ArtefactError": {"path": "sha256", "offset": None, "format": "hybridtok.json"},
    "LimitError": {"limit": "merges", "value": 5, "max": 4},
    "UnknownTokenError": {"char_offset": 2},
    "SpecialTokenError": {"char_offset": 0},
    "ExportError": {"component": "normalizer"},
    "TrainingError": {},
    "EncodingError": {"file": "a.txt", "offset": 9},
    "InternalError": {},
}


@pytest.mark.parametrize(("name", "attributes"), ATTRIBUTES.items())
def test_errors_keep_their_attributes(name, attributes):
    error = getattr(errors, name)("what, where", **attributes)
    for same in (error, pickle.loads(pickle.dumps(error)), copy.copy(error)):
        assert str(same) == "what, where"
        assert {key: getattr(same, key) for key in attributes} == attributes
        assert isinstance(same, ht.HybridtokError)
        assert isinstance(same, RuntimeError if name == "InternalError" else ValueError)


def test_the_package_is_typed():
    assert (Path(ht.__file__).parent / "py.typed").exists()
