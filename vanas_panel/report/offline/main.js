// The interface for the page around the designer.

import { canonicalKey } from "./key.js"
import { makeDraft, problemsOf, pruned, topologicalOrder } from "./draft.js"
import { openTable, packDraft } from "./table.js"
import { edgeContributions } from "./subcells.js"
import { complete } from "./completion.js"
import { edgeImportance } from "./importance.js"
import { withEdgeType } from "./edit.js"
import { arrange, placeVertices, settle } from "./layout.js"
import { isBlocked } from "./clearance.js"
import { routeEdges } from "./routing.js"
import { gettext } from "./language.js"
import { formatDifference, formatValue, shortDifference, standing } from "./format.js"
import { contributionWords } from "./words.js"
import { Designer } from "./designer.js"

let announce
const ready = new Promise((resolve) => { announce = resolve })

export function mountDesigner(element, table, options = {}) {
  const designer = new Designer(element, table, options)
  announce(designer)
  return designer
}

// Open a table and mount a designer, or say in its place why that is not possible.
export async function mountWhenReady(elementId, dataId, options = {}) {
  const element = document.getElementById(elementId)
  try {
    return mountDesigner(element, await openTable(dataId), options)
  } catch (error) {
    if (element) element.textContent = gettext("The designer could not be started: {reason}", {reason: error.message})
    throw error
  }
}

// Anything on the page that names a cell loads it when it is clicked.
document.addEventListener("click", async (event) => {
  const named = event.target?.closest?.("[data-vanas-load], [data-vanas-row]")
  if (!named) return
  const designer = await ready
  if (named.dataset.vanasRow !== undefined) designer.loadRow(Number(named.dataset.vanasRow))
  else {
    const {operations, edges, positions} = JSON.parse(named.dataset.vanasLoad)
    designer.load(operations, edges, positions ?? null)
  }
})

globalThis.vanasOffline = {
  openTable, mountDesigner, mountWhenReady, ready,
  arrange, canonicalKey, complete, contributionWords, edgeContributions, edgeImportance, formatDifference, formatValue,
  isBlocked, makeDraft, packDraft, placeVertices, problemsOf, pruned, routeEdges, settle, shortDifference, standing,
  topologicalOrder, withEdgeType,
}
