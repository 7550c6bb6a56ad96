"""Into how many directions a layer has moved: the effective rank of its net change."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import eigvalsh, svdvals

SMALL = 1 << 12
"""Weights up to which singular values are computed from the matrix itself."""

SMALLER_SIDE = 256
"""Layers whose smaller side is longer have no rank recorded at every epoch: it takes longer than an epoch may."""


def effective_rank(change: NDArray[np.float64]) -> float:
    """Effective rank of a change of weights: the exponential of the entropy of its singular values.

    The singular values are divided by their sum and taken for probabilities. 1 means that all outputs moved along one
    direction; the smaller side of the matrix is the most that is possible.

    Parameters
    ----------
    change : ndarray of float64, shape (outputs, ...)
        The axes after the first one are taken together; a vector is a matrix of one column.

    Returns
    -------
    float
        NaN where nothing moved, or a difference is beyond the largest number.

    Notes
    -----
    O. Roy and M. Vetterli, *The effective rank: a measure of effective dimensionality*, EUSIPCO 2007. Beyond 4,096
    weights the singular values are the roots of the eigenvalues of the smaller Gram matrix, which loses those below
    1e-8 of the largest one.

    Examples
    --------
    >>> import numpy as np
    >>> round(effective_rank(np.eye(4)), 6), round(effective_rank(np.ones((4, 3))), 6)
    (4.0, 1.0)
    """
    matrix = np.ascontiguousarray(change, dtype=np.float64).reshape(len(change), -1)
    largest = np.abs(matrix).max(initial=0.0)
    if largest == 0 or not np.isfinite(largest):
        return float("nan")
    # Divided first, so that squares of tiny changes do not vanish.
    matrix = matrix / largest
    if matrix.size <= SMALL:
        values = svdvals(matrix, overwrite_a=True, check_finite=False)
    else:
        gram = matrix.T @ matrix if matrix.shape[0] > matrix.shape[1] else matrix @ matrix.T
        values = np.sqrt(np.clip(eigvalsh(gram, overwrite_a=True, check_finite=False), 0, None))
    share = values / values.sum()
    share = share[share > 0]
    return float(np.exp(-(share * np.log(share)).sum()))
