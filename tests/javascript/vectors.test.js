// The modules of the offline designer answer as the Python core does, to the last bit.
//
// test_vectors.py writes the cases, with the answers of Python, into a file, and names it in VANAS_VECTORS. A number
// that is not finite is a text there, as JavaScript writes it.

import assert from "node:assert/strict"
import { createHash } from "node:crypto"
import { readFileSync } from "node:fs"
import { test } from "node:test"
import { inflateRawSync } from "node:zlib"
import "./no_document.js"
import { complete } from "../../vanas_panel/report/offline/completion.js"
import { makeDraft, problemsOf, pruned, topologicalOrder } from "../../vanas_panel/report/offline/draft.js"
import { withEdgeType } from "../../vanas_panel/report/offline/edit.js"
import { formatDifference, formatValue, shortDifference, standing } from "../../vanas_panel/report/offline/format.js"
import { edgeImportance } from "../../vanas_panel/report/offline/importance.js"
import { canonicalKey } from "../../vanas_panel/report/offline/key.js"
import { arrange, placeVertices, settle } from "../../vanas_panel/report/offline/layout.js"
import { edgeContributions } from "../../vanas_panel/report/offline/subcells.js"
import { packDraft, Table } from "../../vanas_panel/report/offline/table.js"
import { contributionWords } from "../../vanas_panel/report/offline/words.js"

const {header, data, cases, content} = JSON.parse(readFileSync(process.env.VANAS_VECTORS, "utf8"))
const table = new Table(header, new Uint8Array(inflateRawSync(Buffer.from(data, "base64"))))

function plain(value) {
  if (typeof value === "number" && !Number.isFinite(value)) return String(value)
  if (Array.isArray(value)) return value.map(plain)
  if (value === null || typeof value !== "object") return value
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, plain(part)]))
}

const draft = ({operations, edges}) => makeDraft(operations, edges)

// What each kind of case asks of the modules.
const ANSWERS = {
  key: (one) => ({
    key: canonicalKey(...packDraft(draft(one), table.space)), row: table.find(one.operations, one.edges),
  }),
  problems: (one) => ({
    order: topologicalOrder(draft(one)), problems: problemsOf(draft(one), table.space), pruned: pruned(draft(one)),
  }),
  contributions: (one) => ({found: edgeContributions(table, draft(one), one.metric)}),
  completions: (one) => ({found: complete(table, draft(one), one.metric, one.top, one.extra)}),
  ties: ({metric, top, extra, ...one}) => ({
    rows: complete(table, draft(one), metric, top, extra).rows.map(({row}) => row),
  }),
  importance: (one) => ({found: edgeImportance(table, one.metric, one.rows)}),
  words: ({metric, value, signs}) => ({
    standing: table.metrics.some(({name}) => name === metric.name) ? standing(table, metric, value) : "",
    text: formatValue(metric, value), difference: formatDifference(metric, -value),
    short: shortDifference(metric, value), contributions: contributionWords(signs.map(Number)),
  }),
  rank: (one) => ({found: table.rank(one.metric, one.value)}),
  layout: ({operations, edges, kept, moved, wish}) => {
    const centres = placeVertices({operations, edges})
    return {centres, arranged: arrange({operations, edges}, kept), settled: settle(moved, wish, centres)}
  },
  edit: (one) => ({found: withEdgeType(draft(one), one.source, one.target)}),
}

test("every key and every value is that of the packed table", () => {
  const digest = (array) => createHash("sha256").update(array).digest("hex")
  const heads = Int32Array.from({length: table.count}, (_, row) => table.key(row)[0])
  const found = {heads: digest(heads), edges: digest(table.edges)}
  for (const {name} of table.metrics) found[name] = digest(table.column(name))
  assert.deepEqual(found, content)
})

for (const [kind, list] of Object.entries(cases)) {
  test(`${kind}: ${list.length} cases`, () => {
    assert.ok(list.length > 0)
    for (const one of list) {
      const found = plain(ANSWERS[kind](one))
      const wanted = Object.fromEntries(Object.keys(found).map((name) => [name, one[name]]))
      assert.deepEqual(found, wanted, JSON.stringify(one))
    }
  })
}
