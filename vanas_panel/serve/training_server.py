"""A server of one page: that of a training, or of two side by side. ``vanas-panel inspect`` runs it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from vanas_panel.draw.inspector.packed_scene import packed_scene
from vanas_panel.inspector.training import Training
from vanas_panel.serve.auth.secret import passing_secret
from vanas_panel.serve.options import ServeOptions
from vanas_panel.serve.process.logs import start_log
from vanas_panel.serve.process.page_opening import prepare_process
from vanas_panel.serve.requests.network import free_port
from vanas_panel.serve.server import run_one
from vanas_panel.serve.training_pages import TrainingPages
from vanas_panel.text import terminal
from vanas_panel.text.language import Message


def serve_trainings(trainings: Sequence[Training], *, port: int = 5007, scale: str = "all", biases: bool = False,
                    say: Callable[[str], None] = terminal.say) -> None:
    """Serve the page of one training, or of two, to this machine alone, until it is interrupted.

    Parameters
    ----------
    trainings : sequence of Training
        One or two.
    port : int, optional
        0 takes any free one.
    scale : {"all", "layer", "none"}, optional
        How the page starts.
    biases : bool, optional
        Whether it starts with biases and normalisations.
    say : callable, optional
        Called with each line of output.

    Raises
    ------
    ServeError
        Where the port cannot be used.
    """
    options = ServeOptions(port=port)
    start_log(options.log_format, options.log_level)
    prepare_process()
    options = options.on(free_port(options.port, options.address))
    for training in trainings:
        # Takes a second or two for ten million weights.
        packed_scene(training)

    def ready() -> None:
        say(Message("The page is at {url} (stop with Ctrl+C).", url=options.url))

    run_one(options, (), passing_secret(), ready, pages=TrainingPages(trainings, scale, biases))
