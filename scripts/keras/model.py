"""Models that are written once, in a specification's words, and built by Keras and by SeedSweep."""

import json
import re

import keras
import numpy

# Keras's classes whose names in snake_case do not lead back to them.
CLASSES = {
    "lstm": "LSTM",
    "gru": "GRU",
    "sgd": "SGD",
    "rmsprop": "RMSprop",
    "kl_divergence": "KLDivergence",
    "auc": "AUC",
    "adamw": "AdamW",
    "l1": "L1",
    "l2": "L2",
    "l1_l2": "L1L2",
    "conv2d": "Conv2D",
    "max_pooling2d": "MaxPooling2D",
    "global_average_pooling1d": "GlobalAveragePooling1D",
}


@keras.saving.register_keras_serializable()
def hard_sigmoid_keras2(x):
    """What Keras 2 called hard_sigmoid, by its definition."""
    return keras.ops.clip(0.2 * x + 0.5, 0.0, 1.0)


def camel_case(name):
    return CLASSES.get(name) or re.sub(r"(?:^|_)(\w)", lambda match: match[1].upper(), name)


def one(configuration):
    """The name and the arguments of `name` or `{name: arguments}`."""
    if isinstance(configuration, str):
        return configuration, {}
    [(name, arguments)] = configuration.items()
    return name, dict(arguments or {})


def built(configuration, module):
    """What the configuration names in one of Keras's modules, with nested ones built as well."""
    name, arguments = one(configuration)
    for key, value in arguments.items():
        if not isinstance(value, dict):
            continue
        if key == "layer":
            arguments[key] = built(value, keras.layers)
        elif key.endswith("regularizer"):
            arguments[key] = built(value, keras.regularizers)
        elif key.endswith("initializer"):
            arguments[key] = built(value, keras.initializers)
        elif key == "learning_rate":
            arguments[key] = built(value, keras.optimizers.schedules)
        elif key.endswith("activation"):
            activation, settings = one(value)
            function = getattr(keras.activations, activation, None) or globals()[activation]
            # A Bidirectional copies its layer by the names of functions.
            arguments[key] = function if not settings else (
                lambda x, function=function, settings=settings: function(x, **settings))
    return getattr(module, camel_case(name))(**arguments)


class Case:
    """A model, what it is trained on, and how."""

    def __init__(self, name, layers, inputs, targets, loss="mean_squared_error", optimizer=None,
                 metrics=None, training=None):
        self.name = name
        self.layers = layers
        self.inputs = numpy.asarray(inputs, dtype="float32")
        self.targets = numpy.asarray(targets, dtype="float32")
        self.loss = loss
        self.optimizer = optimizer or {"sgd": {"learning_rate": 0.1}}
        self.metrics = metrics
        self.training = training or {}

    def keras_model(self, seed=1):
        """The model as Keras builds it, compiled."""
        keras.utils.set_random_seed(seed)
        layers = [built(layer, keras.layers) for layer in self.layers]
        model = keras.Sequential([keras.Input(self.inputs.shape[1:]), *layers])
        model.compile(
            optimizer=built(self.optimizer, keras.optimizers),
            loss=built(self.loss, keras.losses), jit_compile=True)
        return model

    def specification(self, epochs):
        """The same in a specification; its dataset stands for the one that is handed over."""
        text = {
            "name": "parity",
            "data": {"kind": "sequence", "length": 10},
            "model": self.layers,
            "training": {
                "loss": self.loss, "optimizer": self.optimizer, "epochs": epochs,
                "batch_size": "all", "shuffle": False, **self.training,
            },
        }
        if self.metrics:
            text["metrics"] = self.metrics
        return text

    @property
    def fused_activation(self):
        """The last activation where SeedSweep leaves it to the loss and predicts logits, else None."""
        loss, arguments = one(self.loss)
        if arguments.get("from_logits"):
            return None
        if loss.endswith("categorical_crossentropy"):
            return keras.ops.softmax
        last = one(self.layers[-1])[1].get("activation")
        return keras.ops.sigmoid if loss == "binary_crossentropy" and last == "sigmoid" else None


def variables(model):
    """The variables of a Keras model in SeedSweep's order: by layer, the trainable ones first."""
    return [
        variable
        for layer in model.layers
        for variable in [*layer.trainable_variables, *layer.non_trainable_variables]
        if "seed_generator" not in variable.path
    ]


def flat(arrays):
    return numpy.concatenate([numpy.ravel(numpy.asarray(array)) for array in arrays])


def write_case(folder, case, values, epochs):
    """Writes what training-probe reads."""
    folder.mkdir(parents=True)
    (folder / "specification.json").write_text(json.dumps(case.specification(epochs)))
    shapes = {
        "samples": len(case.inputs),
        "inputs": case.inputs.shape[1:],
        "targets": case.targets.shape[1:],
    }
    (folder / "data.json").write_text(json.dumps(shapes))
    case.inputs.tofile(folder / "inputs")
    case.targets.tofile(folder / "targets")
    flat(values).astype("float32").tofile(folder / "variables")
