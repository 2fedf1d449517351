"""Makes Fixtures/optimizers.json: update rules and schedules of PyTorch and Keras, in float64.

A parameter of 6 numbers, drawn from CounterGenerator(seed: 1, purpose: "optimizers/parameter"), has at step t the gradient
curvature · p + slope(t), with curvature = |normal| of "optimizers/curvature" and slope(t) of "optimizers/slope/t". The
learning rate is RATES[t]: it changes on the way, where some rules differ between the two.
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
os.environ["KERAS_BACKEND"] = "tensorflow"

# Before TensorFlow: after it, this part of PyTorch does not load.
import torch._dynamo
import keras
import numpy as np
import torch

import reference
from counter_generator import CounterGenerator

COUNT = 6
RATES = [0.05] * 6 + [0.02] * 6
keras.config.set_floatx("float64")


def normal(purpose):
    return CounterGenerator(reference.SEED, f"optimizers/{purpose}").normal(COUNT).astype(np.float64)


def gradient(step, parameter):
    return np.abs(normal("curvature")) * parameter + normal(f"slope/{step}")


def with_torch(make, rates):
    parameter = torch.nn.Parameter(torch.from_numpy(normal("parameter")))
    optimizer = make([parameter])
    for step, rate in enumerate(rates):
        optimizer.param_groups[0]["lr"] = rate
        parameter.grad = torch.from_numpy(gradient(step, parameter.detach().numpy()))
        optimizer.step()
        yield parameter.detach().numpy()


def with_keras(make, rates):
    variable = keras.Variable(normal("parameter"), dtype="float64", name="kernel")
    optimizer = make()
    optimizer.build([variable])
    for step, rate in enumerate(rates):
        optimizer.learning_rate = rate
        optimizer.apply([keras.ops.convert_to_tensor(gradient(step, variable.numpy()))])
        yield variable.numpy()


def rounded(values):
    return [float(f"{value:.8g}") for value in values]


def case(source, rule, rates, settings, options):
    if source == "torch":
        kind = {"sgd": "SGD", "rmsprop": "RMSprop", "adam": "Adam", "adamw": "AdamW"}[rule]
        steps = with_torch(lambda parameters: getattr(torch.optim, kind)(parameters, lr=1, **options), rates)
    else:
        kind = {"sgd": "SGD", "rmsprop": "RMSprop", "adam": "Adam", "adamw": "AdamW"}[rule]
        steps = with_keras(lambda: getattr(keras.optimizers, kind)(learning_rate=1.0, **options), rates)
    return {
        "source": source, "rule": rule, "rates": rates, **settings,
        "steps": [{"values": rounded(values)} for values in steps],
    }


def update_rules():
    constant = [0.05] * len(RATES)
    momentum, nesterov, decay = {"momentum": 0.9}, {"momentum": 0.9, "nesterov": True}, {"weight_decay": 0.1}
    yield case("torch", "sgd", RATES, {}, {})
    yield case("keras", "sgd", RATES, {}, {})
    for source, rates in [("torch", RATES), ("keras", constant), ("keras", RATES)]:
        yield case(source, "sgd", rates, momentum, momentum)
        yield case(source, "sgd", rates, nesterov, nesterov)
    yield case("torch", "sgd", RATES, {**nesterov, **decay}, {**nesterov, **decay})
    yield case("keras", "rmsprop", RATES, {"decay": 0.9}, {"rho": 0.9})
    yield case("keras", "rmsprop", RATES, {"decay": 0.99, "epsilon": 1e-2}, {"rho": 0.99, "epsilon": 1e-2})
    yield case("keras", "rmsprop", RATES, {"decay": 0.9, **momentum, **decay}, {"rho": 0.9, **momentum, **decay})
    # With hardly any epsilon and one learning rate PyTorch's is the same.
    small = {"decay": 0.9, "epsilon": 1e-20}
    yield case("torch", "rmsprop", RATES, small, {"alpha": 0.9, "eps": 1e-20})
    yield case("torch", "rmsprop", constant, {**small, **momentum}, {"alpha": 0.9, "eps": 1e-20, **momentum})
    yield case("torch", "rmsprop", RATES, {**small, **momentum}, {"alpha": 0.9, "eps": 1e-20, **momentum})
    for rule, options in [("adam", {}), ("adam", decay), ("adamw", decay)]:
        yield case("torch", rule, RATES, options, {"weight_decay": 0, **options})
    yield case("torch", "adam", RATES, {"epsilon": 1e-2}, {"eps": 1e-2})
    yield case("keras", "adam", RATES, {"epsilon": 1e-2}, {"epsilon": 1e-2})
    yield case("keras", "adamw", RATES, {**decay, "epsilon": 1e-2}, {**decay, "epsilon": 1e-2})


def factors(make, steps, losses=None):
    """The learning rates of the steps, where the optimizer's own is 1."""
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)
    scheduler = make(optimizer)
    found = []
    for step in range(steps):
        found.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        if losses is None:
            scheduler.step()
        else:
            scheduler.step(losses[step])
    return rounded(found)


def schedules():
    scheduler = torch.optim.lr_scheduler
    losses = [5.0, 4.0, 4.0, 4.5, 3.0, 3.1, 3.2, 3.3, 3.4, 2.0, 2.0, 2.0, 2.0]
    return {
        # Of epochs, the others of steps.
        "step": factors(lambda optimizer: scheduler.StepLR(optimizer, 3, 0.3), 10),
        "cosine": factors(lambda optimizer: scheduler.CosineAnnealingLR(optimizer, 20, 0.1), 20),
        "one_cycle": factors(lambda optimizer: scheduler.OneCycleLR(
            optimizer, 1.0, total_steps=20, pct_start=0.3, div_factor=25, final_div_factor=1e4,
            cycle_momentum=False), 20),
        "losses": losses,
        # PyTorch reduces after one epoch more than its patience.
        "plateau": factors(lambda optimizer: scheduler.ReduceLROnPlateau(
            optimizer, factor=0.5, patience=1, threshold=0), len(losses), losses),
    }


if __name__ == "__main__":
    reference.write(reference.FIXTURES / "optimizers.json", {
        "seed": reference.SEED, "count": COUNT, "update_rules": list(update_rules()), "schedules": schedules(),
    })
