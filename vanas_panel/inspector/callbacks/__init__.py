"""Recording from the training loops of other frameworks, none of which is loaded here.

`record_module` and `follow_optimizer` are for loops in PyTorch; `lightning_callback`, `keras_callback` and
`transformers_callback` make a callback of the framework that the program uses already.
"""

from vanas_panel.inspector.callbacks.keras import keras_callback
from vanas_panel.inspector.callbacks.lightning import lightning_callback
from vanas_panel.inspector.callbacks.pytorch import follow_optimizer, record_module
from vanas_panel.inspector.callbacks.transformers import transformers_callback

__all__ = ["follow_optimizer", "keras_callback", "lightning_callback", "record_module", "transformers_callback"]
