// Stands in front of the script of every component; see script_component.py.

const waiting_views = (window.vanas_waiting_views ??= new Set())

/**
 * Lay the page out once for all components that have a new size.
 *
 * Panel would lay out the whole page once for each of them, and it has a dozen.
 */
// biome-ignore lint/correctness/noUnusedVariables: the script that follows calls it
function lay_out_together(view) {
  const lay_out = view._after_resize.bind(view)
  view._after_resize = () => {
    if (!waiting_views.size) requestAnimationFrame(() => {
      const waiting = Array.from(waiting_views).filter(([each]) => each.el.isConnected)
      waiting_views.clear()
      // A notebook has several roots, each with a layout of its own.
      const first_of = new Map(waiting.reverse().map(([each, lay_out]) => [each.root, lay_out]))
      for (const lay_out of first_of.values()) lay_out()
    })
    waiting_views.add([view, lay_out])
  }
}

