// Node has no document; a module that looks into it when it is loaded finds an empty one. Imported before the modules.

globalThis.document ??= {getElementById: () => null}
