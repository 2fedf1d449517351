"""Makes Fixtures/head_training.json: ten steps of PyTorch's Adam on a dense head with softmax cross-entropy.

Features [12, 7] are normal numbers from CounterGenerator(seed: 1, purpose: "features"), the kernel [3, 7] and the
bias [3] those of reference.generated for "top/dense/kernel" and "top/dense/bias". Full batch, mean loss, float64.
"""

import torch

import reference
from counter_generator import CounterGenerator

IMAGES, FEATURES, CLASSES, STEPS = 12, 7, 3, 10
LEARNING_RATE, BETAS = 1e-2, (0.9, 0.999)


def rounded(tensor):
    return [float(f"{value:.9g}") for value in tensor.reshape(-1).tolist()]


def run(features, labels, kernel, bias, epsilon):
    kernel, bias = (tensor.clone().requires_grad_() for tensor in (kernel, bias))
    optimizer = torch.optim.Adam([kernel, bias], lr=LEARNING_RATE, betas=BETAS, eps=epsilon)
    losses, first = [], None
    for _ in range(STEPS):
        optimizer.zero_grad()
        loss = torch.nn.functional.cross_entropy(features @ kernel.T + bias, labels)
        loss.backward()
        losses.append(loss.detach())
        first = first or (rounded(kernel.grad), rounded(bias.grad))
        optimizer.step()
    return {
        "epsilon": epsilon,
        "losses": rounded(torch.stack(losses)),
        "first_gradient_kernel": first[0],
        "first_gradient_bias": first[1],
        "final_kernel": rounded(kernel),
        "final_bias": rounded(bias),
    }


if __name__ == "__main__":
    features = torch.from_numpy(CounterGenerator(reference.SEED, "features").normal(IMAGES * FEATURES))
    features = features.reshape(IMAGES, FEATURES).double()
    labels = torch.tensor([0, 1, 2, 0, 0, 1, 2, 2, 1, 0, 1, 0])
    kernel = reference.generated("top/dense/kernel", (CLASSES, FEATURES)).double()
    bias = reference.generated("top/dense/bias", (CLASSES,)).double()
    reference.write(reference.FIXTURES / "head_training.json", {
        "seed": reference.SEED,
        "labels": labels.tolist(),
        "learning_rate": LEARNING_RATE,
        "betas": list(BETAS),
        "features": rounded(features),
        "kernel": rounded(kernel),
        "bias": rounded(bias),
        # PyTorch's default, then Keras'.
        "runs": [run(features, labels, kernel, bias, epsilon) for epsilon in (1e-8, 1e-7)],
    })
