// What the modules refuse: cases that Python refuses in other words, or never meets.

import assert from "node:assert/strict"
import { test } from "node:test"
import "./no_document.js"
import { inOrder, makeDraft } from "../../vanas_panel/report/offline/draft.js"
import { packDraft } from "../../vanas_panel/report/offline/table.js"

const SPACE = {operations: ["conv"], maxVertices: 7, maxEdges: 9, looks: []}

test("a drawing with a cycle has no order and no key, and the error says so", () => {
  const cyclic = makeDraft(["input", "conv", "conv", "output"], [[0, 1], [1, 2], [2, 1], [2, 3]])
  const wanted = {name: "Error", message: "Found a draft with a directed cycle; expected one without."}
  assert.throws(() => inOrder(cyclic), wanted)
  assert.throws(() => packDraft(cyclic, SPACE), wanted)
})

test("a draft starts with the input, ends with the output, and has edges between vertices that exist", () => {
  assert.throws(() => makeDraft(["conv", "output"]), /expected "input" first and "output" last/)
  assert.throws(() => makeDraft(["input", " ", "output"]), /expected texts other than/)
  for (const edge of [[0, 3], [-1, 1], [0.5, 1], [0], [0, 1, 2]]) {
    assert.throws(() => makeDraft(["input", "conv", "output"], [edge]), /expected two vertex indices from 0 to 2/)
  }
})

test("edges are sorted and each stands once", () => {
  assert.deepEqual(makeDraft(["input", "conv", "output"], [[1, 2], [0, 2], [0, 1], [0, 2]]).edges, [[0, 1], [0, 2], [1, 2]])
})
