"""The README's Python examples run as they stand."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BLOCKS = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.S)


def test_there_are_examples():
    assert BLOCKS


@pytest.mark.parametrize("block", BLOCKS)
def test_example(block, tmp_path, monkeypatch):
    # The examples read the corpora and write beside them; here they write elsewhere.
    (tmp_path / "corpora").symlink_to(ROOT / "corpora")
    monkeypatch.chdir(tmp_path)
    exec(compile(block, "README.md", "exec"), {})
    if "save_pretrained" in block:
        assert (tmp_path / "my-tokenizer" / "tokenizer.json").is_file()
