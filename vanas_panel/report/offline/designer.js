// The designer: what is drawn, what follows from it, and the interface that the page around it uses.

import { makeDraft, problemsOf } from "./draft.js"
import { openTable } from "./table.js"

export function mountDesigner(element, table, options = {}) {
  const listeners = new Set(options.onChange ? [options.onChange] : [])
  let metric = options.metric ?? table.metrics[0]?.name ?? null
  let draft = options.draft ? makeDraft(options.draft.operations, options.draft.edges) : makeDraft(["input", "output"])
  const state = () => {
    const problems = problemsOf(draft, table.space)
    const row = problems.length ? -1 : table.find(draft.operations, draft.edges)
    return {...draft, problems, isCell: !problems.length, row, metric, contributions: null, completions: null}
  }
  const tell = () => {
    const now = state()
    element.textContent = JSON.stringify(now)
    listeners.forEach((listener) => listener(now))
    element.dispatchEvent(new CustomEvent("vanas:change", {detail: now, bubbles: true}))
  }
  const designer = {
    get state() { return state() },
    load(operations, edges) {
      draft = makeDraft(operations, edges)
      tell()
    },
    loadRow(row) {
      const cell = table.cell(row)
      designer.load(cell.operations, cell.edges)
    },
    addEdgeType() {},
    setMetric(name) {
      metric = table.metric(name).name
      tell()
    },
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
  tell()
  return designer
}

let resolveReady
const ready = new Promise((resolve) => { resolveReady = resolve })

async function mountWhenReady(elementId, dataId, options) {
  const table = await openTable(dataId)
  const designer = mountDesigner(document.getElementById(elementId), table, options)
  resolveReady(designer)
  return designer
}

globalThis.vanasOffline = {openTable, mountDesigner, mountWhenReady, ready}
