"""Files of trials as programs write them."""

import pytest

from tests.conftest import ROOT

REAL_TRIALS = ROOT.parent / "shared" / "data" / "hpo"


@pytest.fixture(scope="session")
def real_trials():
    """The folder of real samples of searches of hyperparameters."""
    if not REAL_TRIALS.is_dir():
        pytest.skip(f"needs the samples in {REAL_TRIALS}")
    return REAL_TRIALS
