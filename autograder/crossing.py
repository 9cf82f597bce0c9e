"""Say which values of a test cell can't cross to the student's process.

Plain data crosses: numbers, strings, lists, tuples, dicts, NumPy arrays; and so do
Keras models of built-in layers. This module follows names through one cell as far as
reading it tells, without running it. What it can't tell, it lets pass.
"""

import ast
import builtins
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

# Modules of Keras whose objects are not plain data, unless they are part of a model.
KERAS_OBJECTS = {
    *("activations", "callbacks", "constraints", "initializers", "layers", "losses"),
    *("metrics", "optimizers", "regularizers"),
}
KERAS_MODELS = {"Sequential", "Model", "clone_model", "model_from_json"}
CUSTOM_LAYERS = {"Lambda", "TFSMLayer"}
# Built-in functions whose result is made as it is read.
LAZY = {"enumerate", "filter", "iter", "map", "range", "reversed", "zip"}
CONTAINERS = {"dict", "list", "sorted", "tuple"}
RANDOM_OBJECTS = {"default_rng", "Generator", "Random", "RandomState", "SeedSequence"}
CONSTANTS = {"e", "euler_gamma", "inf", "nan", "newaxis", "pi", "tau"}
COLLECTIONS = {"Counter", "OrderedDict", "defaultdict"}  # dicts of another name
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.GeneratorExp)


@dataclass(frozen=True)
class Opaque:
    """A value that can't cross, and which of the student's functions it is, if any."""

    what: str
    student: str | None = None
    layer: bool = False  # an object of Keras that gives a tensor when it is called


class Scope:
    """A test cell, or a function or class in it, and what its names hold."""

    def __init__(
        self,
        node: ast.AST,
        student: frozenset[str],
        modules: Mapping[str, str],
        parent: "Scope | None" = None,
    ):
        self.node, self.student, self.parent = node, student, parent
        self.held: dict[str, Opaque | None] = dict.fromkeys(_parameters(node))
        self.children: dict[ast.AST, Scope] = {}
        self.asked = False  # while `result` looks for an answer
        self.modules = {**modules, **imported(node)}
        self.modules |= self._aliases()
        self.children = {
            child: Scope(child, student, self.modules, self)
            for child in self.nodes()
            if isinstance(child, (*FUNCTIONS, ast.ClassDef))
        }
        if parent is None:
            for scope in self.all():
                scope._declare()
            while any(scope._bind() for scope in self.all()):
                pass  # until a round brings nothing new

    def all(self) -> Iterator["Scope"]:
        """This scope and all those in it."""
        yield self
        for child in self.children.values():
            yield from child.all()

    def nodes(self) -> Iterator[ast.AST]:
        """Everything in this scope, inner functions and classes less their bodies."""
        bodies = self.node.body
        todo = list(bodies) if isinstance(bodies, list) else [bodies]
        while todo:
            node = todo.pop()
            yield node
            if isinstance(node, ast.ClassDef):
                todo += [*node.decorator_list, *node.bases, *node.keywords]
            elif isinstance(node, FUNCTIONS):
                todo += getattr(node, "decorator_list", [])
                todo += [d for d in node.args.defaults + node.args.kw_defaults if d]
            else:
                todo += ast.iter_child_nodes(node)

    # --- what an expression is -------------------------------------------------------

    def value(self, node: ast.AST) -> Opaque | None:
        """What `node` is, where it can't cross, else None."""
        match node:
            case ast.Lambda():
                return Opaque("a lambda")
            case ast.GeneratorExp():
                return Opaque("a generator")
            case ast.Set() | ast.SetComp():
                return Opaque("a set")
            case ast.Name():
                return self._name(node.id)
            case ast.List() | ast.Tuple():
                return self._first(*node.elts)
            case ast.Dict():
                return self._first(*filter(None, node.keys), *node.values)
            case ast.ListComp():
                return self.value(node.elt)
            case ast.DictComp():
                return self._first(node.key, node.value)
            case ast.Starred():
                return self.element(node.value)
            case ast.NamedExpr() | ast.Subscript():
                return self.value(node.value)
            case ast.UnaryOp():
                return self.value(node.operand)
            case ast.BinOp():
                return self._first(node.left, node.right)
            case ast.BoolOp():
                return self._first(*node.values)
            case ast.IfExp():
                return self._first(node.body, node.orelse)
            case ast.Attribute():
                return self._attribute(node)
            case ast.Call():
                return self._call(node)
        return None

    def element(self, node: ast.AST) -> Opaque | None:
        """What one gets from iterating over `node`."""
        if isinstance(node, COMPREHENSIONS):
            return self.value(node.elt)
        if isinstance(node, ast.Set):
            return self._first(*node.elts)
        if isinstance(node, ast.Call):
            name = self._builtin(node.func)
            if name == "map":
                return None
            if name in LAZY:
                return next(filter(None, map(self.element, node.args)), None)
            if _is_view(node):
                return None if node.func.attr == "keys" else self.value(node.func.value)
        found = self.value(node)
        return None if found and found.what in ("a generator", "a set") else found

    def path(self, node: ast.AST) -> str | None:
        """The dotted name of something in a module: np.exp is numpy.exp."""
        if isinstance(node, ast.Name):
            taken = self._holder(node.id) or node.id in self.student
            return None if taken else self.modules.get(node.id)
        if isinstance(node, ast.Attribute):
            before = self.path(node.value)
            return before and _shortened(f"{before}.{node.attr}")
        return None

    def _first(self, *nodes: ast.AST) -> Opaque | None:
        found = [*filter(None, map(self.value, nodes))]
        return next((f for f in found if f.student), found[0] if found else None)

    def _name(self, name: str) -> Opaque | None:
        holder = self._holder(name)
        if holder:
            return holder.held[name]
        if name in self.student:
            return Opaque(f"{name}, a function,", student=name)
        if name in self.modules:
            kind = "a function or type" if "." in self.modules[name] else "a module"
            return Opaque(f"{name}, {kind},")
        if callable(getattr(builtins, name, None)):
            return Opaque(f"{name}, a function or type,")
        return None

    def _holder(self, name: str) -> "Scope | None":
        """The innermost scope that gives `name` a value."""
        scope = self
        while scope and name not in scope.held:
            scope = scope.parent
        return scope

    def _attribute(self, node: ast.Attribute) -> Opaque | None:
        path = self.path(node)
        if path is None or path.startswith("string.") or node.attr in CONSTANTS:
            return None
        if node.attr.isupper() or node.attr.startswith("__"):
            return None
        layer = path.startswith("keras.layers.")
        return Opaque(f"{ast.unparse(node)}, a function or type,", layer=layer)

    def _call(self, node: ast.Call) -> Opaque | None:
        name = self._builtin(node.func)
        if name in LAZY:
            return Opaque(f"a {name} object")
        if name in ("set", "frozenset"):
            return Opaque(f"a {name}")
        if name in CONTAINERS:
            return next(filter(None, map(self.element, node.args[:1])), None)
        path = self.path(node.func)
        if path:
            return self._library_call(path, node)
        definition = self._definition(node.func)
        if definition:
            return definition.result()
        if _is_view(node):
            return Opaque("a view of a dictionary")
        called = self.value(node.func)
        return Opaque("a tensor") if called and called.layer else None

    def _library_call(self, path: str, node: ast.Call) -> Opaque | None:
        parts = path.split(".")
        if len(parts) == 1:  # a module, which can't be called
            return None
        first, last = parts[0], parts[-1]
        if path == "functools.partial" and node.args:
            function = self.value(node.args[0])
            return Opaque("a partial function", function and function.student)
        if first == "keras":
            return self._keras_call(parts, node)
        if first == "tensorflow":
            return Opaque("a tensor")
        if first == "itertools":
            return Opaque("an iterator")
        if last in RANDOM_OBJECTS:
            return Opaque("a random number generator")
        if path in ("cnnlab.datasets.fashion_mnist", "cnnlab.datasets.mnist"):
            return Opaque("a whole data set")
        makes_objects = first in ("scipy", "skimage", "sklearn", "collections")
        if makes_objects and last[0].isupper() and last not in COLLECTIONS:
            return Opaque(f"a {last} object")
        return None

    def _keras_call(self, parts: list[str], node: ast.Call) -> Opaque | None:
        last = parts[-1]
        if last in KERAS_MODELS or parts[1] == "applications":
            return Opaque("a model with a custom layer") if self._custom(node) else None
        if last == "Input":
            return Opaque("a symbolic tensor")
        if parts[1] in KERAS_OBJECTS and last[0].isupper():
            layer = parts[1] in ("activations", "layers", "losses")
            return Opaque(f"a {'.'.join(parts)} object", layer=layer)
        if parts[1] in (*KERAS_OBJECTS, "ops", "random") and last not in (
            *("convert_to_numpy", "get", "serialize", "shape"),
        ):
            return Opaque("a tensor")
        return Opaque("a variable of Keras") if last == "Variable" else None

    def _custom(self, model: ast.Call) -> bool:
        """Whether a layer of the model is none of Keras's own."""
        for node in ast.walk(model):
            if isinstance(node, ast.Call):
                path = self.path(node.func) or ""
                definition = self._definition(node.func)
                if path.split(".")[-1] in CUSTOM_LAYERS or (
                    definition and isinstance(definition.node, ast.ClassDef)
                ):
                    return True
        return False

    def result(self) -> Opaque | None:
        """What calling this function or class of the cell gives."""
        if self.asked:  # it calls itself
            return None
        self.asked = True
        try:
            return self._result()
        finally:
            self.asked = False

    def _result(self) -> Opaque | None:
        if isinstance(self.node, ast.ClassDef):
            return Opaque(f"an object of the class {self.node.name}")
        if isinstance(self.node, ast.Lambda):
            return self.value(self.node.body)
        found = None
        for node in self.nodes():
            if isinstance(node, ast.Yield | ast.YieldFrom):
                return Opaque("a generator")
            if isinstance(node, ast.Return) and node.value:
                found = found or self.value(node.value)
        return found

    def _builtin(self, node: ast.AST) -> str | None:
        """The name of the built-in function that `node` is."""
        if not isinstance(node, ast.Name) or not hasattr(builtins, node.id):
            return None
        taken = self._holder(node.id) or node.id in (*self.student, *self.modules)
        return None if taken else node.id

    def _definition(self, node: ast.AST) -> "Scope | None":
        """The function or class of the cell that `node` names."""
        scope = self
        while scope and isinstance(node, ast.Name):
            for child, inner in scope.children.items():
                if getattr(child, "name", None) == node.id:
                    return inner
            scope = scope.parent
        return None

    # --- what names hold -------------------------------------------------------------

    def _aliases(self) -> dict[str, str]:
        """Other names for parts of a module, such as layers = keras.layers."""
        found = {}
        for node in self.nodes():
            if isinstance(node, ast.Assign) and self.value(node.value):
                path = self.path(node.value)
                if path and all(isinstance(t, ast.Name) for t in node.targets):
                    found |= {t.id: path for t in node.targets}
        return found

    def _declare(self) -> None:
        """Note the names of this scope, before what they hold is looked into."""
        for node in self.nodes():
            for name, _ in self._bindings(node):
                self.held.setdefault(name, None)

    def _bind(self) -> bool:
        """Note what each assignment in this scope binds; tell whether that is news."""
        before = dict(self.held)
        for node in self.nodes():
            for name, found in self._bindings(node):
                self.held[name] = self.held.get(name) or found
        return self.held != before

    def _bindings(self, node: ast.AST) -> Iterator[tuple[str, Opaque | None]]:
        match node:
            case ast.Assign():
                for target in node.targets:
                    if getattr(target, "id", None) not in self.modules:
                        yield from self._pairs(target, node.value)
            case ast.AnnAssign(value=ast.expr()) | ast.AugAssign() | ast.NamedExpr():
                yield from self._pairs(node.target, node.value)
            case ast.For() | ast.AsyncFor() | ast.comprehension():
                yield from self._items(node.target, node.iter)
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                yield (
                    node.name,
                    Opaque(f"{node.name}, a function or class of this cell,"),
                )
            case ast.withitem(optional_vars=ast.expr()):
                for name in _names(node.optional_vars):
                    yield name, None
            case ast.ExceptHandler(name=str()):
                yield node.name, None
            case ast.Call(func=ast.Attribute(value=ast.Name(), attr=attr)):
                if attr in ("append", "extend", "insert", "setdefault", "update"):
                    name, found = node.func.value.id, self._first(*node.args)
                    if found and name in self.held:
                        yield name, found

    def _pairs(
        self, target: ast.AST, value: ast.AST
    ) -> Iterator[tuple[str, Opaque | None]]:
        """Pair the names of an assignment with what they get."""
        if isinstance(target, ast.Name):
            yield target.id, self.value(value)
        elif isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name):
            if target.value.id in self.held:
                yield target.value.id, self.value(value)
        elif _is_row(target) and _is_row(value) and _lengths(target, value):
            for inner, part in zip(target.elts, value.elts, strict=True):
                yield from self._pairs(inner, part)
        elif _is_row(target):
            for name in _names(target):
                yield name, self.element(value)

    def _items(
        self, target: ast.AST, iterable: ast.AST
    ) -> Iterator[tuple[str, Opaque | None]]:
        """Pair the names of a loop with what they get."""
        columns = self._columns(iterable) if _is_row(target) else None
        if columns is not None and len(columns) == len(target.elts):
            for inner, column in zip(target.elts, columns, strict=True):
                yield from self._items(inner, column)
        else:
            for name in _names(target):
                yield name, self.element(iterable)

    def _columns(self, iterable: ast.AST) -> list[ast.AST] | None:
        """What the places of a row go through, for zip, enumerate, items and tables."""
        nothing = ast.List(elts=[])
        if isinstance(iterable, ast.Call):
            if self._builtin(iterable.func) == "zip":
                return iterable.args
            if self._builtin(iterable.func) == "enumerate":
                return [nothing, *iterable.args[:1]]
            if _is_view(iterable) and iterable.func.attr == "items":
                return [nothing, iterable.func.value]
        rows = iterable.elts if _is_row(iterable) else []
        if rows and all(_is_row(row) and _lengths(row, rows[0]) for row in rows):
            columns = zip(*(row.elts for row in rows), strict=True)
            return [ast.List(elts=list(column)) for column in columns]
        return None


def imported(node: ast.AST) -> dict[str, str]:
    """Map the names that `node` imports to the dotted names of what they are."""
    found = {}
    for inner in ast.walk(node):
        if isinstance(inner, ast.Import):
            for alias in inner.names:
                top = alias.name if alias.asname else alias.name.split(".")[0]
                found[alias.asname or top] = _shortened(top)
        elif isinstance(inner, ast.ImportFrom):
            for alias in inner.names:
                path = f"{inner.module or ''}.{alias.name}"
                found[alias.asname or alias.name] = _shortened(path)
    return found


def _shortened(path: str) -> str:
    """keras.…, however one got there: from tensorflow, from cnnlab.quiet."""
    _, found, rest = path.rpartition(".keras")
    return f"keras{rest}" if found and (not rest or rest[0] == ".") else path


def _parameters(node: ast.AST) -> Iterator[str]:
    for inner in ast.walk(getattr(node, "args", ast.arguments([], [], None, []))):
        if isinstance(inner, ast.arg):
            yield inner.arg


def _names(target: ast.AST) -> Iterator[str]:
    for node in ast.walk(target):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id


def _is_row(node: ast.AST) -> bool:
    return isinstance(node, ast.List | ast.Tuple) and not any(
        isinstance(part, ast.Starred) for part in node.elts
    )


def _lengths(one: ast.AST, two: ast.AST) -> bool:
    return len(one.elts) == len(two.elts)


def _is_view(node: ast.Call) -> bool:
    """Whether a call is d.items(), d.keys() or d.values()."""
    return (
        isinstance(node.func, ast.Attribute)
        and node.func.attr in ("items", "keys", "values")
        and not node.args
    )
