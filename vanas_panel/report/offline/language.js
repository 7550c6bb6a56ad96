// The texts of a report in its language, which the document holds as data: see text/script_texts.py.
//
// English is the source: a text is marked where it is written and stands as it is where the document holds no
// translation. Placeholders are named, as in Python: "{count} of {total}" with {count, total}.

const block = globalThis.document?.getElementById("vanas-texts") ?? null
const {language, texts} = block === null ? {language: "en", texts: {}} : JSON.parse(block.textContent)

export const isEnglish = language === "en"

/** @type {(message: string, values?: Record<string, unknown>) => string} */
export function gettext(message, values = {}) {
  return filled(texts[message] ?? message, values)
}

// A text that depends on a number, which is a value of its own, too. A language has one form, or two as English.
/** @type {(one: string, many: string, count: number, values?: Record<string, unknown>) => string} */
export function ngettext(one, many, count, values = {}) {
  const forms = texts[one] ?? [one, many]
  return filled(forms[count === 1 ? 0 : forms.length - 1], {count, ...values})
}

// Values are put in as they are, also where one looks like the name of another one.
/** @type {(message: string, values: Record<string, unknown>) => string} */
export function filled(message, values) {
  return message.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole))
}
