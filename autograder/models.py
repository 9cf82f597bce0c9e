"""Keras models as a config and the values of their variables, rebuilt elsewhere.

A model crosses if it is made of Keras's own layers. What would run code of its own in
the process that rebuilds it (Lambda, custom and registered classes, saved functions) is
Refused by name, before Keras looks at the config. Slow where Keras is not yet imported.
"""

import contextlib
import hashlib
import json
import sys
import warnings
from typing import Any

import numpy as np

DENIED = {
    # They hold code of their own, of Python or of another library.
    *("Lambda", "TFSMLayer", "TorchModuleWrapper", "FlaxLayer", "JaxLayer"),
    # They read files.
    *("TextVectorization", "StringLookup", "IntegerLookup"),
}
# Where Keras keeps what a model's config may name.
PUBLIC = (
    *("layers", "initializers", "regularizers", "constraints", "optimizers"),
    *("optimizers.schedules", "losses", "metrics", "dtype_policies", "activations"),
)
MODELS = {"Functional", "Model", "Sequential"}
PLAIN = {
    *("__keras_tensor__", "__tensor__", "__numpy__", "__bytes__", "__slice__"),
    "__ellipsis__",
}
FUNCTIONS = ("activations", "losses", "metrics", "initializers", "regularizers")


class Refused(Exception):
    """A model that can't cross; the message says why, as "it has …"."""


class Kept:
    """The models that two processes both hold, by key, and as of when they agree."""

    def __init__(self):
        self.models: dict[str, Any] = {}
        self._keys: dict[int, str] = {}
        self._agreed: dict[str, str] = {}  # the digest of what both have

    def key(self, model) -> str | None:
        """Return the key of a model that is kept."""
        return self._keys.get(id(model))

    def keep(self, model, key: str) -> None:
        self.models[key], self._keys[id(model)] = model, key

    def news(self, key: str) -> dict | None:
        """Return what the other side doesn't have yet, None if it has all."""
        packed = pack(self.models[key])
        now = digest(packed)
        if self._agreed.get(key) == now:
            return None
        self._agreed[key] = now
        return packed

    def take(self, key: str, packed: dict | None):
        """Make the model what came from the other side; return it. Raises Refused."""
        if packed is not None:
            if key in self.models:
                update(self.models[key], packed)
            else:
                self.keep(unpack(packed), key)
            self._agreed[key] = digest(packed)
        return self.models[key]


def is_model(value: Any) -> bool:
    """Tell whether it is a Keras model, without importing Keras for it."""
    keras = sys.modules.get("keras")
    return keras is not None and isinstance(value, keras.Model)


def pack(model) -> dict:
    """Return what `unpack` rebuilds the model from. Raises Refused."""
    try:
        return _packed(model)
    except Refused:
        raise
    except Exception as error:  # what only says that it is a model has no layers
        raise Refused(f"it is no model of Keras's: {_first_line(error)}") from error


def _packed(model) -> dict:
    for layer in model._flatten_layers():
        # Keras writes down its name alone, be it a student's own "relu".
        function = getattr(layer, "activation", None)
        if callable(function) and not str(function.__module__).startswith("keras."):
            name = getattr(function, "__name__", type(function).__name__)
            raise Refused(f"its layer {layer.name!r} has a function of its own, {name}")
    optimizer = getattr(model, "optimizer", None)
    return {
        "config": _config(model),
        "variables": _values(model.variables),
        "optimizer": _values(optimizer.variables) if optimizer is not None else [],
    }


def digest(packed: dict) -> str:
    """Return a hash of what was packed."""
    state = hashlib.blake2b(packed["config"].encode())
    for value in (*packed["variables"], *packed["optimizer"]):
        state.update(np.ascontiguousarray(value).tobytes())
    return state.hexdigest()


def unpack(packed: dict):
    """Return a new model. Raises Refused."""
    import keras

    config = _loaded(packed["config"])
    _check(config)
    try:
        model = _rebuilt(config)
    except Exception as error:
        why = _first_line(error)
        if isinstance(error, MemoryError) or "OOM when allocating" in str(error):
            why = "its layers take more memory than there is"
        raise Refused(f"Keras can't rebuild it: {why}") from error
    if not isinstance(model, keras.Model):
        raise Refused(f"it is no model, but {type(model).__name__}")
    _fill(model, packed)
    return model


def _rebuilt(config: dict):
    try:
        return _deserialized(config)
    except Exception:
        if not config.pop("compile_config", None):
            raise
        return _deserialized(config)


def _deserialized(config: dict):
    """Return the model that Keras makes of a config.

    Keras adds the layers of a Sequential one by one, and calls all of them each time.
    `layer.output` is then what the first call gave: no gradient leads from there to the
    model's output. Made of a list, each layer is called once.
    """
    import keras

    made = keras.saving.deserialize_keras_object
    inner = config["config"]
    if config["class_name"] != "Sequential" or not isinstance(inner, dict):
        return made(config, safe_mode=True)
    parts = [made(layer, safe_mode=True) for layer in inner["layers"]]
    model = keras.Sequential(parts, name=inner["name"])
    if not model.built and inner.get("build_input_shape"):
        model.build(inner["build_input_shape"])
    if config.get("compile_config"):
        model.compile_from_config(config["compile_config"])
    return model


def update(model, packed: dict) -> None:
    """Make the model what was packed, in place. Raises Refused."""
    now, then = _loaded(_config(model)), _loaded(packed["config"])
    compiled, compiles = (
        now.pop("compile_config", None),
        then.pop("compile_config", None),
    )
    if now != then:
        _become(model, unpack(packed))
        return
    if compiled != compiles and compiles:
        _check(compiles)
        with contextlib.suppress(Exception):  # then it stays as it was
            model.compile_from_config(compiles)
    _fill(model, packed)


def _config(model) -> str:
    import keras

    try:
        with warnings.catch_warnings(action="ignore"):
            return json.dumps(keras.saving.serialize_keras_object(model))
    except Exception as error:
        raise Refused(f"Keras can't describe it: {_first_line(error)}") from error


def _loaded(text: str) -> dict:
    try:
        config = json.loads(text)
    except (TypeError, ValueError, RecursionError) as error:
        raise Refused(f"its description is none: {error}") from error
    if not isinstance(config, dict) or "class_name" not in config:
        raise Refused("its description is none")
    compiling = config.get("compile_config")
    if compiling is not None:
        try:
            _check(compiling)
        except Refused:  # a loss of the student's: the layers can be judged without it
            del config["compile_config"]
    return config


def _values(variables) -> list[np.ndarray]:
    import keras

    return [np.asarray(keras.ops.convert_to_numpy(v.value)) for v in variables]


def _fill(model, packed: dict) -> None:
    """Give the model's variables, and its optimizer's, the packed values."""
    try:
        _assign(model, packed)
    except Refused:
        raise
    except Exception as error:
        raise Refused(f"its weights don't fit: {_first_line(error)}") from error


def _assign(model, packed: dict) -> None:
    variables, values = model.variables, packed["variables"]
    shapes = [tuple(variable.shape) for variable in variables]
    if shapes != [np.shape(value) for value in values]:
        raise Refused("its weights don't fit its layers")
    for variable, value in zip(variables, values, strict=True):
        variable.assign(value)
    for layer in model._flatten_layers():
        if hasattr(layer, "finalize_state") and layer.built:  # Normalization
            layer.finalize_state()
    optimizer = getattr(model, "optimizer", None)
    if optimizer is None or not packed["optimizer"]:
        return
    if model.built and not optimizer.built:
        optimizer.build(model.trainable_variables)
    pairs = list(zip(optimizer.variables, packed["optimizer"], strict=False))
    if len(optimizer.variables) == len(packed["optimizer"]) and all(
        tuple(variable.shape) == np.shape(value) for variable, value in pairs
    ):
        for variable, value in pairs:
            variable.assign(value)


def _become(model, new) -> None:
    """Turn a model into another, so that all names that hold it see the change."""
    model.__class__ = new.__class__
    model.__dict__.clear()
    model.__dict__.update(new.__dict__)


# --- what a config may name ----------------------------------------------------------


def _check(config: Any) -> None:
    """Refuse what is not of Keras's own. Raises Refused."""
    todo = [config]
    while todo:
        node = todo.pop()
        if isinstance(node, dict):
            if "class_name" in node:
                _check_class(node)
            todo += node.values()
        elif isinstance(node, list):
            todo += node


def _check_class(node: dict) -> None:
    name, module = node["class_name"], node.get("module")
    if not isinstance(name, str) or not isinstance(module, str | None):
        raise Refused("its description is none")
    if name in PLAIN:
        return
    if name == "function":
        function = node.get("config")
        if not isinstance(function, str) or not _is_public_function(node):
            raise Refused(f"it has a function of its own, {str(function)[:80]}")
    elif name in ("Lambda", "__lambda__"):
        raise Refused(f"it has {_called(node)}, code of its own")
    elif not _is_public(name, module):
        raise Refused(f"it has {_called(node)}, which is none of Keras's own")


def _called(node: dict) -> str:
    """A layer's class, and its name if it has one."""
    inner = node.get("config")
    name = inner.get("name") if isinstance(inner, dict) else None
    named = f" layer ({str(name)[:80]!r})" if isinstance(name, str) else ""
    return f"a {node['class_name'][:80]}{named}"


def _is_public(name: str, module: str | None) -> bool:
    import keras

    if name in DENIED or name.startswith("_") or module is None:
        return False
    if module.split(".")[0] != "keras":
        return False
    if name in MODELS:
        return module in ("keras", "keras.models", "keras.src.models.functional")
    if module.startswith(("keras.src.ops.", "keras.src.activations.")):
        found = getattr(sys.modules.get(module), name, None)
        return isinstance(found, type) and issubclass(found, keras.Operation)
    if module in ("keras", "keras.dtype_policies") and name.endswith("DTypePolicy"):
        return hasattr(keras.dtype_policies, name) or name == "DTypePolicy"
    return any(
        module == f"keras.{place}" and isinstance(_of(place, name), type)
        for place in PUBLIC
    )


def _is_public_function(node: dict) -> bool:
    if node.get("module") != "builtins" and not str(node.get("module")).startswith(
        "keras."
    ):
        return False
    return any(callable(_of(place, node["config"])) for place in FUNCTIONS)


def _of(place: str, name: str) -> Any:
    import keras

    found = keras
    for part in place.split("."):
        found = getattr(found, part)
    return getattr(found, name, None)


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:300]
