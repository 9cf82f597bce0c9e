"""Grade submissions with nbgrader: in parallel, resumably, with a row for everyone."""
