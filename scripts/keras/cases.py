"""What is compared: every layer, loss and optimizer, each in a model as small as shows it."""

import numpy

from model import Case


def numbers(*shape, seed=0, scale=1.0):
    return numpy.random.default_rng(seed).normal(0, scale, shape).astype("float32")


def classes(count, *shape, seed=1):
    return numpy.random.default_rng(seed).integers(0, count, shape).astype("float32")


def one_hot(count, *shape, seed=1):
    return numpy.eye(count, dtype="float32")[classes(count, *shape, seed=seed).astype(int)]


def tokens(samples, length, vocabulary, seed=2):
    """Sentences of different lengths, padded with 0."""
    generator = numpy.random.default_rng(seed)
    ids = generator.integers(1, vocabulary, (samples, length))
    lengths = generator.integers(2, length + 1, samples)
    return numpy.where(numpy.arange(length) < lengths[:, None], ids, 0).astype("float32")


def regression(name, layers, inputs=None, outputs=3, **settings):
    inputs = numbers(24, 6) if inputs is None else inputs
    targets = numbers(len(inputs), outputs, seed=3)
    return Case(name, [*layers, {"dense": {"units": outputs}}], inputs, targets, **settings)


def layers():
    dense = {"dense": {"units": 7, "activation": "tanh"}}
    yield regression("dense", [dense])
    yield Case("dense, rank 3", [dense, {"dense": {"units": 2}}], numbers(8, 5, 4),
               numbers(8, 5, 2, seed=3))
    yield regression("dense, no bias", [{"dense": {"units": 7, "use_bias": False}}])
    for activation in ["linear", "relu", "leaky_relu", "elu", "selu", "gelu", "silu", "tanh",
                       "sigmoid", "softmax", "softplus"]:
        yield regression(activation, [{"dense": {"units": 7}}, {"activation": {"activation": activation}}])
    # Wide enough for both corners.
    wide = {"units": 7, "kernel_initializer": {"random_normal": {"stddev": 1.5}}}
    for activation in ["hard_sigmoid", "hard_sigmoid_keras2"]:
        yield regression(activation, [{"dense": wide}, {"activation": {"activation": {activation: {}}}}])
        yield regression(f"{activation}, argument", [{"dense": {**wide, "activation": {activation: {}}}}])
    yield regression("gelu, approximate", [
        {"dense": {"units": 7, "activation": {"gelu": {"approximate": True}}}}])
    yield regression("batch_normalization", [dense, "batch_normalization"])
    yield regression("batch_normalization, own settings", [
        dense, {"batch_normalization": {"momentum": 0.8, "epsilon": 0.01, "center": False}}])
    yield regression("layer_normalization", [dense, "layer_normalization"])
    images = numbers(6, 9, 8, 2)
    yield regression("conv2d", [
        {"conv2d": {"filters": 4, "kernel_size": 3, "activation": "relu"}}, "flatten"], images)
    yield regression("conv2d, same, strides", [
        {"conv2d": {"filters": 3, "kernel_size": [3, 2], "strides": 2, "padding": "same"}},
        {"conv2d": {"filters": 2, "kernel_size": 2}}, "flatten"], images)
    yield regression("max_pooling2d", [
        {"conv2d": {"filters": 3, "kernel_size": 2}}, {"max_pooling2d": {"pool_size": 2}},
        "flatten"], images)
    yield regression("max_pooling2d, same", [
        {"conv2d": {"filters": 3, "kernel_size": 2}},
        {"max_pooling2d": {"pool_size": 3, "strides": 2, "padding": "same"}}, "flatten"], images,
        optimizer={"sgd": {"learning_rate": 0.02}})
    yield regression("reshape", [
        dense, {"reshape": {"target_shape": [7, 1]}}, {"dense": {"units": 2}}, "flatten"])
    yield regression("global_average_pooling1d", [
        {"dense": {"units": 4, "activation": "tanh"}}, "global_average_pooling1d"], numbers(6, 5, 3))
    sequences = numbers(6, 5, 4)
    for kind in ["lstm", "gru"]:
        yield regression(kind, [{kind: {"units": 6}}], sequences)
        yield Case(f"{kind}, sequences", [
            {kind: {"units": 6, "return_sequences": True}}, {kind: {"units": 3, "go_backwards": True,
             "return_sequences": True}}], sequences, numbers(6, 5, 3, seed=3))
        yield regression(f"{kind}, masked", [
            {"embedding": {"input_dim": 12, "output_dim": 4, "mask_zero": True}},
            {kind: {"units": 6}}], tokens(7, 6, 12))
        yield Case(f"{kind}, masked, both directions", [
            {"embedding": {"input_dim": 12, "output_dim": 4, "mask_zero": True}},
            {"bidirectional": {"layer": {kind: {"units": 3, "return_sequences": True}},
                               "merge_mode": "mul"}},
            "layer_normalization", {"dense": {"units": 3, "activation": "softmax"}}],
            tokens(9, 6, 12), classes(3, 9, 6), loss="sparse_categorical_crossentropy")
    for name, arguments in [
        ("gru, reset before", {"reset_after": False}),
        ("gru, reset before, no bias", {"reset_after": False, "use_bias": False}),
        ("lstm, hard_sigmoid", {"recurrent_activation": {"hard_sigmoid": {}}}),
        ("gru, hard_sigmoid", {"recurrent_activation": {"hard_sigmoid": {}}}),
        ("lstm, hard_sigmoid_keras2", {"recurrent_activation": {"hard_sigmoid_keras2": {}}}),
        ("gru, reset before, hard_sigmoid_keras2",
         {"reset_after": False, "recurrent_activation": {"hard_sigmoid_keras2": {}}}),
    ]:
        kind = name[:name.find(",")]
        # Large enough that gates reach their corners.
        own = {"units": 6, "kernel_initializer": {"random_normal": {"stddev": 1.0}},
               "bias_initializer": {"random_normal": {"stddev": 0.5}}, **arguments}
        yield regression(name, [{kind: {**own, "return_sequences": True}}, {kind: own}], sequences)
        yield Case(f"{name}, masked, both directions", [
            {"embedding": {"input_dim": 12, "output_dim": 4, "mask_zero": True}},
            {"bidirectional": {"layer": {kind: {**own, "return_sequences": True}}}},
            {"dense": {"units": 3, "activation": "softmax"}}],
            tokens(9, 6, 12), classes(3, 9, 6), loss="sparse_categorical_crossentropy")
    for mode in ["concat", "sum", "mul", "ave"]:
        yield regression(f"bidirectional, {mode}", [
            {"bidirectional": {"layer": {"lstm": {"units": 3}}, "merge_mode": mode}}], sequences)
    yield regression("global_average_pooling1d, masked", [
        {"embedding": {"input_dim": 12, "output_dim": 4, "mask_zero": True}},
        "global_average_pooling1d"], tokens(7, 6, 12))
    yield regression("bidirectional, masked", [
        {"embedding": {"input_dim": 12, "output_dim": 4, "mask_zero": True}},
        {"bidirectional": {"layer": {"gru": {"units": 3, "return_sequences": True}}}},
        "global_average_pooling1d"], tokens(7, 6, 12))
    # Here the mask ends, and it shows what stands where positions do not count.
    for kind in ["lstm", "gru"]:
        layer = {kind: {"units": 3, "return_sequences": True}}
        for name, own in [(kind, layer),
                          (f"bidirectional {kind}", {"bidirectional": {"layer": layer}})]:
            yield regression(f"{name}, masked, flatten", [
                {"embedding": {"input_dim": 12, "output_dim": 4, "mask_zero": True}}, own,
                "flatten"], tokens(7, 6, 12))
    yield regression("embedding", [
        {"embedding": {"input_dim": 12, "output_dim": 4}}, "flatten"], tokens(7, 6, 12))
    yield Case("tagger", [
        {"embedding": {"input_dim": 12, "output_dim": 4, "mask_zero": True}},
        {"lstm": {"units": 6, "return_sequences": True}}, "batch_normalization",
        {"dense": {"units": 3, "activation": "softmax"}}], tokens(9, 6, 12), classes(3, 9, 6),
        loss="sparse_categorical_crossentropy")
    for regularizer in [{"l1": {"l1": 0.02}}, {"l2": {"l2": 0.03}}, {"l1_l2": {"l1": 0.01, "l2": 0.02}}]:
        yield regression(f"regularizer {next(iter(regularizer))}", [
            {"dense": {"units": 7, "activation": "tanh", "kernel_regularizer": regularizer}}])
    # Biases that are not 0, where JAX takes 1 for the slope of |w|; elsewhere in Keras it is 0, as here.
    small = {"l1_l2": {"l1": 0.01, "l2": 0.02}}
    yield regression("regularizer, conv2d", [
        {"conv2d": {"filters": 4, "kernel_size": 3, "kernel_regularizer": small,
                    "bias_initializer": "ones", "bias_regularizer": small}}, "flatten"], images,
        optimizer={"sgd": {"learning_rate": 0.01}})
    for kind in ["lstm", "gru"]:
        yield regression(f"regularizer, {kind}", [
            {"embedding": {"input_dim": 12, "output_dim": 4, "embeddings_regularizer": small}},
            {"bidirectional": {"layer": {kind: {"units": 3, "kernel_regularizer": small,
                "recurrent_regularizer": small, "bias_initializer": "ones",
                "bias_regularizer": small}}}}], tokens(7, 6, 12))


def losses():
    hidden = {"dense": {"units": 8, "activation": "tanh"}}
    inputs = numbers(24, 6)
    for loss in ["mean_squared_error", "mean_absolute_error", "huber", {"huber": {"delta": 0.3}}]:
        yield Case(f"loss {loss}", [hidden, {"dense": {"units": 3}}], inputs,
                   numbers(24, 3, seed=3), loss=loss)
    last = {"dense": {"units": 4, "activation": "softmax"}}
    logits = {"dense": {"units": 4}}
    for loss, end, targets in [
        ("categorical_crossentropy", last, one_hot(4, 24)),
        ({"categorical_crossentropy": {"from_logits": True}}, logits, one_hot(4, 24)),
        ({"categorical_crossentropy": {"label_smoothing": 0.1}}, last, one_hot(4, 24)),
        ("sparse_categorical_crossentropy", last, classes(4, 24)),
        ({"sparse_categorical_crossentropy": {"from_logits": True}}, logits, classes(4, 24)),
        ("kl_divergence", last, numpy.random.default_rng(5).dirichlet([1, 2, 1, 1], 24)),
        ("mean_squared_error", last, one_hot(4, 24)),
    ]:
        yield Case(f"loss {loss}", [hidden, end], inputs, targets, loss=loss)
    for loss, activation in [
        ("binary_crossentropy", "sigmoid"), ("binary_crossentropy", "hard_sigmoid"),
        ({"binary_crossentropy": {"from_logits": True}}, "linear"),
        ({"binary_crossentropy": {"label_smoothing": 0.2}}, "sigmoid"),
    ]:
        yield Case(f"loss {loss} of {activation}", [hidden, {"dense": {"units": 2, "activation": activation}}],
                   inputs, classes(2, 24, 2), loss=loss)


def optimizers():
    for name, settings in [
        ("sgd", [{}, {"momentum": 0.9}, {"momentum": 0.9, "nesterov": True}, {"clipnorm": 0.05},
                 {"global_clipnorm": 0.05}, {"clipvalue": 0.01}, {"weight_decay": 0.1}]),
        ("adam", [{}, {"learning_rate": 0.01, "beta_1": 0.8}, {"clipnorm": 0.05}]),
        ("adamw", [{}, {"weight_decay": 0.1}]),
        ("nadam", [{}]),
        ("rmsprop", [{}, {"centered": True}, {"momentum": 0.9}, {"centered": True, "momentum": 0.5}]),
        ("adagrad", [{}, {"initial_accumulator_value": 0.01}]),
    ]:
        for arguments in settings:
            yield regression(f"{name} {arguments or ''}".strip(),
                             [{"dense": {"units": 7, "activation": "tanh"}}],
                             optimizer={name: arguments})
    for schedule in [
        {"exponential_decay": {"initial_learning_rate": 0.1, "decay_steps": 7, "decay_rate": 0.8}},
        {"exponential_decay": {"initial_learning_rate": 0.1, "decay_steps": 7, "decay_rate": 0.8,
                               "staircase": True}},
        {"cosine_decay": {"initial_learning_rate": 0.1, "decay_steps": 40, "alpha": 0.1}},
        {"cosine_decay": {"initial_learning_rate": 0.01, "decay_steps": 40, "warmup_target": 0.1,
                          "warmup_steps": 5}},
        {"piecewise_constant_decay": {"boundaries": [10, 30], "values": [0.1, 0.05, 0.01]}},
        {"polynomial_decay": {"initial_learning_rate": 0.1, "decay_steps": 30,
                              "end_learning_rate": 0.001, "power": 2.0}},
    ]:
        [(name, arguments)] = schedule.items()
        yield regression(f"{name} {list(arguments)[2:]}", [{"dense": {"units": 7}}],
                         optimizer={"sgd": {"learning_rate": schedule}})


def all_cases():
    yield from layers()
    yield from losses()
    yield from optimizers()
