"""The tokenizers that are measured, each behind the same small class."""

from hybridtok.bench.peers.base import Peer, Source, Task, reason
from hybridtok.bench.peers.fastokens import Fastokens
from hybridtok.bench.peers.gigatoken import Gigatoken
from hybridtok.bench.peers.huggingface import HuggingFace
from hybridtok.bench.peers.kitoken import Kitoken
from hybridtok.bench.peers.ours import Ours
from hybridtok.bench.peers.rs_bpe import RsBpe
from hybridtok.bench.peers.sentencepiece import SentencePiece
from hybridtok.bench.peers.tiktoken import Tiktoken

__all__ = ["PEERS", "Peer", "Source", "Task", "reason"]

#: In the order of the tables.
PEERS: dict[str, type[Peer]] = {
    peer.name: peer
    for peer in (
        Ours,
        HuggingFace,
        Gigatoken,
        Fastokens,
        Kitoken,
        Tiktoken,
        RsBpe,
        SentencePiece,
    )
}
