"""What the tests share: known answers, a small corpus, a trained tokenizer, the command line."""

import os
import re
import shlex
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from hybridtok.evaluation import FileValidator

ROOT = Path(__file__).parents[2]

# Where a shell runs the tests in the background, interrupts are ignored, and commands that tests
# start and interrupt would inherit that.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

LINES = [
    "Bir varmış, bir yokmuş; evvel zaman içinde, kalbur saman içinde.",
    "Develer tellal iken, pireler berber iken, ben annemin beşiğini tıngır mıngır sallar iken.",
    "Kitaplarımızı Ankara'dan getirdiler, çok sevindik! 12 345 kişi geldi.",
    "The tokens of a text are the words of the model; it's what we'll see.",
    "Talossani on kissoja ja taloissammekin on kissoja.",
    "def f(x):\n\treturn x ** 2  # kare\n",
    "👍🏽 日本語 e\u0301 ﬁ İ ı",
]


def golden(area: str) -> Path:
    """The folder of known answers of an area; $HYBRIDTOK_GOLDEN replaces the ones of the repo."""
    return Path(os.environ.get("HYBRIDTOK_GOLDEN") or ROOT / "tests" / "vectors") / area


def golden_file(area: str, name: str) -> Path:
    path = golden(area) / name
    if not path.exists():
        pytest.fail(f"the known answers {path} are missing")
    return path


@pytest.fixture(scope="session")
def lines() -> list[str]:
    return LINES * 5


@pytest.fixture(scope="session")
def corpus(tmp_path_factory, lines) -> Path:
    path = tmp_path_factory.mktemp("corpus") / "corpus.txt"
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def trained(lines):
    import hybridtok as ht

    return ht.train_bpe(lines, vocab_size=500, special_tokens=["<s>", "</s>"])


@pytest.fixture(scope="session")
def model(trained, tmp_path_factory) -> Path:
    """A directory with the trained tokenizer."""
    path = tmp_path_factory.mktemp("model") / "tokenizer"
    trained.save_pretrained(path)
    return path


@dataclass
class Outcome:
    code: int
    out: bytes
    err: str

    @property
    def text(self) -> str:
        return self.out.decode("utf-8")


@pytest.fixture(scope="session")
def cli():
    """Runs `hybridtok`; returns exit code, stdout and stderr."""

    def run(*arguments, stdin: bytes | str = b"", env=None, cwd=None) -> Outcome:
        if isinstance(stdin, str):
            stdin = stdin.encode("utf-8")
        variables = {k: v for k, v in os.environ.items() if not k.startswith("HYBRIDTOK_")}
        done = subprocess.run(
            [sys.executable, "-m", "hybridtok", *map(str, arguments)],
            input=stdin,
            capture_output=True,
            env={**variables, **(env or {})},
            cwd=cwd,
            timeout=60,
        )
        return Outcome(done.returncode, done.stdout, done.stderr.decode("utf-8"))

    return run


@pytest.fixture
def run_page(cli, tmp_path, monkeypatch):
    """Runs the examples of a page of the docs, in an empty folder beside the corpora.

    First the commands, then the Python blocks but those that ``skip`` says.
    """

    def run(name: str, skip=lambda block: False) -> None:
        page = (ROOT / "docs" / name).read_text(encoding="utf-8")
        (tmp_path / "corpora").symlink_to(ROOT / "corpora")
        monkeypatch.chdir(tmp_path)
        commands = "".join(re.findall(r"```sh\n(.*?)```", page, re.S)).splitlines()
        blocks = re.findall(r"```python\n(.*?)```", page, re.S)
        assert commands or blocks
        for command in commands:
            program, *arguments = shlex.split(command)
            assert program == "hybridtok"
            done = cli(*arguments, cwd=tmp_path)
            assert done.code == 0, (command, done.err)
        for block in blocks:
            if not skip(block):
                exec(compile(block, name, "exec"), {})

    return run


@pytest.fixture
def verdicts(tmp_path):
    path = tmp_path / "verdicts.csv"
    path.write_text(
        'token,count,is_turkish,is_pure\n▁ve,9,1,1\nkitaplar,2,1,0\nışık,1,1,1\n",",5,0,0\n"""",1,0,0\n',
        "utf-8",
    )
    return FileValidator(path)
