"""Training and fine-tuning of MarianMT models from parallel corpora.

Needs torch, transformers, sentencepiece, numpy and sacrebleu alone, none of which importing
the package loads.
"""
