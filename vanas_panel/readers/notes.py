"""Notes of readers about a table: sentences that are stored in English, and shown in the language of a page."""

from __future__ import annotations

from vanas_panel.text.language import marked, stored_text

PRUNED = {
    "rows": marked("In {found:,} of {total:,} rows, row {number:,} for one, vertices or edges on no path from input "
                   "to output were left out."),
    "records": marked("In {found:,} of {total:,} records, record {number:,} for one, vertices or edges on no path "
                      "from input to output were left out."),
}
PADDED = {
    "rows": marked("In {found:,} of {total:,} rows, row {number:,} for one, rows and columns of zeros beyond the "
                   "operations were left out."),
    "records": marked("In {found:,} of {total:,} records, record {number:,} for one, rows and columns of zeros beyond "
                      "the operations were left out."),
}
SET_ASIDE = {
    "row": marked("{found:,} of {total:,} rows set aside, since they hold an infinite value of {names}: row {listed}."),
    "record": marked("{found:,} of {total:,} records set aside, since they hold an infinite value of {names}: record "
                     "{listed}."),
}
ZEROS_PUT_BACK = marked("In {found:,} of {total:,} rows, row {row} for one, the adjacency had lost its first zeros, "
                        "as in a spreadsheet. The number of operations says how many there were, and they were put "
                        "back.")
NOT_CHOSEN = marked("{found:,} of {total:,} rows left out, since their {name} is not {wanted}.")
LOST_DIGITS = (
    marked("Column {name}: {lost:,} of {total:,} value has more digits than a metric holds, which is exact up to "
           "{largest:,}. {said} in row {row}, for one, counts as {counts}. Where it is no measurement, list it under "
           "'ignore'."),
    marked("Column {name}: {lost:,} of {total:,} values has more digits than a metric holds, which is exact up to "
           "{largest:,}. {said} in row {row}, for one, counts as {counts}. Where it is no measurement, list it under "
           "'ignore'."),
    marked("Column {name}: {lost:,} of {total:,} values have more digits than a metric holds, which is exact up to "
           "{largest:,}. {said} in row {row}, for one, counts as {counts}. Where it is no measurement, list it under "
           "'ignore'."),
)
"""Of one value, one of several values, and several values."""
ROUNDED = marked("{cells:,} cells have values that differ by up to {tolerance:.1%}: {name} = {lowest} and {highest} "
                 "for one cell, in rows {rows}, for one. Their mean is shown.")
IDENTIFIERS = (
    marked("1 column left out, since its name says that it numbers runs and measures nothing: {names}. What is named "
           "under 'metrics' in a description is a metric all the same."),
    marked("{found:,} columns left out, since their names say that they number runs and measure nothing: {names}. "
           "What is named under 'metrics' in a description is a metric all the same."),
)
"""Of one column, and of several."""
NAMELESS = marked("Columns left out, since they have no name, as the index that pandas writes: {names}.")
NO_NUMBERS = marked("Columns left out, since not numbers: {names}.")
EMPTY = marked("Columns left out, since without any value: {names}.")
PERCENTS = marked("Columns with percent signs, read as fractions (93.5% is 0.935): {names}.")
PARTLY_PERCENTS = marked("Column {name} has percent signs, but {other!r} in row {row} is no number with one.")
CONDITIONS = {
    "split": marked("Column {name}: each value has metrics of its own."),
    "ignore": marked("Column {name}: left out, its values are averaged."),
    "repeat": marked("Column {name}: taken for a number of repeats."),
}
DUPLICATES = marked("{found:,} of {total:,} rows hold a cell that an earlier row holds too: row {one}, for one, that "
                    "of row {other}. They are taken for repeats of one cell, whose value is their mean.")
SEVERAL_HASHES = marked("{surplus:,} module hashes belong to a cell that has another hash too. Their trainings are "
                        "taken for repeats of one cell.")
FEWER_TRAININGS = marked("{fewer:,} of {cells:,} cells have fewer than {most} trainings of {budget} epochs.")
NOT_CACHED = marked("This table could not be cached ({cause}), so the next opening converts it again. Mend the cache "
                    "folder, or name another one in {variable}.")
SUMMARISED = marked("{name}: some cells are measured up to {most:,} times, so the repeats are kept as their mean, "
                    "their number ({number}) and their standard deviation ({spread}).")
TRAINED_ON = marked("Trained on {devices} in {precision}.")
FAILED_REPEATS = marked("{failed} of {total} repeats failed and are left empty.")

ARCHITECTURES = marked("Column {name}: architecture strings of NAS-Bench-201. Each of the six operations is an inner "
                       "vertex, joined to those that take what it gives.")
OPERATION_COLUMNS = marked("Columns {names}: operations of a cell of NAS-Bench-201, on the edges {places} between its "
                           "nodes in this order, as in its architecture string.")
NONE_PRUNED = marked("The operation none is left out, with all that is then on no path from input to output. "
                     "Architectures that only differ in that become one cell.")
NO_PATH = marked("{found:,} of {total:,} rows left out, row {row:,} for one, since no path from input to output is "
                 "left without the operation none.")
ACCURACIES_IN_PERCENT = marked("Accuracies in per cent, read as fractions (93.5 is 0.935): {names}.")
NUMBERS_OF_ARCHITECTURES = marked("Columns left out, since they number the architectures: {names}.")
TRIALS = marked("A study of Optuna, one trial a row. Columns left out, since they measure no cell: {names}.")
TRIALS_PARAMETERS = marked("Parameters of the trials, which are no metrics: {names}. Trials of one cell are never "
                           "averaged where one of them differs, unless asked for.")
NOT_COMPLETE = marked("{found:,} of {total:,} trials did not complete ({states}). Their cells are kept, their values "
                      "left empty.")

GENOTYPES = marked("Column {name}: genotypes of DARTS. The normal and the reduction cell of a row stand side by side "
                   "in one cell; labels say which inputs and outputs are whose.")
TWO_CELLS = marked("Columns {normal} and {reduction}: the two cells of genotypes of DARTS. They stand side by side "
                   "in one cell; labels say which inputs and outputs are whose.")
NATS_SIZES = marked("Column {name}: architectures of NATS-Bench's size space, since all of its texts are five of its "
                    "numbers of channels. Each number is the operation of a vertex, one after the other.")
TREES = marked("Columns {links} and {operations}: architectures of NAS-Bench-Graph, since one holds link lists of four "
               "nodes and the other their operations. Each operation is a vertex behind the one that its link names; "
               "vertices that no other one takes lead to the output.")
SPEECH_CELLS = marked("Column {name}: architectures of NAS-Bench-ASR, since all of its texts are lists of three nodes, "
                      "each an operation and which earlier ones are added. Each operation is a vertex behind the one "
                      "before it, with an edge from every still earlier one that is added; +skip says that what the "
                      "operation takes is added to it.")
GRAPH_BENCHMARK = marked("NAS-Bench-Graph: latencies are in seconds, parameters in millions. Performance is accuracy, "
                         "and ROC-AUC on the data set proteins.")
RECURRENT_CELLS = marked("Column {name}: recurrent cells of NAS-Bench-NLP, since its texts name nodes with their "
                         "operations and inputs. Every input is a vertex with its name; the operation of a new hidden "
                         "state has the name of the state behind it. The order of the inputs of one operation is not "
                         "kept, and what leads to no new hidden state is left out.")
MACRO_NETWORKS = marked("NAS-Bench-Macro: each digit is a block of the network, 0 an identity, 1 and 2 inverted "
                        "bottlenecks. Accuracies in per cent are read as fractions, one of each training.")
CHAINS = marked("Column {name}: chains of operations. Each operation is a vertex, one after the other.")

AT_PLACE = marked("the one at place {place}")
AND_MORE = marked("{names} and {found:,} more")

ALL = (*PRUNED.values(), *PADDED.values(), *SET_ASIDE.values(), ZEROS_PUT_BACK, NOT_CHOSEN, *LOST_DIGITS, ROUNDED,
        *IDENTIFIERS, NAMELESS, NO_NUMBERS, EMPTY, PERCENTS, PARTLY_PERCENTS, *CONDITIONS.values(), DUPLICATES,
        SEVERAL_HASHES, FEWER_TRAININGS, NOT_CACHED, SUMMARISED, TRAINED_ON, FAILED_REPEATS,
        ARCHITECTURES, OPERATION_COLUMNS, NONE_PRUNED, NO_PATH, ACCURACIES_IN_PERCENT, NUMBERS_OF_ARCHITECTURES, TRIALS,
        TRIALS_PARAMETERS, NOT_COMPLETE, GENOTYPES, TWO_CELLS, NATS_SIZES, TREES, SPEECH_CELLS, CHAINS,
        GRAPH_BENCHMARK, RECURRENT_CELLS, MACRO_NETWORKS)


def note_words(note: str) -> str:
    """A note of a reader in the language that holds; another one, as a description holds it, stays as it is.

    Examples
    --------
    >>> from vanas_panel.text.language import speaking
    >>> with speaking("ko"):
    ...     note_words(CONDITIONS["repeat"].format(name="seed")), note_words("My own note.")
    ('열 seed: 반복의 번호로 다룹니다.', 'My own note.')
    """
    return stored_text(note, ALL, (AND_MORE, AT_PLACE))
