"""Corpora: files, tables, iterables and datasets as streams of documents."""

from hybridtok.corpus.documents import Corpus, Documents, open_corpus
from hybridtok.corpus.paths import find_files

__all__ = ["Corpus", "Documents", "find_files", "open_corpus"]
