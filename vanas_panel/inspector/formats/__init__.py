"""Files of weights, one module a format: each gives the tensors of a file without running anything that it holds.

What every format shares stands beside them: ranges of bytes, tensors in them, what is said of damage.
"""
