"""Callbacks of the frameworks themselves; each is skipped where its framework is not installed."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from vanas_panel.inspector.callbacks import keras_callback, lightning_callback, transformers_callback
from vanas_panel.inspector.recorder import Recorder
from vanas_panel.inspector.recording import read_recording
from vanas_panel.inspector.weight_change import weight_change


def accumulated(states):
    """Sum of the absolute changes from each state to the next one."""
    return sum(np.abs(late.astype(float) - early) for early, late in pairwise(states))


def check(path, states, turned, epochs):
    """That a recording has the figures of some states, whose arrays `turned` brings into its order."""
    training = read_recording(path)
    assert training.epochs.tolist() == epochs
    frame = weight_change(training, scale="none", biases=True).set_index("layer")
    assert set(frame.index) == set(states[0])
    for name in frame.index:
        path = turned(name, accumulated([state[name] for state in states]))
        assert frame.loc[name, "shape"] == path.shape, name
        assert frame.loc[name, "mean"] == pytest.approx(path.mean(), rel=1e-9)
        assert frame.loc[name, "max"] == pytest.approx(path.max(), rel=1e-9)
        assert path[frame.loc[name, "argmax"]] == pytest.approx(path.max(), rel=1e-9)
    return frame


def test_keras(tmp_path):
    keras = pytest.importorskip("keras", reason="Keras is not installed (pip install keras)")
    keras.utils.set_random_seed(0)
    inputs = keras.Input((6, 6, 2))
    values = keras.layers.Conv2D(3, 3, name="conv")(inputs)
    values = keras.layers.BatchNormalization(name="norm")(values)
    values = keras.layers.DepthwiseConv2D(2, depth_multiplier=2, name="depth")(values)
    values = keras.layers.Conv2DTranspose(5, 2, name="up")(values)
    values = keras.layers.Reshape((16, 5))(values)
    values = keras.layers.MultiHeadAttention(2, 3, name="attention")(values, values)
    values = keras.layers.GRU(4, name="gru")(values)
    model = keras.Model(inputs, keras.layers.Dense(2, name="head")(values), name="whole")
    model.compile("sgd", "mse")
    states = []

    class Spy(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            states.append({variable.path.removeprefix("whole/"): np.array(keras.ops.convert_to_numpy(variable))
                           for variable in model.weights if "moving" not in variable.path})

    images, targets = np.random.default_rng(0).random((8, 6, 6, 2)), np.zeros((8, 2))
    with Recorder(tmp_path / "run.vptrain") as recorder:
        callback = keras_callback(recorder)
        model.fit(images, targets, epochs=2, verbose=0, callbacks=[callback, Spy()])
        model.fit(images, targets, epochs=1, verbose=0, callbacks=[callback, Spy()])
    Spy().on_epoch_begin(0)
    shapes = {"conv/kernel": (3, 2, 3, 3), "depth/kernel": (3, 2, 2, 2), "up/kernel": (5, 6, 2, 2),
              "attention/query/kernel": (6, 5), "attention/attention_output/kernel": (5, 6), "head/kernel": (2, 4),
              "gru/gru_cell/kernel": (12, 5), "gru/gru_cell/bias": (24,), "attention/query/bias": (6,)}

    def turned(name, values):
        if name.endswith("bias"):
            return values.reshape(-1)
        if name in ("conv/kernel",):
            return np.einsum("hwio->oihw", values)
        if name in ("depth/kernel", "up/kernel"):
            return np.einsum("hwab->abhw", values)
        if name == "attention/attention_output/kernel":
            return values.reshape(6, 5).T
        if values.ndim == 3:
            return values.reshape(5, 6).T
        return values.T if values.ndim == 2 else values

    frame = check(tmp_path / "run.vptrain", states, turned, [0, 1, 2, 3])
    for name, shape in shapes.items():
        depth = "depth/kernel" if "depth/kernel" in frame.index else "depth/depthwise_kernel"
        assert frame.loc[depth if name == "depth/kernel" else name, "shape"] == shape


def test_lightning(tmp_path):
    torch = pytest.importorskip("torch", reason="PyTorch is not installed (pip install 'vanas-panel[train]')")
    lightning = pytest.importorskip("lightning.pytorch", reason="Lightning is not installed (pip install lightning)")
    states = []

    class Model(lightning.LightningModule):
        def __init__(self):
            super().__init__()
            self.layer = torch.nn.Linear(3, 2)

        def training_step(self, batch, _):
            return self.layer(batch[0]).square().sum()

        def configure_optimizers(self):
            return torch.optim.SGD(self.parameters(), lr=0.01)

        def on_train_epoch_start(self):
            self.note()

        def note(self):
            states.append({name: value.detach().numpy().copy() for name, value in self.named_parameters()})

    model = Model()
    data = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(torch.randn(8, 3)), batch_size=4)
    with Recorder(tmp_path / "run.vptrain") as recorder:
        lightning.Trainer(max_epochs=3, accelerator="cpu", logger=False, enable_checkpointing=False,
                          enable_progress_bar=False, enable_model_summary=False, default_root_dir=tmp_path,
                          callbacks=[lightning_callback(recorder)]).fit(model, data)
    model.note()
    check(tmp_path / "run.vptrain", states, lambda _, values: values, [0, 1, 2, 3])


@pytest.mark.parametrize(("every", "numbers"), [(None, [0, 1, 2]), (2, [0, 2, 4])])
def test_transformers(tmp_path, every, numbers):
    torch = pytest.importorskip("torch", reason="PyTorch is not installed (pip install 'vanas-panel[train]')")
    transformers = pytest.importorskip("transformers",
                                       reason="Transformers is not installed (pip install transformers)")
    pytest.importorskip("accelerate", reason="Accelerate is not installed (pip install accelerate)")
    configuration = transformers.GPT2Config(vocab_size=11, n_positions=8, n_embd=4, n_layer=1, n_head=2)
    model = transformers.GPT2LMHeadModel(configuration)
    states = []

    class Spy(transformers.TrainerCallback):
        def on_epoch_begin(self, *_, **__):
            states.append({name: value.detach().numpy().copy() for name, value in model.named_parameters()})

    tokens = [{"input_ids": torch.arange(6) % 11, "labels": torch.arange(6) % 11} for _ in range(4)]
    arguments = transformers.TrainingArguments(
        output_dir=str(tmp_path / "out"), num_train_epochs=2, per_device_train_batch_size=2, report_to=[],
        save_strategy="no", disable_tqdm=True, use_cpu=True, logging_strategy="no")
    with Recorder(tmp_path / "run.vptrain", unit="epoch" if every is None else "step") as recorder:
        transformers.Trainer(model, arguments, train_dataset=tokens,
                             callbacks=[transformers_callback(recorder, every), Spy()]).train()
    Spy().on_epoch_begin()
    first = ("attn.c_attn.weight", "attn.c_proj.weight", "mlp.c_fc.weight", "mlp.c_proj.weight")
    frame = check(tmp_path / "run.vptrain", states, lambda name, values: values.T if name.endswith(first) else values,
                  numbers)
    # The matrix of the outputs is that of the embedding.
    assert not any("lm_head" in name for name in frame.index)
    assert frame.loc["transformer.h.0.attn.c_attn.weight", "shape"] == (12, 4)
