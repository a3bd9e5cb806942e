"""The same stages on many machines, by Ray Data: results are those of a run on one."""
