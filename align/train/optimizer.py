"""Optimizers: Adam, and Muon for the matrices of the hidden layers with Adam for the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

import torch
from torch import Tensor, nn

from align.train.precision import fastest

BETAS: Final = (0.9, 0.98)  # Vaswani et al. 2017
EPSILON: Final = 1e-8
MOMENTUM: Final = 0.95
# Quintic that drives singular values towards 1 (Jordan et al. 2024, "Muon").
NEWTON_SCHULZ: Final = (3.4445, -4.7750, 2.0315)
ITERATIONS: Final = 5


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


class Muon(torch.optim.Optimizer):
    """Muon (Jordan et al. 2024) for matrices, Adam for other weights, at one rate.

    An update of a matrix is its momentum (Nesterov's), made nearly orthogonal and scaled by
    0.2 √max(rows, columns), which gives it the size of an update of Adam (Liu et al. 2025, "Muon
    is scalable"). Matrices of equal shape are worked on as one stack, and in bfloat16 only where
    that is the faster (see `fastest`), unlike `torch.optim.Muon`.
    """

    def __init__(self, matrices: Iterable[Tensor], others: Iterable[Tensor], rate: float) -> None:
        """Take `matrices` for Muon and `others` for Adam."""
        groups = [
            {"params": list(matrices), "muon": True},
            {"params": list(others), "muon": False, "steps": 0},
        ]
        super().__init__(groups, {"lr": rate})

    @torch.no_grad()
    def step(self, closure: Callable[[], float] | None = None) -> float | None:  # type: ignore[override]
        """Update all weights by their gradients."""
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        for group in self.param_groups:
            weights = [weight for weight in group["params"] if weight.grad is not None]
            if group["muon"]:
                stacks: dict[torch.Size, list[Tensor]] = {}
                for weight in weights:
                    stacks.setdefault(weight.shape, []).append(weight)
                for stack in stacks.values():
                    self._turn(stack, group["lr"])
            elif weights:
                group["steps"] += 1
                self._adapt(weights, group["lr"], group["steps"])
        return loss

    def _turn(self, weights: list[Tensor], rate: float) -> None:
        """Update matrices of one shape as Muon does."""
        gradients = _gradients(weights)
        momenta = self._kept("momentum", weights)
        torch._foreach_lerp_(momenta, gradients, 1 - MOMENTUM)
        stack = torch.stack(torch._foreach_lerp(gradients, momenta, MOMENTUM))
        updates = orthogonal(stack.to(fastest(stack.device.type))).to(stack.dtype)
        scale = 0.2 * max(weights[0].shape) ** 0.5
        torch._foreach_add_(weights, list(updates.unbind()), alpha=-rate * scale)

    def _adapt(self, weights: list[Tensor], rate: float, steps: int) -> None:
        """Update weights as Adam does (Kingma and Ba 2015, algorithm 1)."""
        gradients = _gradients(weights)
        means, squares = self._kept("mean", weights), self._kept("square", weights)
        torch._foreach_lerp_(means, gradients, 1 - BETAS[0])
        torch._foreach_mul_(squares, BETAS[1])
        torch._foreach_addcmul_(squares, gradients, gradients, 1 - BETAS[1])
        roots = torch._foreach_sqrt(squares)
        torch._foreach_div_(roots, (1 - BETAS[1] ** steps) ** 0.5)
        torch._foreach_add_(roots, EPSILON)
        torch._foreach_addcdiv_(weights, means, roots, -rate / (1 - BETAS[0] ** steps))

    def _kept(self, name: str, weights: list[Tensor]) -> list[Tensor]:
        """Return what the optimizer remembers of each weight, at first zero."""
        for weight in weights:
            if name not in self.state[weight]:
                self.state[weight][name] = torch.zeros_like(weight)
        return [self.state[weight][name] for weight in weights]


def _gradients(weights: list[Tensor]) -> list[Tensor]:
    return [weight.grad for weight in weights if weight.grad is not None]


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
