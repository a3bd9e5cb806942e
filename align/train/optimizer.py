"""Optimizers: Adam, and Muon for the matrices of the hidden layers with Adam for the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any, Final, cast, overload

import torch
from torch import Tensor, nn

BETAS: Final = (0.9, 0.98)  # Vaswani et al. 2017
MOMENTUM: Final = 0.95
# Quintic that drives singular values towards 1 (Jordan et al. 2024, "Muon").
NEWTON_SCHULZ: Final = (3.4445, -4.7750, 2.0315)
ITERATIONS: Final = 5

OPTIMIZERS: Final = ("muon", "adam")


def make_optimizer(name: str, network: nn.Module, rate: float) -> torch.optim.Optimizer:
    """Return the optimizer `name` for all trained weights of a Marian network.

    Muon takes the two-dimensional weights of layers; embeddings, output, norms and biases go to
    Adam, as its authors advise.
    """
    trained = [
        (name, weight) for name, weight in network.named_parameters() if weight.requires_grad
    ]
    matrices = [weight for name, weight in trained if ".layers." in name and weight.ndim == 2]
    if name == "adam" or not matrices:
        weights = [weight for _, weight in trained]
        return torch.optim.Adam(weights, lr=rate, betas=BETAS, fused=True)
    chosen = {id(weight) for weight in matrices}
    others = [weight for _, weight in trained if id(weight) not in chosen]
    return Muon(matrices, others, rate)


class Muon(torch.optim.Adam):
    """Muon (Jordan et al. 2024) for matrices, Adam for other weights, at one rate.

    An update of a matrix is its momentum (Nesterov's), made nearly orthogonal and scaled by
    0.2 √max(rows, columns), which gives it the size of an update of Adam (Liu et al. 2025, "Muon
    is scalable"). Matrices of equal shape are worked on as one stack, and in bfloat16 only where
    that is the faster (see `precision`), unlike `torch.optim.Muon`.
    """

    def __init__(self, matrices: Iterable[Tensor], others: Iterable[Tensor], rate: float) -> None:
        """Take `matrices` for Muon and `others` for Adam."""
        groups = [
            {"params": list(matrices), "muon": True},
            {"params": list(others), "muon": False},
        ]
        super().__init__(groups, lr=rate, betas=BETAS, fused=True)

    @overload
    def step(self, closure: None = None) -> None: ...
    @overload
    def step(self, closure: Callable[[], float]) -> float: ...
    @torch.no_grad()
    def step(self, closure: Callable[[], float] | None = None) -> float | None:
        """Update all weights by their gradients."""
        groups = self.param_groups
        for group in groups:
            if group["muon"]:
                self._step_matrices(group)
        self.param_groups = [group for group in groups if not group["muon"]]
        try:
            return cast(float | None, super().step(closure))
        finally:
            self.param_groups = groups

    def _step_matrices(self, group: dict[str, Any]) -> None:
        stacks: dict[torch.Size, list[Tensor]] = {}
        for weight in group["params"]:
            if weight.grad is not None:
                stacks.setdefault(weight.shape, []).append(weight)
        for shape, weights in stacks.items():
            gradients = [cast(Tensor, weight.grad) for weight in weights]
            momenta = [self._momentum(weight) for weight in weights]
            torch._foreach_lerp_(momenta, gradients, 1 - MOMENTUM)
            ahead = torch._foreach_lerp(gradients, momenta, MOMENTUM)
            stack = torch.stack(ahead)
            updates = orthogonal(stack.to(precision(stack.device.type))).to(stack.dtype)
            scale = 0.2 * max(shape) ** 0.5
            torch._foreach_add_(weights, list(updates.unbind()), alpha=-group["lr"] * scale)

    def _momentum(self, weight: Tensor) -> Tensor:
        state = self.state[weight]
        if "momentum" not in state:
            state["step"] = torch.zeros(())  # Adam looks for one when a state is loaded
            state["momentum"] = torch.zeros_like(weight)
        return cast(Tensor, state["momentum"])


@cache
def precision(device: str) -> torch.dtype:
    """Return the type that products of matrices are made in on a device, `cpu` or `cuda`.

    bfloat16 is 3.6 times as fast as float32 on processors with AMX, and slower on those without:
    the five steps for 4.5 million weights take 75 and 270 ms on one core.
    """
    if device == "cpu":
        # Not in every version of torch; without it, what is safe everywhere.
        has_amx = getattr(torch.cpu, "_is_amx_tile_supported", lambda: False)
        return torch.bfloat16 if has_amx() else torch.float32
    return torch.bfloat16


def orthogonal(stack: Tensor) -> Tensor:
    """Return [matrices, rows, columns] with all singular values of each near 1.

    Near is 0.7 to 1.2, after five Newton-Schulz steps; the singular vectors stay.
    """
    a, b, c = NEWTON_SCHULZ
    tall = stack.shape[1] > stack.shape[2]
    update = stack.mT if tall else stack
    update = update / (update.norm(dim=(1, 2), keepdim=True) + 1e-7)
    for _ in range(ITERATIONS):
        product = update @ update.mT
        product = torch.baddbmm(product, product, product, beta=b, alpha=c)
        update = torch.baddbmm(update, product, update, beta=a)
    return update.mT if tall else update
