"""Which names a cell binds and which it reads, as the compiler sees them."""

import ast
import symtable
from collections.abc import Iterator


def bound(tree: ast.Module) -> set[str]:
    """Return the names that running the cell defines at module level."""
    return set(_bound(symtable.symtable(ast.unparse(tree), "cell", "exec")))


def global_reads(source: str) -> set[str]:
    """Return the names that a cell, or any scope in it, looks up at module level."""
    return set(_reads(symtable.symtable(source, "cell", "exec")))


def _bound(table: symtable.SymbolTable) -> Iterator[str]:
    at_module = table.get_type() == "module"
    for symbol in table.get_symbols():
        binds = symbol.is_assigned() or symbol.is_imported()
        if binds and (at_module or symbol.is_declared_global()):
            yield symbol.get_name()
    for child in table.get_children():
        yield from _bound(child)


def _reads(table: symtable.SymbolTable) -> Iterator[str]:
    for symbol in table.get_symbols():
        at_module = table.get_type() == "module" or symbol.is_global()
        in_class = table.get_type() == "class" and symbol.is_assigned()
        if symbol.is_referenced() and (at_module or in_class):
            yield symbol.get_name()
    for child in table.get_children():
        yield from _reads(child)
