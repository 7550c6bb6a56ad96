"""Undo and redo: how many steps are kept, and which."""

from vanas_panel.core.draft import Draft
from vanas_panel.state.undo import History, Sketch


def sketch(number: int) -> Sketch:
    return Sketch(Draft(("input", "output")), {0: (float(number), 0.0)})


def test_exactly_two_hundred_steps_can_be_taken_back():
    history = History(sketch(0))
    for number in range(1, 206):
        history.record(sketch(number))
    seen = []
    while history.past:
        seen.append(history.back())
    assert seen == [sketch(number) for number in range(204, 4, -1)]
    assert history.back() == sketch(5)
    for number in range(6, 206):
        assert history.forward() == sketch(number)
    assert history.forward() == sketch(205)


def test_new_step_clears_redo_and_an_equal_draft_is_no_step():
    history = History(sketch(0))
    history.record(sketch(1))
    history.back()
    history.record(sketch(0))
    assert history.future == [sketch(1)]
    history.record(sketch(2))
    assert (history.future, history.past) == ([], [sketch(0)])
