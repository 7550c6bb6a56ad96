// Stands in front of the script of every component; see script_component.py.

const waiting_views = (window.vanas_waiting_views ??= new Set())

/**
 * Lay the page out once for all components that have a new size.
 *
 * Panel would lay out the whole page once for each of them, and it has a dozen.
 */
function lay_out_together(view) {
  const lay_out = view._after_resize.bind(view)
  view._after_resize = () => {
    if (!waiting_views.size) requestAnimationFrame(() => {
      const [first] = Array.from(waiting_views).filter(([each]) => each.el.isConnected)
      waiting_views.clear()
      if (first) first[1]()
    })
    waiting_views.add([view, lay_out])
  }
}

