// Says which mark a pointer rests on: once, when it has rested there.
const at = cb_data?.index?.indices?.[0]
if (cb_data?.renderer === undefined || cb_data.renderer === renderer) {
  const value = at === undefined ? null : column ? marks.data[column][at] : at
  if (value !== (pointed.wanted ?? null)) {
    pointed.wanted = value
    clearTimeout(pointed.resting)
    pointed.resting = setTimeout(() => { pointed.data = { value: value === null ? [] : [value] } }, 100)
  }
}
