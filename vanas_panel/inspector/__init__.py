"""Recorded trainings: how far every weight has moved, layer by layer, epoch by epoch.

`open_training` reads the checkpoints of any framework, or a recording; `Recorder` writes one while a network trains;
`weight_change` gives the figures of every layer as a data frame.
"""
