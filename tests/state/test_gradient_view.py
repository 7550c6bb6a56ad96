"""What a page shows of searches by gradient: checked, and in links."""

import pytest
from demo_tables import demo_table

from vanas_panel.errors import LinkError, SearchError
from vanas_panel.state.gradient_view import GradientView, gradient_text, read_gradient
from vanas_panel.state.link import restore, to_query
from vanas_panel.state.session import Session

ONE, OTHER = "0123456789abcdef" * 2, "f" * 32


@pytest.mark.parametrize(("view", "text"), [
    (GradientView(), "-"), (GradientView((ONE,)), ONE), (GradientView((ONE, OTHER), 12), f"{ONE},{OTHER}:12"),
    (GradientView((ONE,), 0, "reduction"), f"{ONE}::reduction"),
    (GradientView((ONE,), 3, "normal", "gradients"), f"{ONE}:3::gradients"),
    (GradientView((), 0, "reduction", "alphas", "groups"), "-::reduction:alphas:groups"),
    (GradientView((), 0, colours="groups"), "-::::groups")])
def test_a_view_is_read_back_from_its_text(view, text):
    assert gradient_text(view) == text and read_gradient(text) == view


def test_links_leave_opened_files_out():
    view = GradientView((f"file-{ONE}", OTHER), 5)
    assert gradient_text(view) == f"{OTHER}:5" and gradient_text(GradientView((f"file-{ONE}",))) == "-"
    session = Session(demo_table(), gradient=view)
    assert to_query(session) == f"v=1&table=demo&gradient={OTHER}:5"
    assert restore(to_query(session), [session.table])[0].gradient == GradientView((OTHER,), 5)


@pytest.mark.parametrize("text", ["", "x", f"{ONE},{OTHER},{'a' * 32}", "-:x", "-:-1", "-:1:middle", "-:1::betas",
                                  "-:1:::edges", "-:1:::groups:more", "../../etc", f"{ONE}:1e3", "-:9999999"])
def test_a_broken_text_is_refused(text):
    with pytest.raises(LinkError, match="expected"):
        read_gradient(text)


@pytest.mark.parametrize("value", [3, "weights", ((), 1), [ONE]])
def test_a_session_takes_nothing_else(value):
    session = Session(demo_table())
    with pytest.raises(SearchError, match="expected a GradientView"):
        session.gradient = value
    assert session.gradient is None


@pytest.mark.parametrize("values", [{"runs": (ONE, OTHER, "a" * 32)}, {"runs": ("no name",)}, {"epoch": -1},
                                    {"epoch": "3"}, {"kind": "other"}, {"values": "betas"}, {"colours": "red"}])
def test_a_view_is_checked(values):
    with pytest.raises(SearchError, match="expected"):
        GradientView(**values)
