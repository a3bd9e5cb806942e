"""`CTranslate2Engine`: the engine for everyday use, without torch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from align.errors import ModelError, UsageError
from align.translate.conversion import converted
from align.translate.engine import Decoding, Hypothesis
from align.translate.marian import END, MarianEngine, check_device, usable_cpus
from align.translate.models import Model

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Of the source, padded. A small model's tables stay in the processor's caches only while batches
# are small: on one core 2,048 tokens are a quarter slower than 512 (news).
_BATCH_TOKENS: Final = 512


class CTranslate2Engine(MarianEngine):
    """Runs a model with CTranslate2; see `align.translate.engine.Engine`.

    On a processor each thread translates its own batch: two workers of one thread are faster
    than one worker of two, since the matrices are small. A translation does not depend on
    the batch it is in or the number of threads, but for the last bits of float32.
    """

    def __init__(
        self,
        model: Model,
        *,
        quantization: str | None = None,
        threads: int | None = None,
        device: str = "cpu",
    ) -> None:
        """Load `model`, converting it first if that was never done.

        Args:
            model: The checkpoint.
            quantization: `int8`, `int8_float16`, `float16`, `float32`, or another that
                CTranslate2 knows; None for int8, on a GPU int8_float16.
            threads: At most so many processors; None for all that this process may use.
            device: `cpu` or `cuda`.

        Raises:
            UsageError: There is no such device or quantization here.
            ModelError: The model is damaged.
            MissingExtraError: It must be converted, and the extra `torch` is not installed.
        """
        import ctranslate2

        quantization = quantization or ("int8" if device == "cpu" else "int8_float16")
        _check_device(device, quantization)
        folder = converted(model, quantization=quantization)
        super().__init__(model, f"ctranslate2:{ctranslate2.__version__}|{quantization}|{device}")
        try:
            self._translator = ctranslate2.Translator(
                str(folder),
                device=device,
                compute_type=quantization,
                inter_threads=(threads or usable_cpus()) if device == "cpu" else 1,
                intra_threads=1,
            )
        except (RuntimeError, ValueError, LookupError, MemoryError) as error:
            raise ModelError(f"{folder}: cannot be loaded: {error}") from error

    def translate(self, batch: Sequence[list[str]], decoding: Decoding) -> list[Hypothesis]:
        """Translate source pieces; sorting and spreading over threads is CTranslate2's work.

        Nothing in gives nothing out, with score 0.
        """
        if not batch:
            return []
        self.check_lengths(batch)
        sources = [[*pieces, END] for pieces in batch]
        results = self._search(sources, decoding)
        outputs: list[list[str]] = [result.hypotheses[0] for result in results]
        if decoding.repetition_penalty != 1 or decoding.no_repeat_ngram:
            scores = self._rescore(sources, outputs)
        else:
            # What CTranslate2 gives is the sum over length ** length_penalty, end included.
            power = decoding.length_penalty - 1
            scores = [
                result.scores[0] * max(1, len(output)) ** power
                for result, output in zip(results, outputs, strict=True)
            ]
        return [
            Hypothesis(output[:-1] if output[-1:] == [END] else output, min(0.0, score))
            for output, score in zip(outputs, scores, strict=True)
        ]

    def _search(self, sources: list[list[str]], decoding: Decoding) -> list[Any]:
        """Return the results of CTranslate2; all batches wait for threads at once."""
        groups: dict[int, list[int]] = {}
        for place, source in enumerate(sources):
            limit = self.max_target_tokens(decoding, len(source) - 1)
            groups.setdefault(limit, []).append(place)
        waiting: dict[int, Any] = {}
        for limit, places in groups.items():
            promised = self._translator.translate_batch(
                [sources[place] for place in places],
                max_batch_size=_BATCH_TOKENS,
                batch_type="tokens",
                asynchronous=True,
                max_input_length=0,
                beam_size=decoding.beam,
                length_penalty=decoding.length_penalty,
                repetition_penalty=decoding.repetition_penalty,
                no_repeat_ngram_size=decoding.no_repeat_ngram,
                max_decoding_length=limit,
                min_decoding_length=0,
                return_scores=True,
                return_end_token=True,
            )
            waiting.update(zip(places, promised, strict=True))
        return [waiting[place].result() for place in range(len(sources))]

    def attend(
        self, sources: Sequence[list[str]], targets: Sequence[list[str]]
    ) -> list[NDArray[Any]]:
        """Return the attention of the alignment head; see `AttentiveEngine`."""
        import numpy as np

        if not sources:
            return []
        self.check_lengths([*sources, *targets])
        results = self._translator.translate_batch(
            [[*pieces, END] for pieces in sources],
            target_prefix=[[*pieces, END] for pieces in targets],
            max_batch_size=_BATCH_TOKENS,
            batch_type="tokens",
            max_input_length=0,
            beam_size=1,
            max_decoding_length=max(map(len, targets)) + 2,
            return_attention=True,
            return_end_token=True,  # else its row is missing
        )
        lag = self.alignment_head.lag
        return [
            np.asarray(result.attention[0], dtype=np.float32)[lag : lag + len(pieces)]
            for result, pieces in zip(results, targets, strict=True)
        ]

    def _rescore(self, sources: list[list[str]], outputs: list[list[str]]) -> list[float]:
        """Return the model's own mean log-probabilities: those of the search hold penalties."""
        results: list[Any] = self._translator.score_batch(
            sources,
            [output[:-1] if output[-1:] == [END] else output for output in outputs],
            max_batch_size=_BATCH_TOKENS,
            batch_type="tokens",
            max_input_length=0,
        )
        # An output that ran into the limit has no end token, and none is counted.
        return [
            sum(result.log_probs[: len(output)]) / max(1, len(output))
            for result, output in zip(results, outputs, strict=True)
        ]


def _check_device(device: str, quantization: str) -> None:
    import ctranslate2

    check_device(device, ctranslate2.get_cuda_device_count())
    known = ctranslate2.get_supported_compute_types(device)
    if quantization not in known:
        raise UsageError(
            f"quantization {quantization!r}: this {device} has {', '.join(sorted(known))}"
        )
