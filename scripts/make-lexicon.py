#!/usr/bin/env python3
"""Makes lexicon/words.txt and lexicon/vectors.bin from a sentence model of the MiniLM family.

    pip install numpy safetensors tokenizers
    python scripts/make-lexicon.py MODEL_FOLDER    # with model.safetensors and tokenizer.json

Each word piece of the model, and each word of our own pages that it has no piece for, is read by the model alone; the
vectors are reduced to 128 dimensions, weighted by how rare the word is, and kept as bytes. Takes some minutes.
"""
import glob, math, pathlib, re, sys
import numpy as np
from safetensors.numpy import load_file
from tokenizers import Tokenizer

DIMENSIONS, LAYERS, HEADS, BATCH, RARE = 128, 6, 12, 512, 25_000
model, root = pathlib.Path(sys.argv[1]), pathlib.Path(__file__).parent.parent
W = {name.removeprefix("bert."): value.astype(np.float32) for name, value in load_file(model / "model.safetensors").items()}
tokenizer = Tokenizer.from_file(str(model / "tokenizer.json"))
tokenizer.no_padding()


def dense(x, name):
    return x @ W[name + ".weight"].T + W[name + ".bias"]


def norm(x, name):
    x = x - x.mean(-1, keepdims=True)
    return x / np.sqrt((x * x).mean(-1, keepdims=True) + 1e-12) * W[name + ".weight"] + W[name + ".bias"]


def erf(x):  # Abramowitz and Stegun 7.1.26
    t = 1 / (1 + 0.3275911 * np.abs(x))
    p = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t
    return np.sign(x) * (1 - p * np.exp(-x * x))


def read(ids):
    """Sequences of one length to the mean of what the model makes of their tokens."""
    count, length = ids.shape
    e = "embeddings."
    positions = W[e + "position_embeddings.weight"][:length] + W[e + "token_type_embeddings.weight"][0]
    x = norm(W[e + "word_embeddings.weight"][ids] + positions, e + "LayerNorm")
    for i in range(LAYERS):
        layer = f"encoder.layer.{i}."
        parts = ("query", "key", "value")
        q, k, v = (dense(x, layer + "attention.self." + p).reshape(count, length, HEADS, -1).transpose(0, 2, 1, 3) for p in parts)
        scores = q @ k.transpose(0, 1, 3, 2) / math.sqrt(q.shape[-1])
        scores = np.exp(scores - scores.max(-1, keepdims=True))
        seen = (scores / scores.sum(-1, keepdims=True) @ v).transpose(0, 2, 1, 3).reshape(count, length, -1)
        x = norm(x + dense(seen, layer + "attention.output.dense"), layer + "attention.output.LayerNorm")
        h = dense(x, layer + "intermediate.dense")
        x = norm(x + dense(h * 0.5 * (1 + erf(h / math.sqrt(2))), layer + "output.dense"), layer + "output.LayerNorm")
    return x.mean(1)


def our_words(known):
    found = set()
    for pattern in ("src/runbooks/concepts/*.ts", "runbooks/*.md", "src/incident/fault-classes/*.ts"):
        for path in glob.glob(str(root / pattern)):
            found |= {word.lower() for word in re.findall(r"(?<![A-Za-z])[A-Za-z]{4,21}(?![A-Za-z])", pathlib.Path(path).read_text())}
    return sorted(found - known)


vocabulary = tokenizer.get_vocab()
pieces = [word for word in sorted(vocabulary, key=vocabulary.get) if re.fullmatch(r"(##)?[a-z0-9]+", word)]
begin, end = (vocabulary[name] for name in ("[CLS]", "[SEP]"))
sequences = {word: [begin, vocabulary[word], end] for word in pieces}
sequences |= {word: tokenizer.encode(word).ids for word in our_words(set(vocabulary))}
vectors = {}
for length in {len(ids) for ids in sequences.values()}:
    some = [word for word, ids in sequences.items() if len(ids) == length]
    for at in range(0, len(some), BATCH):
        words = some[at : at + BATCH]
        vectors |= dict(zip(words, read(np.array([sequences[word] for word in words]))))

table = np.stack([vectors[word] for word in sequences])
table -= table.mean(0)
sample = table[np.random.RandomState(0).choice(len(table), 8000, replace=False)]
table = table @ np.linalg.svd(sample, full_matrices=False)[2][:DIMENSIONS].T
# The vocabulary stands in the order of how common its words are.
table *= np.log(1 + np.array([vocabulary.get(word, RARE) for word in sequences]))[:, None]
scale = np.abs(table).max(1) / 127
(root / "lexicon").mkdir(exist_ok=True)
(root / "lexicon" / "words.txt").write_text("\n".join(sequences) + "\n")
(root / "lexicon" / "vectors.bin").write_bytes(scale.astype("<f4").tobytes() + np.round(table / scale[:, None]).astype(np.int8).tobytes())
