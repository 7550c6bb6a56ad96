"""The gradient through one step of the weights, against the toy of the article and against finite differences."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed (pip install 'vanas-panel[train]')",
                            exc_type=ImportError)

from vanas_panel import architecture_gradient  # noqa: E402
from vanas_panel.errors import TrainingError  # noqa: E402


def toy_train(weights, alphas):
    return weights[0] ** 2 - 2 * alphas[0] * weights[0] + alphas[0] ** 2


def toy_validation(weights, alphas):
    return alphas[0] * weights[0] - 2 * alphas[0] + 1


@pytest.mark.parametrize("xi", [0.0, 0.1, 0.5])
@pytest.mark.parametrize("exact", [True, False])
def test_the_toy_of_the_article_ends_where_it_should(xi, exact):
    w, a = torch.tensor(-2.0, dtype=torch.float64), torch.tensor(2.0, dtype=torch.float64)
    for _ in range(3000):
        [by_alpha] = architecture_gradient(toy_train, toy_validation, [w], [a], xi, exact=exact)
        a = a - 0.01 * by_alpha
        w = w - 0.1 * (2 * w - 2 * a)
    # The article: the optimum of the first order is (2, 2) only for a step of zero; in general 2 / (1 + 2 xi).
    assert float(a) == pytest.approx(2 / (1 + 2 * xi), abs=1e-3) and float(w) == pytest.approx(float(a), abs=1e-3)


def problem(seed=0):
    """Losses without a special form, of two tensors of weights and two of alphas; the last alpha is used by neither."""
    generator = torch.Generator().manual_seed(seed)
    mixed = torch.randn(3, 4, generator=generator, dtype=torch.float64)

    def train(weights, alphas):
        return (torch.tanh(weights[0] @ mixed) * alphas[0].softmax(0)).sum() + (weights[1] ** 3 * alphas[0][0]).sum()

    def validation(weights, alphas):
        return (torch.sin(weights[0] @ mixed) * alphas[0]).sum() + (weights[1] * weights[1] * alphas[0][1]).sum()

    weights = [torch.randn(3, generator=generator, dtype=torch.float64),
               torch.randn(2, generator=generator, dtype=torch.float64)]
    alphas = [torch.randn(4, generator=generator, dtype=torch.float64), torch.zeros(2, dtype=torch.float64)]
    buffers = [torch.randn(each.shape, generator=generator, dtype=torch.float64) for each in weights]
    return train, validation, weights, alphas, buffers


def after_a_step(problem_of, alphas, xi, momentum, decay):
    """The validation loss after one step of the weights, written out."""
    train, validation, weights, _, buffers = problem_of
    free = [each.clone().requires_grad_() for each in weights]
    gradients = torch.autograd.grad(train(free, alphas), free)
    stepped = [(each - xi * (momentum * buffer + gradient + decay * each)).detach()
               for each, buffer, gradient in zip(free, buffers, gradients, strict=True)]
    return float(validation(stepped, alphas))


@pytest.mark.parametrize("xi", [0.0, 0.05, 0.7])
def test_exact_gradient_equals_finite_differences_through_the_step(xi):
    made = problem()
    train, validation, weights, alphas, buffers = made
    momentum, decay, reach = 0.9, 0.01, 1e-6
    found = architecture_gradient(train, validation, weights, alphas, xi, momentum, decay, buffers=buffers)
    assert found[1].tolist() == [0.0, 0.0]
    for index in range(4):
        sides = []
        for sign in (1, -1):
            moved = [alphas[0].clone(), alphas[1]]
            moved[0][index] += sign * reach
            sides.append(after_a_step(made, moved, xi, momentum, decay))
        assert float(found[0][index]) == pytest.approx((sides[0] - sides[1]) / (2 * reach), rel=1e-5, abs=1e-7)


def test_published_form_comes_near_the_exact_gradient():
    train, validation, weights, alphas, buffers = problem(3)
    options = {"momentum": 0.9, "weight_decay": 0.01, "buffers": buffers}
    exact = architecture_gradient(train, validation, weights, alphas, 0.05, **options)
    near = architecture_gradient(train, validation, weights, alphas, 0.05, **options, exact=False)
    first = architecture_gradient(train, validation, weights, alphas, 0.0)
    assert torch.allclose(exact[0], near[0], rtol=1e-4, atol=1e-6)
    assert not torch.allclose(exact[0], first[0], rtol=1e-2)


def test_nothing_that_is_given_changes():
    train, validation, weights, alphas, buffers = problem(1)
    weights[0].requires_grad_()
    before = [each.detach().clone() for each in (*weights, *alphas, *buffers)]
    architecture_gradient(train, validation, weights, alphas, 0.1, 0.9, buffers=buffers)
    architecture_gradient(train, validation, weights, alphas, 0.1, 0.9, buffers=buffers, exact=False)
    assert all(torch.equal(one, other) for one, other in zip(before, (*weights, *alphas, *buffers), strict=True))
    assert weights[0].grad is None


def test_without_a_direction_the_published_form_is_the_first_order():
    [found] = architecture_gradient(toy_train, lambda weights, alphas: alphas[0] ** 2, [torch.tensor(1.0)],
                                    [torch.tensor(3.0)], 0.1, exact=False)
    assert float(found) == 6.0


@pytest.mark.parametrize(("change", "words"), [
    ({"xi": -0.1}, "Found xi = -0.1"),
    ({"xi": float("nan")}, "Found xi = nan"),
    ({"weights": [1.0]}, "type float among the weights"),
    ({"alphas": [torch.tensor(1)]}, "a tensor of torch.int64 among the alphas"),
    ({"validation_loss": lambda weights, alphas: 0.5}, "a loss of something of type float"),
    ({"validation_loss": lambda weights, alphas: weights[0].repeat(2)}, r"a loss of shape \(2,\)"),
    ({"train_loss": lambda weights, alphas: weights[0] * float("nan")}, "a loss of nan"),
    ({"buffers": []}, "buffers of 0 tensors"),
])
def test_mistakes_are_named(change, words):
    given = {"train_loss": toy_train, "validation_loss": toy_validation, "weights": [torch.tensor(1.0)],
             "alphas": [torch.tensor(1.0)], "xi": 0.1, **change}
    with pytest.raises(TrainingError, match=words):
        architecture_gradient(**given)
