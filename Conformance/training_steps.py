"""Makes Fixtures/training_steps.json: ten steps of each update rule on whole networks, as PyTorch and Keras take them in float32.

The weights are those of generated.py. A batch of two pictures [2, 49, 49, 3] of normal numbers from CounterGenerator(seed: 1, purpose:
"training_steps/input") has the classes LABELS at every step; the loss is softmax cross-entropy. BatchNorm runs on its stored statistics, its
gamma and beta are trained; dropout is off. Weight decay spares all but kernels. Of a network without a top at this size, the pooled
features are the logits. The learning rate is one that lowers the loss by about 2% in the first step. Kept are the loss before each step and after the last, and at the end the norms of some entries and of
how far they have moved.
"""

import copy
import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

# Before TensorFlow: after it, this part of PyTorch does not load.
import torch._dynamo

import keras_networks

import keras
import tensorflow
import torch
import torch.nn.functional as F

import reference
import torch_networks
from counter_generator import CounterGenerator

STEPS, SIZE, LABELS = 10, 49, [141, 59]
NETWORKS = ["resnet18.torchvision", "googlenet.torchvision", "mobilenet_v2.torchvision"]
# For the rule of the name: settings, and those of torch.optim.
RULES = {
    "sgd": ({"rule": "sgd"}, torch.optim.SGD, {}),
    "momentum": ({"rule": "sgd", "momentum": 0.9}, torch.optim.SGD, {"momentum": 0.9}),
    "nesterov": (
        {"rule": "sgd", "momentum": 0.9, "nesterov": True}, torch.optim.SGD, {"momentum": 0.9, "nesterov": True}),
    # With an epsilon that makes no difference PyTorch's is Keras'.
    "rmsprop": ({"rule": "rmsprop", "epsilon": 1e-20}, torch.optim.RMSprop, {"alpha": 0.9, "eps": 1e-10}),
    "adam": ({"rule": "adam"}, torch.optim.Adam, {}),
    "adamw": ({"rule": "adamw", "weight_decay": 0.1}, torch.optim.AdamW, {"weight_decay": 0.1}),
}


def rate(rule, loss, gradients):
    """What lowers the loss by about 2% in the first step, a multiple of a power of ten."""
    if RULES[rule][0]["rule"] == "sgd":
        slope = sum((gradient.double() ** 2).sum().item() for gradient in gradients)
        slope *= 1 if rule == "sgd" else 3
    else:
        slope = sum(gradient.double().abs().sum().item() for gradient in gradients)
        slope *= 0.1 ** -0.5 if rule == "rmsprop" else 1
    return float(f"{0.02 * loss / slope:.0e}")


def pictures():
    numbers = CounterGenerator(reference.SEED, "training_steps/input").normal(len(LABELS) * SIZE * SIZE * 3)
    return torch.from_numpy(numbers.reshape(len(LABELS), SIZE, SIZE, 3))


def generated(name):
    """The network in evaluation mode; without its top, where that takes another size, because it is large."""
    if torch_networks.NETWORKS[name].top_at_any_size:
        return torch_networks.generate(name)
    with torch.device("meta"):
        model = torch_networks.NETWORKS[name].build().eval()
        model.classifier = torch.nn.Identity()
    model = model.to_empty(device="cpu")
    for entry in torch_networks.entries(model):
        model.state_dict()[entry.name].copy_(torch.from_numpy(entry.values()))
    return model


def with_torch(network, name, rule):
    model = copy.deepcopy(network)
    named = {key: leaf for key, leaf in model.named_parameters() if key.split(".")[0] not in ("aux1", "aux2")}
    has_top = torch_networks.NETWORKS[name].top_at_any_size
    before = {key: leaf.detach().clone() for key, leaf in named.items()}
    _, kind, options = RULES[rule]
    decay = options.get("weight_decay", 0)
    others = {key: value for key, value in options.items() if key != "weight_decay"}
    optimizer = kind([
        {"params": [leaf for leaf in named.values() if leaf.dim() > 1], "weight_decay": decay},
        {"params": [leaf for leaf in named.values() if leaf.dim() == 1], "weight_decay": 0},
    ], lr=1.0, **others)
    batch, labels, losses = pictures().permute(0, 3, 1, 2), torch.tensor(LABELS), []
    for step in range(STEPS + 1):
        loss = F.cross_entropy(model(batch) if has_top else model.features(batch).mean((2, 3)), labels)
        losses.append(loss.item())
        if step < STEPS:
            optimizer.zero_grad()
            loss.backward()
            if step == 0:
                chosen = rate(rule, loss.item(), [leaf.grad for leaf in named.values()])
                for group in optimizer.param_groups:
                    group["lr"] = chosen
            optimizer.step()
    after = {key: leaf.detach() for key, leaf in named.items()}
    return chosen, losses, before, after


def with_keras(name, rule):
    settings = RULES[rule][0]
    model = keras_networks.generate(name, (SIZE, SIZE))
    kind = {"rmsprop": keras.optimizers.RMSprop, "adam": keras.optimizers.Adam}[settings["rule"]]
    # Keras adds Adam's epsilon elsewhere; this small it makes no difference.
    optimizer = kind(1.0, epsilon=settings.get("epsilon", 1e-10))
    variables = model.trainable_variables
    paths = {id(variable): entry.name for entry, variable in keras_networks.variables(model)}
    before = {paths[id(leaf)]: torch.from_numpy(leaf.numpy().copy()) for leaf in variables}
    batch, losses = tensorflow.constant(pictures().numpy()), []
    for step in range(STEPS + 1):
        with tensorflow.GradientTape() as tape:
            logits = model(batch, training=False)
            loss = tensorflow.reduce_mean(
                keras.losses.sparse_categorical_crossentropy(
                    tensorflow.constant(LABELS), logits, from_logits=True))
        losses.append(float(loss))
        if step < STEPS:
            gradients = tape.gradient(loss, variables)
            if step == 0:
                chosen = rate(rule, float(loss), [torch.from_numpy(gradient.numpy()) for gradient in gradients])
                optimizer.learning_rate = chosen
            optimizer.apply(gradients, variables)
    after = {paths[id(leaf)]: torch.from_numpy(leaf.numpy().copy()) for leaf in variables}
    return chosen, losses, before, after


def case(name, rule, found, **settings):
    chosen, losses, before, after = found
    keys = sorted(before)
    kept = [keys[index * (len(keys) - 1) // 5] for index in range(6)]
    print(name, rule, chosen, " ".join(f"{loss:.4f}" for loss in losses), file=sys.stderr, flush=True)
    return {
        "network": name, "title": rule, **RULES[rule][0], **settings, "learning_rate": chosen,
        "losses": [float(f"{loss:.7g}") for loss in losses],
        "entries": [{
            "name": key, "norm": float(f"{after[key].double().norm().item():.6g}"),
            "moved": float(f"{(after[key] - before[key]).double().norm().item():.6g}"),
        } for key in kept],
    }


if __name__ == "__main__":
    torch.set_num_threads(2)
    cases = []
    for name in NETWORKS:
        network = generated(name)
        cases += [case(name, rule, with_torch(network, name, rule)) for rule in RULES]
    cases += [
        case("mobilenet_v2.keras", rule, with_keras("mobilenet_v2.keras", rule), epsilon=epsilon)
        for rule, epsilon in [("adam", 1e-10), ("rmsprop", 1e-20)]
    ]
    reference.write(reference.FIXTURES / "training_steps.json", {
        "seed": reference.SEED, "size": SIZE, "labels": LABELS, "cases": cases,
    })
