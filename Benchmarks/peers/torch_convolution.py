"""The benchmark `convolution` in PyTorch: forward and backward pass of one layer.

--form channels_last or contiguous is how the tensors lie in memory.
"""

import measure

options = measure.arguments(form="channels_last", repeats=60)

import torch

torch.set_num_threads(options.cores)
torch.manual_seed(1)
memory_format = {"channels_last": torch.channels_last,
                 "contiguous": torch.contiguous_format}[options.form]

for side, channels, filters in ((28, 1, 32), (13, 32, 64)):
    layer = torch.nn.Conv2d(channels, filters, 3).to(memory_format=memory_format)
    x = torch.randn(128, channels, side, side).contiguous(memory_format=memory_format)
    x.requires_grad_(channels > 1)  # the first layer of a model needs no gradient by its input
    dy = torch.randn(128, filters, side - 2, side - 2).contiguous(memory_format=memory_format)

    def both():
        layer.weight.grad = layer.bias.grad = x.grad = None
        layer(x).backward(dy)

    measure.seconds(both, 5)
    times = measure.seconds(both, options.repeats)
    measure.report(
        "convolution", "torch", "ms", times, scale=1e3, cores=options.cores, form=options.form,
        data=f"{side}×{side}×{channels}, {filters} filters",
        versions={"torch": torch.__version__})
