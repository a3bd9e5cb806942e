"""`TransformersEngine`: the reference that the everyday engine is held against."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

from align.errors import MissingExtraError, ModelError, one_line
from align.translate.engine import Decoding, Hypothesis
from align.translate.layout import LOCAL, check_whole
from align.translate.marian import END, UNKNOWN, MarianEngine, check_device
from align.translate.models import Model
from align.translate.target_pieces import target_language, target_rows

if TYPE_CHECKING:
    import torch
    from numpy.typing import NDArray

_BATCH_TOKENS: Final = 1024  # padded


class TransformersEngine(MarianEngine):
    """Runs a model with transformers in float32; see `align.translate.engine.Engine`.

    It searches as CTranslate2 does (stops at `beam` finished hypotheses, takes no account of
    tokens that cannot come), so that both give the same, with one exception: with beams,
    transformers applies a repetition penalty to log-probabilities, CTranslate2 to logits.
    """

    def __init__(self, model: Model, *, threads: int | None = None, device: str = "cpu") -> None:
        """Load `model`.

        Args:
            model: The checkpoint.
            threads: Threads of torch, for the whole process; None leaves them as they are.
            device: `cpu` or `cuda`.

        Raises:
            MissingExtraError: The extra `torch` is not installed.
            UsageError: There is no such device here.
            ModelError: The model is damaged.
        """
        try:
            import torch
            import transformers
        except ImportError as error:
            raise MissingExtraError("the transformers engine", "torch") from error
        check_device(device, torch.cuda.device_count())
        if threads:
            torch.set_num_threads(threads)
        super().__init__(model, f"transformers:{transformers.__version__}|float32|{device}")
        self._device = device
        self._lock = Lock()
        self._network = _load(model).to(device).eval()
        config = self._network.config
        self._pad: int = config.pad_token_id
        self._rows = {row: piece for piece, row in self.target_vocabulary.items()}
        self._bad_words = self._find_bad_words()

    def _find_bad_words(self) -> list[list[int]]:
        """Return what must never come out: what the checkpoint says, and pieces of Urdu."""
        said: list[list[int]] = self._network.generation_config.bad_words_ids or [[self._pad]]
        rows = sorted(self._rows)
        language = target_language(self._folder)
        may = {rows[place] for place in target_rows((self._rows[row] for row in rows), language)}
        return said + [[row] for row in rows if row not in may and [row] not in said]

    def translate(self, batch: Sequence[list[str]], decoding: Decoding) -> list[Hypothesis]:
        """Translate source pieces, in batches of like lengths; nothing in gives nothing out."""
        from align.translate.quiet import quiet_transformers

        self.check_lengths(batch)
        vocabulary = self.vocabulary
        unknown = vocabulary[UNKNOWN]
        rows = {
            i: [vocabulary.get(piece, unknown) for piece in [*pieces, END]]
            for i, pieces in enumerate(batch)
            if pieces
        }
        found: dict[int, Hypothesis] = {}
        with self._lock, quiet_transformers():
            limits = {i: self.max_target_tokens(decoding, len(row) - 1) for i, row in rows.items()}
            for chosen in _batches({i: len(row) for i, row in rows.items()}, limits):
                searched = [rows[i] for i in chosen]
                hypotheses = self._translate(searched, decoding, limits[chosen[0]])
                found.update(zip(chosen, hypotheses, strict=True))
        return [found.get(i, Hypothesis([], 0.0)) for i in range(len(batch))]

    def attend(
        self, sources: Sequence[list[str]], targets: Sequence[list[str]]
    ) -> list[NDArray[Any]]:
        """Return the attention of the alignment head; see `AttentiveEngine`."""
        head = self.alignment_head
        return [
            attention[head.layer, head.head, head.lag : head.lag + len(target)]
            for attention, target in zip(self.attentions(sources, targets), targets, strict=True)
        ]

    def attentions(
        self, sources: Sequence[list[str]], targets: Sequence[list[str]]
    ) -> list[NDArray[Any]]:
        """Return what every head sees, [layers, heads, target pieces + 1, source pieces + 1].

        The rows are those of the steps: the first has read nothing yet, the last all pieces.
        """
        from align.translate.quiet import quiet_transformers

        self.check_lengths([*sources, *targets])
        source, target = self.vocabulary, self.target_vocabulary
        unknown = source[UNKNOWN]
        with self._lock, quiet_transformers():
            return [
                cross_attentions(
                    self._network,
                    [source.get(piece, unknown) for piece in [*pieces, END]],
                    [target.get(piece, unknown) for piece in said],
                )
                for pieces, said in zip(sources, targets, strict=True)
            ]

    def _translate(self, rows: list[list[int]], decoding: Decoding, limit: int) -> list[Hypothesis]:
        import torch
        from transformers import GenerationConfig

        config = self._network.config
        # Nothing of the checkpoint's own taste remains but what must never come out.
        self._network.generation_config = GenerationConfig(
            num_beams=decoding.beam,
            do_sample=False,
            early_stopping=decoding.beam > 1,
            length_penalty=decoding.length_penalty,
            repetition_penalty=decoding.repetition_penalty,
            no_repeat_ngram_size=decoding.no_repeat_ngram,
            max_new_tokens=limit,
            bad_words_ids=self._bad_words,
            renormalize_logits=True,
            pad_token_id=config.pad_token_id,
            eos_token_id=config.eos_token_id,
            decoder_start_token_id=config.decoder_start_token_id,
        )
        source = self._padded(rows)
        with torch.inference_mode():
            output = self._network.generate(
                input_ids=source, attention_mask=(source != self._pad).long()
            )
            scores = self._scores(source, output)
        end = config.eos_token_id
        return [
            Hypothesis(
                [self._rows.get(row, UNKNOWN) for row in rows if row not in (end, self._pad)], score
            )
            for rows, score in zip(output[:, 1:].tolist(), scores, strict=True)
        ]

    def _scores(self, source: torch.Tensor, output: torch.Tensor) -> list[float]:
        """Return the mean log-probability of each row of `output`, after its start token."""
        target = output[:, 1:]
        logits = self._network(
            input_ids=source,
            attention_mask=(source != self._pad).long(),
            decoder_input_ids=output[:, :-1],
        ).logits
        logits[:, :, [word[0] for word in self._bad_words if len(word) == 1]] = -float("inf")
        counted = target != self._pad
        chosen = logits.log_softmax(-1).gather(2, target[:, :, None])[:, :, 0]
        total = chosen.masked_fill(~counted, 0.0).sum(1)
        scores: list[float] = (total / counted.sum(1)).clamp(max=0.0).tolist()
        return scores

    def _padded(self, rows: list[list[int]]) -> torch.Tensor:
        import torch

        width = max(map(len, rows))
        return torch.tensor(
            [row + [self._pad] * (width - len(row)) for row in rows], device=self._device
        )


def cross_attentions(network: Any, source: list[int], target: list[int]) -> NDArray[Any]:
    """Return [layers, heads, target + 1, source], what a MarianMTModel sees as it reads `target`.

    Args:
        network: On any device.
        source: Rows of the embeddings, the end token among them.
        target: Likewise, without start and end token.
    """
    import torch

    usual = network.config._attn_implementation
    network.set_attn_implementation("eager")  # the others do not show it
    try:
        with torch.inference_mode():
            found = network(
                input_ids=torch.tensor([source], device=network.device),
                decoder_input_ids=torch.tensor(
                    [[network.config.decoder_start_token_id, *target]], device=network.device
                ),
                output_attentions=True,
            )
        seen: NDArray[Any] = torch.cat(found.cross_attentions).float().cpu().numpy()
    finally:
        network.set_attn_implementation(usual)
    return seen


def _load(model: Model) -> Any:
    import torch
    from transformers import MarianMTModel

    from align.translate.quiet import quiet_transformers

    try:
        with quiet_transformers():
            network, found = MarianMTModel.from_pretrained(
                str(model.folder), dtype=torch.float32, **LOCAL, output_loading_info=True
            )
            check_whole(found)
            return network
    except Exception as error:  # there is nothing that a damaged file does not raise
        raise ModelError(f"{model.folder}: cannot be loaded: {one_line(error)}") from error


def _batches(lengths: dict[int, int], limits: dict[int, int]) -> Iterator[list[int]]:
    """Yield keys of like lengths and one limit, at most _BATCH_TOKENS a batch with padding."""
    batch: list[int] = []
    for i in sorted(lengths, key=lengths.__getitem__, reverse=True):
        is_full = bool(batch) and lengths[batch[0]] * (len(batch) + 1) > _BATCH_TOKENS
        if is_full or (batch and limits[batch[0]] != limits[i]):
            yield batch
            batch = []
        batch.append(i)
    if batch:
        yield batch
