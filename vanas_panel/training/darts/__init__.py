"""DARTS: a search by gradient over the operations of the edges of stacked cells.

Source: H. Liu, K. Simonyan, Y. Yang, "DARTS: differentiable architecture search", ICLR 2019.
"""
