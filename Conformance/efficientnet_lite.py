"""Makes Fixtures/efficientnet_lite{0,1,2}.json: what the reference computes with generated parameters.

The reference runs in float64 on float32 parameters and input, so the values are right to all digits given;
float32_difference is how far the reference's own float32 run is from them, as a measure for tolerances.
The second size is neither square nor even: "same" padding differs there at every stride.
"""

import torch

import reference

SECOND_SIZE = (161, 193)


def summary(tensor, digits=9):
    """64 elements spread over a tensor in NHWC order, with its norm and mean."""
    flat = (tensor.permute(0, 2, 3, 1) if tensor.dim() == 4 else tensor).reshape(-1)
    # A stride that is prime, so that the samples visit all channels.
    positions = sorted({index * 7919 % len(flat) for index in range(64)})
    return {
        "count": len(flat),
        "norm": round_to(flat.norm().item(), digits),
        "mean": round_to(flat.mean().item(), digits),
        "positions": positions,
        "samples": [round_to(value, digits) for value in flat[positions].tolist()],
    }


def round_to(value, digits):
    return float(f"{value:.{digits}g}")


def inner_blocks(model):
    """The first block with stride 2, the first with a residual sum, the last."""
    blocks = [block._block_args for block in model._blocks]
    residual = [index for index, args in enumerate(blocks) if args.stride == 1]
    return {1, residual[0], len(blocks) - 1}


def outputs(model, pictures):
    """Named results of one run: inner blocks, pooled features, logits."""
    found = {}

    def keep(name, change=lambda output: output):
        return lambda _module, _inputs, output: found.__setitem__(name, change(output))

    hooks = [model._blocks[index].register_forward_hook(keep(f"blocks/{index}")) for index in sorted(inner_blocks(model))]
    hooks.append(model._avg_pooling.register_forward_hook(keep("features", lambda output: output.flatten(1))))
    found["logits"] = reference.run(model, pictures)
    for hook in hooks:
        hook.remove()
    return found


def fixture(network):
    runs = []
    for size in [(reference.native_size(network),) * 2, SECOND_SIZE]:
        model = reference.build(network, size)
        for name, tensor in reference.parameters(model):
            tensor.copy_(reference.generated(name, tuple(tensor.shape)))
        pictures = reference.generated_input(*size)
        single = outputs(model, pictures)
        double = outputs(model.double(), pictures.double())
        runs.append({
            "height": size[0],
            "width": size[1],
            "float32_difference": {
                name: round_to((single[name] - double[name]).abs().max().item(), 2) for name in sorted(double)
            },
            "outputs": {name: summary(double[name]) for name in sorted(double)},
        })
    named = [{"name": name, "shape": list(tensor.shape)} for name, tensor in reference.parameters(model)]
    return {
        "network": network,
        "seed": reference.SEED,
        "trainable_parameter_count": sum(parameter.numel() for parameter in model.parameters()),
        "parameter_count": sum(tensor.numel() for _, tensor in reference.parameters(model)),
        "parameters": named,
        "runs": runs,
    }


if __name__ == "__main__":
    torch.set_num_threads(1)
    for network in reference.NETWORKS:
        reference.write(reference.FIXTURES / f"{network}.json", fixture(network))
