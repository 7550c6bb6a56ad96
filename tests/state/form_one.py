"""The first form of links, spelt out part by part: the oracle of the writer, which goes by a table of parts.

Links of this form stand in papers and bookmarks. This file changes only where a part is added at the end.
"""

from urllib.parse import quote

from vanas_panel.state.cells_view import CellsView
from vanas_panel.state.link.form import LEFT_OUT, MOST_EDGES, MOST_LETTERS, MOST_VERTICES, named
from vanas_panel.state.selection import pack_rows, rounded_range
from vanas_panel.state.session import first_choices
from vanas_panel.training.joined import JoinedTable, source_table

WORDS = {True: "higher", False: "lower", None: "neither"}
BELONGS = {"better": "better", "box": "selection", "rows": "selection", "draft": "draft", "place": "draft",
           "pinned": "pinned", "search": "searches", "query": "searches", "belief": "searches",
           "gradient": "searches", "pins": "pins"}


def query_of(session, tables=()):
    """The link of a session."""
    kept, without = kept_and_left(session, tables)
    if without:
        kept["without"] = ",".join(without)
    return "&".join(f"{name}={value}" for name, value in kept.items())


def sentences_of(session):
    """What a link to a session cannot hold."""
    return tuple(LEFT_OUT[name] for name in kept_and_left(session, ())[1])


def kept_and_left(session, tables):
    parts = {name: quote(value, safe=",:@", errors="replace") for name, value in parts_of(session, tables).items()}
    large = {name for name, value in parts.items() if len(value) > MOST_LETTERS}
    if len(session.draft.operations) > MOST_VERTICES or len(session.draft.edges) > MOST_EDGES:
        large.add("draft")
    if "draft" in large:
        large.add("place")
    if "search" in large:
        large |= {"query", "belief"} & set(parts)
    kept = {name: value for name, value in parts.items() if name not in large}
    return kept, list(dict.fromkeys(BELONGS.get(name, "names") for name in parts if name in large))


def parts_of(session, tables):
    source = source_table(session.table)
    name = next((name for name, other in named(tables).items() if source_table(other) is source), session.table.name)
    first = first_choices(session.table)
    parts = {"v": "1", "table": name}
    parts |= {name: getattr(session, name) for name in ("metric", "x", "y") if getattr(session, name) != first[name]}
    if isinstance(session.table, JoinedTable):
        parts["trained"] = "1"
    if session.table.directions:
        parts["better"] = ",".join(f"{escaped(name)}:{WORDS[word]}" for name, word in session.table.directions.items())
    if session.log_x or session.log_y:
        parts["log"] = ("x" if session.log_x else "") + ("," if session.log_x and session.log_y else "") + (
            "y" if session.log_y else "")
    if session.window is not None:
        left, right, low, high = session.window
        (left, right), (low, high) = rounded_range((left, right), log=session.log_x), rounded_range(
            (low, high), log=session.log_y)
        parts["window"] = f"{number(left)}:{number(right)},{number(low)}:{number(high)}"
    if session.box is not None:
        box = session.box.shortened(session.table)
        parts["box"] = (f"{escaped(box.x)}:{number(box.x_range[0])}:{number(box.x_range[1])},"
                        f"{escaped(box.y)}:{number(box.y_range[0])}:{number(box.y_range[1])}")
    elif session.rows is not None:
        parts["rows"] = pack_rows(session.rows, len(session.table))
    if (session.draft.operations, session.draft.edges) != (("input", "output"), ()):
        parts["draft"] = cell(session.draft)
    if session.positions:
        parts["place"] = ",".join(f"{vertex}:{number(round(x, 1))}:{number(round(y, 1))}"
                                  for vertex, (x, y) in sorted(session.positions.items()))
    if session.pinned is not None:
        parts["pinned"] = cell(session.pinned)
    if session.extra_vertices:
        parts["extra_vertices"] = str(session.extra_vertices)
    if session.dark:
        parts["dark"] = "1"
    if session.drawer:
        parts["drawer"] = session.drawer
    if session.searches:
        parts["search"] = ",".join(map(search, session.searches))
    if session.followed:
        parts["query"] = f"{session.followed[0]}:{session.followed[1]}"
        if session.belief:
            parts["belief"] = session.belief
    if session.gradient is not None:
        view = session.gradient
        names = [name for name in view.runs if not name.startswith("file-")]
        shown = [",".join(names) or "-", str(view.epoch) if view.epoch else "",
                 "" if view.kind == "normal" else view.kind, "" if view.values == "weights" else view.values,
                 "" if view.colours == "operations" else view.colours]
        parts["gradient"] = ":".join(shown).rstrip(":")
    if session.color:
        parts["color"] = session.color
    if session.statistic != "best":
        parts["bins"] = session.statistic
    parts |= {name: getattr(session, name) for name, first in (("attribution", "plain"), ("split", ""), (
        "edge_values", "contribution")) if getattr(session, name) != first}
    if (improve := improving(session.improve)) != "completions":
        parts["improve"] = improve
    if session.other_pins:
        parts["pins"] = "@".join("" if each is None else cell(each).replace("@", "%40") for each in session.other_pins)
    if session.cells != CellsView():
        parts["cells"] = cells(session.cells)
    if session.only_selected:
        parts["only"] = "1"
    for name, value in (("front", session.front), ("without_operations", session.without)):
        if value:
            parts[name] = ",".join(map(escaped, value))
    if session.noise:
        parts["noise"] = ",".join(f"{escaped(name)}:{number!r}" for name, number in session.noise.items())
    return parts


def improving(shown):
    """The tab, then what is not as at first."""
    parts = [shown.tab]
    if shown.sort:
        parts.append(f"sort={twice(shown.sort)}")
    if shown.start:
        parts.append(f"start={shown.start}")
    if shown.bounds:
        ends = [(twice(name), *("" if end is None else repr(float(end)) for end in (low, high)))
                for name, low, high in shown.bounds]
        parts.append("bounds=" + "!".join(map(":".join, ends)))
    if shown.ends:
        parts.append("ends=" + "!".join(twice(cell(end)) for end in shown.ends))
    return ";".join(parts)


def twice(name):
    return escaped(name).replace(";", "%3B").replace("!", "%21").replace("=", "%3D")


def cells(view):
    items = [*(["axes"] if view.tab == "axes" else []),
             *([f"sort:{escaped(view.sort)}" + (":down" if view.down else "")] if view.sort else []),
             *(f"where:{escaped(name)}:{escaped(text)}" for name, text in view.filters),
             *([f"page:{view.page}"] if view.page else []),
             *(["order:" + ":".join(map(escaped, view.axes))] if view.axes else []),
             *(["flip:" + ":".join(map(escaped, view.flipped))] if view.flipped else []),
             *(["rank"] if view.spread == "rank" else [])]
    return ",".join(items)


def search(plan):
    strategy = plan.strategy.replace(":", "@")
    settings = "".join(f":{name}={escaped(str(value))}" for name, value in sorted(plan.settings))
    return f"{strategy}:{escaped(plan.metric)}:{plan.repeat}:{plan.queries}:{plan.seed}{settings}"


def cell(draft):
    operations = ",".join(escaped(name) for name in draft.operations[1:-1])
    edges = ",".join(f"{source}-{target}" for source, target in draft.edges)
    return f"{operations}:{edges}" if edges or not operations else operations


def number(value):
    return repr(float(value)).removesuffix(".0")


def escaped(name):
    return name.replace("%", "%25").replace(",", "%2C").replace(":", "%3A")
