// Made by `make bundle` from the modules in this folder: change those.
// Modules: aac60b1e9b56a0399b4a21bee82b52dd512b20d205c445485275db7869cf5142
// Script: b9fc089aa523753de64d8731d49233e88a2a51dd4f602d85621a719595b94005
"use strict";
(() => {
  // key.js
  var MAX_VERTICES = 8;
  var MAX_INNER = MAX_VERTICES - 2;
  var MAX_EDGES = MAX_VERTICES * (MAX_VERTICES - 1) / 2;
  function edgeBit(source, target) {
    return target * (target - 1) / 2 + source;
  }
  function vertexCount(head) {
    return head >> 24;
  }
  function operationAt(head, vertex) {
    return head >> 4 * (MAX_INNER - vertex) & 15;
  }
  function packHead(operations) {
    let head = operations.length + 2 << 24;
    operations.forEach((operation, index) => {
      head |= operation << 4 * (MAX_INNER - 1 - index);
    });
    return head;
  }
  function packEdges(edges) {
    return edges.reduce((field, [source, target]) => field | 1 << edgeBit(source, target), 0);
  }
  function unpackCell(head, edges) {
    const last = vertexCount(head) - 1;
    const found = { operations: [], edges: [] };
    for (let vertex = 1; vertex < last; vertex++) found.operations.push(operationAt(head, vertex));
    for (let source = 0; source < last; source++) {
      for (let target = source + 1; target <= last; target++) {
        if (edges >> edgeBit(source, target) & 1) found.edges.push([source, target]);
      }
    }
    return found;
  }
  var predecessors = new Int32Array(MAX_VERTICES);
  var ranks = new Int32Array(MAX_VERTICES);
  var order = new Int32Array(MAX_VERTICES);
  var prefix = new Int32Array(MAX_VERTICES);
  function canonicalKey(head, edges) {
    const last = vertexCount(head) - 1;
    predecessors.fill(0);
    for (let target = 1; target <= last; target++) {
      for (let source = 0; source < target; source++) {
        if (edges >> edgeBit(source, target) & 1) predecessors[target] |= 1 << source;
      }
    }
    ranks.fill(0);
    ranks[last] = last;
    prefix[0] = last + 1 << 24;
    let [bestHead, bestEdges] = [head, edges];
    let [placed, depth, candidate] = [1, 1, 1];
    while (depth >= 1) {
      if (depth === last) {
        const grown2 = prefix[depth - 1];
        const field = relabelledEdges(last);
        if (grown2 < bestHead || grown2 === bestHead && field < bestEdges) [bestHead, bestEdges] = [grown2, field];
        candidate = last;
      }
      let grown = 0;
      while (candidate < last) {
        if ((placed >> candidate & 1) === 0 && (predecessors[candidate] & ~placed) === 0) {
          const shift = 4 * (MAX_INNER - depth);
          grown = prefix[depth - 1] | operationAt(head, candidate) << shift;
          if (grown >> shift <= bestHead >> shift) break;
        }
        candidate++;
      }
      if (candidate < last) {
        order[depth] = candidate;
        ranks[candidate] = depth;
        placed |= 1 << candidate;
        prefix[depth] = grown;
        depth++;
        candidate = 1;
      } else {
        depth--;
        if (depth >= 1) {
          candidate = order[depth];
          placed &= ~(1 << candidate);
          candidate++;
        }
      }
    }
    return [bestHead, bestEdges];
  }
  function relabelledEdges(last) {
    let field = 0;
    for (let target = 1; target <= last; target++) {
      for (let source = 0; source < target; source++) {
        if (predecessors[target] >> source & 1) field |= 1 << edgeBit(ranks[source], ranks[target]);
      }
    }
    return field;
  }

  // language.js
  var block = globalThis.document?.getElementById("vanas-texts") ?? null;
  var { language, texts } = block === null ? { language: "en", texts: {} } : JSON.parse(block.textContent);
  var isEnglish = language === "en";
  function gettext(message, values = {}) {
    return filled(texts[message] ?? message, values);
  }
  function ngettext(one, many, count, values = {}) {
    const forms = texts[one] ?? [one, many];
    return filled(forms[count === 1 ? 0 : forms.length - 1], { count, ...values });
  }
  function filled(message, values) {
    return message.replace(/\{(\w+)\}/g, (whole, name) => name in values ? String(values[name]) : whole);
  }

  // draft.js
  var INPUT = "input";
  var OUTPUT = "output";
  function makeDraft(operations, edges = []) {
    const last = operations.length - 1;
    const inner = operations.slice(1, -1);
    if (last < 1 || operations[0] !== INPUT || operations[last] !== OUTPUT) {
      throw new Error(`Found operations ${operations.join(", ")}; expected "input" first and "output" last.`);
    }
    if (inner.some((name) => typeof name !== "string" || !name.trim() || name === INPUT || name === OUTPUT)) {
      throw new Error(`Found inner operations ${inner.join(", ")}; expected texts other than "input" and "output".`);
    }
    for (const edge of edges) {
      if (edge.length !== 2 || edge.some((end) => !Number.isInteger(end) || end < 0 || end > last)) {
        throw new Error(`Found edge ${edge.join(", ")}; expected two vertex indices from 0 to ${last}.`);
      }
    }
    const sorted = edges.map((edge) => [...edge]).sort((one, other) => one[0] - other[0] || one[1] - other[1]);
    const distinct = sorted.filter((edge, index) => index === 0 || !sameEdge(edge, sorted[index - 1]));
    return { operations: [...operations], edges: distinct };
  }
  var MOST_NAMES_LETTERS = 200;
  function operationsWords(space) {
    const names = space.operations.join(", ");
    return [...names].length <= MOST_NAMES_LETTERS ? gettext("; it has {names}", { names }) : "";
  }
  function sameEdge(one, other) {
    return one[0] === other[0] && one[1] === other[1];
  }
  function hasEdge(draft, edge) {
    return draft.edges.some((other) => sameEdge(other, edge));
  }
  function sameDraft(one, other) {
    return one.operations.join("\n") === other.operations.join("\n") && one.edges.join(";") === other.edges.join(";");
  }
  function topologicalOrder(draft) {
    const blockers = draft.operations.map(() => /* @__PURE__ */ new Set());
    for (const [source, target] of draft.edges) blockers[target].add(source);
    const order2 = [];
    const waiting = draft.operations.map((_, vertex) => vertex);
    while (waiting.length) {
      const index = waiting.findIndex((vertex2) => blockers[vertex2].size === 0);
      if (index < 0) return null;
      const [vertex] = waiting.splice(index, 1);
      order2.push(vertex);
      for (const rest of waiting) blockers[rest].delete(vertex);
    }
    return order2;
  }
  function inOrder(draft) {
    const order2 = topologicalOrder(draft);
    if (order2 === null) throw new Error("Found a draft with a directed cycle; expected one without.");
    return order2;
  }
  function onPath(draft) {
    const last = draft.operations.length - 1;
    const forward = reachable(0, draft.edges);
    const backward = reachable(last, draft.edges.map(([source, target]) => [target, source]));
    if (!forward.has(last)) return { vertices: /* @__PURE__ */ new Set(), edges: draft.edges.map(() => false) };
    return {
      vertices: new Set([...forward].filter((vertex) => backward.has(vertex))),
      edges: draft.edges.map(([source, target]) => forward.has(source) && backward.has(target))
    };
  }
  function pruned(draft) {
    const { vertices, edges } = onPath(draft);
    if (!vertices.size) return null;
    const kept = draft.operations.map((_, vertex) => vertex).filter((vertex) => vertices.has(vertex));
    return makeDraft(
      kept.map((vertex) => draft.operations[vertex]),
      draft.edges.filter((_, index) => edges[index]).map((edge) => edge.map((end) => kept.indexOf(end)))
    );
  }
  function reachable(start, edges) {
    const seen = /* @__PURE__ */ new Set([start]);
    const stack = [start];
    while (stack.length) {
      const vertex = stack.pop();
      for (const [source, target] of edges) {
        if (source === vertex && !seen.has(target)) {
          seen.add(target);
          stack.push(target);
        }
      }
    }
    return seen;
  }
  function problemsOf(draft, space) {
    return [...shapeProblems(draft), ...limitProblems(draft, space)];
  }
  function shapeProblems(draft) {
    const found = [];
    const path = onPath(draft);
    const last = draft.operations.length - 1;
    if (!path.vertices.size) found.push(problem("no path", gettext("There is no path from input to output.")));
    if (topologicalOrder(draft) === null) found.push(cycleProblem(draft));
    const elsewhere = draft.operations.map((_, vertex) => vertex).slice(1, last).filter((v) => !path.vertices.has(v));
    const stray = draft.edges.filter((_, index) => !path.edges[index]);
    if (elsewhere.length || stray.length) {
      found.push(problem("off path", offPath(elsewhere.length, stray.length), elsewhere, stray));
    }
    return found;
  }
  function offPath(vertices, edges) {
    if (!edges) {
      return ngettext(
        "{count} vertex lies on no path from input to output.",
        "{count} vertices lie on no path from input to output.",
        vertices
      );
    }
    if (!vertices) {
      return ngettext(
        "{count} edge lies on no path from input to output.",
        "{count} edges lie on no path from input to output.",
        edges
      );
    }
    return gettext("{vertices} and {edges} lie on no path from input to output.", {
      vertices: ngettext("{count} vertex", "{count} vertices", vertices),
      edges: ngettext("{count} edge", "{count} edges", edges)
    });
  }
  function limitProblems(draft, space) {
    const found = [];
    const { operations, edges } = draft;
    const mostVertices = space ? space.maxVertices : MAX_VERTICES;
    const mostEdges = space ? space.maxEdges : MAX_EDGES;
    if (operations.length > mostVertices) {
      found.push(problem("too many vertices", gettext(
        "{found} vertices are more than the {most} of this search space.",
        { found: operations.length, most: mostVertices }
      )));
    }
    if (edges.length > mostEdges) {
      found.push(problem("too many edges", gettext(
        "{found} edges are more than the {most} of this search space.",
        { found: edges.length, most: mostEdges }
      )));
    }
    const inner = operations.map((_, vertex) => vertex).slice(1, -1);
    const strangers = space ? inner.filter((vertex) => !space.operations.includes(operations[vertex])) : [];
    if (space && strangers.length) {
      const names = [...new Set(strangers.map((vertex) => operations[vertex]))].sort(byCodePoint).join(", ");
      const words = gettext("This search space has no operation {names}{known}.", { names, known: operationsWords(space) });
      found.push(problem("unknown operation", words, strangers));
    }
    return found;
  }
  function cycleProblem(draft) {
    const finished = /* @__PURE__ */ new Set();
    const path = [];
    const visit = (vertex, above) => {
      for (const edge of draft.edges) {
        if (edge[0] !== vertex || finished.has(edge[1])) continue;
        path.push(edge);
        if (above.includes(edge[1])) return path.slice(path.findIndex((step) => step[0] === edge[1]));
        const cycle = visit(edge[1], [...above, edge[1]]);
        if (cycle) return cycle;
        path.pop();
      }
      finished.add(vertex);
      return null;
    };
    for (let vertex = 0; vertex < draft.operations.length; vertex++) {
      const cycle = finished.has(vertex) ? null : visit(vertex, [vertex]);
      if (cycle) {
        const vertices = cycle.map(([source]) => source);
        const names = [...vertices, cycle[cycle.length - 1][1]].map((v) => draft.operations[v]).join(" → ");
        return problem("cycle", gettext("There is a directed cycle: {names}.", { names }), vertices, cycle);
      }
    }
    throw new Error("a draft without a cycle has none to name");
  }
  function problem(kind, message, vertices = [], edges = []) {
    return { kind, message, vertices, edges };
  }
  function byCodePoint(one, other) {
    const [left2, right2] = [Array.from(one), Array.from(other)];
    for (let index = 0; index < Math.min(left2.length, right2.length); index++) {
      const difference = Number(left2[index].codePointAt(0)) - Number(right2[index].codePointAt(0));
      if (difference) return difference;
    }
    return left2.length - right2.length;
  }

  // table.js
  var LARGE = 1e290;
  var SHRUNK = 2 ** 70;
  async function openTable(elementId) {
    const block2 = document.getElementById(elementId);
    if (block2 === null) throw new Error(gettext("Found no data block {name} in this page.", { name: elementId }));
    const header = JSON.parse(block2.textContent);
    if (header.format !== 2) {
      throw new Error(gettext("Found a table of format {found}; this page reads format 2.", { found: header.format }));
    }
    const packed = bytesOf(header.data);
    delete header.data;
    const inflated = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
    return new Table(header, new Uint8Array(await new Response(inflated).arrayBuffer()));
  }
  function bytesOf(base64) {
    const text = atob(base64);
    const bytes = new Uint8Array(text.length);
    for (let index = 0; index < text.length; index++) bytes[index] = text.charCodeAt(index);
    return bytes;
  }
  var Table = class {
    /** @param {Header} header @param {Uint8Array} bytes */
    constructor(header, bytes) {
      this.name = header.name;
      this.title = header.title;
      this.count = header.count;
      this.space = header.space;
      this.metrics = header.metrics;
      const sections = cut(bytes, header.sections);
      this.runs = readRuns(sections);
      this.edges = readEdges(sections.next().value, this.runs, this.count);
      this.columns = new Map(header.metrics.map((metric) => [metric.name, readColumn(metric, sections, this.count)]));
      this.order = header.order === null ? null : readColumn(header.order, sections, this.count);
      this.sorted = /* @__PURE__ */ new Map();
      this.groups = void 0;
      this.types = void 0;
    }
    /** @type {(name: string) => Metric} */
    metric(name) {
      const found = this.metrics.find((metric) => metric.name === name);
      if (found === void 0) {
        throw new Error(gettext("Found metric {name}; expected one that the report took along.", { name }));
      }
      return found;
    }
    // Values of a metric, NaN where unknown.
    /** @type {(name: string) => Float64Array} */
    column(name) {
      this.metric(name);
      return (
        /** @type {Float64Array} */
        this.columns.get(name)
      );
    }
    // Values whose sum is no larger than a number can be, and what to multiply their mean by: core/mean.py.
    /** @type {(name: string) => [Float64Array, number]} */
    summable(name) {
      const values = this.column(name);
      const isLarge = values.some((value) => Math.abs(value) > LARGE);
      return isLarge ? [values.map((value) => value / SHRUNK), SHRUNK] : [values, 1];
    }
    /** @type {(name: string, row: number) => number} */
    value(name, row) {
      return this.column(name)[row];
    }
    // Whether a row stands before another one in the source of the table, for rows that share a value.
    /** @type {(row: number, other: number) => boolean} */
    isBefore(row, other) {
      const { order: order2 } = this;
      const isKept = order2 !== null && !Number.isNaN(order2[row]) && !Number.isNaN(order2[other]);
      return isKept ? order2[row] < order2[other] : row < other;
    }
    // The known values of a metric, ascending: what ranks and shares are read from.
    /** @type {(name: string) => Float64Array} */
    sortedColumn(name) {
      if (!this.sorted.has(name)) this.sorted.set(name, this.column(name).filter((value) => !Number.isNaN(value)).sort());
      return (
        /** @type {Float64Array} */
        this.sorted.get(name)
      );
    }
    // Rank of a value among the known ones, best first, and how many there are.
    /** @type {(name: string, value: number) => {rank: number, known: number}} */
    rank(name, value) {
      const values = this.sortedColumn(name);
      const isLower = this.metric(name).higher === false;
      const better = isLower ? countBelow(values, value) : values.length - countUpTo(values, value);
      return { rank: better + 1, known: values.length };
    }
    // Row of a canonical key, -1 where the table lacks it.
    /** @type {(head: number, edges: number) => number} */
    findKey(head, edges) {
      const { heads, starts } = this.runs;
      const run = firstAtLeast(heads, 0, heads.length, head);
      if (run === heads.length || heads[run] !== head) return -1;
      const row = firstAtLeast(this.edges, starts[run], starts[run + 1], edges);
      return row < starts[run + 1] && this.edges[row] === edges ? row : -1;
    }
    // Row of a draft, -1 where it is no cell of the table.
    /** @type {(operations: string[], edges: Edge[]) => number} */
    find(operations, edges) {
      const draft = makeDraft(operations, edges);
      if (problemsOf(draft, this.space).length) return -1;
      return this.findKey(...canonicalKey(...packDraft(draft, this.space)));
    }
    // Head and edge field of a row.
    /** @type {(row: number) => Packed} */
    key(row) {
      const { heads, starts } = this.runs;
      return [heads[firstAtLeast(starts, 0, starts.length, row + 1) - 1], this.edges[row]];
    }
    // The cell of a row, its vertices in canonical order.
    /** @type {(row: number) => Draft} */
    cell(row) {
      const { operations, edges } = unpackCell(...this.key(row));
      return makeDraft([INPUT, ...operations.map((index) => this.space.operations[index]), OUTPUT], edges);
    }
  };
  function packDraft(draft, space, stranger = 15) {
    const order2 = inOrder(draft);
    const rank = [];
    order2.forEach((vertex, position) => {
      rank[vertex] = position;
    });
    const operations = order2.slice(1, -1).map((vertex) => {
      const index = space.operations.indexOf(draft.operations[vertex]);
      return index < 0 ? stranger : index;
    });
    return [packHead(operations), packEdges(draft.edges.map(([source, target]) => [rank[source], rank[target]]))];
  }
  function firstAtLeast(values, from, to, wanted) {
    while (from < to) {
      const middle = from + to >> 1;
      if (values[middle] < wanted) from = middle + 1;
      else to = middle;
    }
    return from;
  }
  function countBelow(values, value) {
    return firstAtLeast(values, 0, values.length, value);
  }
  function countUpTo(values, value) {
    let [from, to] = [0, values.length];
    while (from < to) {
      const middle = from + to >> 1;
      if (values[middle] <= value) from = middle + 1;
      else to = middle;
    }
    return from;
  }
  function* cut(bytes, lengths) {
    let start = 0;
    for (const length of lengths) {
      yield bytes.subarray(start, start + length);
      start += length;
    }
  }
  function readSums(bytes) {
    const sums = [];
    let [sum, number, shift] = [0, 0, 0];
    for (const byte of bytes) {
      number |= (byte & 127) << shift;
      shift += 7;
      if (byte < 128) {
        sum += number;
        sums.push(sum);
        number = shift = 0;
      }
    }
    return sums;
  }
  function readRuns(sections) {
    const heads = Int32Array.from(readSums(sections.next().value));
    const starts = Int32Array.from([0, ...readSums(sections.next().value)]);
    return { heads, starts };
  }
  function readEdges(bytes, { starts }, count) {
    const edges = new Int32Array(count);
    let index = 0;
    for (let run = 0; run + 1 < starts.length; run++) {
      let field = 0;
      for (let row = starts[run]; row < starts[run + 1]; row++) {
        let shift = 0;
        let byte;
        do {
          byte = bytes[index++];
          field += (byte & 127) << shift;
          shift += 7;
        } while (byte >= 128);
        edges[row] = field;
      }
    }
    return edges;
  }
  function readColumn(metric, sections, count) {
    const present = metric.missing ? sections.next().value : null;
    const levels = metric.coding === "levels" ? readLevels(sections.next().value) : null;
    const planes = sections.next().value;
    const restore = restorer(metric, levels);
    const values = new Float64Array(count).fill(NaN);
    const known = metric.known;
    let next = 0;
    for (let row = 0; row < count; row++) {
      if (present !== null && (present[row >> 3] >> (row & 7) & 1) === 0) continue;
      let code = 0;
      for (let plane = metric.planes - 1; plane >= 0; plane--) code = code * 256 + planes[plane * known + next];
      values[row] = restore(code);
      next++;
    }
    return values;
  }
  function restorer(metric, levels) {
    if (levels !== null) return (code) => levels[code];
    if (metric.coding === "steps") {
      const exact3 = (code) => (metric.first + code) / metric.per_unit;
      return metric.single ? (code) => Math.fround(exact3(code)) : exact3;
    }
    if (metric.coding !== "float24") {
      throw new Error(gettext("Found a column in the coding {coding}.", { coding: metric.coding }));
    }
    const view = new DataView(new ArrayBuffer(4));
    return (code) => {
      view.setUint32(0, code * 256);
      return view.getFloat32(0);
    };
  }
  function readLevels(bytes) {
    const count = bytes.length / 8;
    const turned = new Uint8Array(bytes.length);
    for (let index = 0; index < bytes.length; index++) {
      turned[index % count * 8 + Math.floor(index / count)] = bytes[index];
    }
    return new Float64Array(turned.buffer);
  }

  // subcells.js
  var MOST_EDGES = 20;
  function edgeContributions(table, cell, metric) {
    const { edges } = cell;
    if (edges.length > MOST_EDGES) {
      throw new Error(`Found a cell of ${edges.length} edges; expected at most ${MOST_EDGES}.`);
    }
    const [values, factor] = table.summable(metric);
    const rank = [];
    inOrder(cell).forEach((vertex, index) => {
      rank[vertex] = index;
    });
    const ends = edges.map(([source, target]) => [rank[source], rank[target]]);
    const [head] = packDraft(cell, table.space);
    const sums = [new Float64Array(edges.length), new Float64Array(edges.length)];
    const counts = [new Int32Array(edges.length), new Int32Array(edges.length)];
    for (let chosen = 1; chosen < 1 << edges.length; chosen++) {
      const part = subCell(head, ends, chosen);
      if (part === null) continue;
      const row = table.findKey(...canonicalKey(...part));
      if (row < 0 || Number.isNaN(values[row])) continue;
      for (let index = 0; index < edges.length; index++) {
        const side = chosen >> index & 1;
        sums[side][index] += values[row];
        counts[side][index] += 1;
      }
    }
    return edges.map(([source, target], index) => ({
      source,
      target,
      contribution: (sums[1][index] / counts[1][index] - sums[0][index] / counts[0][index]) * factor,
      nWith: counts[1][index],
      nWithout: counts[0][index]
    }));
  }
  var relabel = new Int32Array(8);
  function subCell(head, ends, chosen) {
    const last = vertexCount(head) - 1;
    let [hasSource, hasTarget] = [1, 1 << last];
    for (let index = 0; index < ends.length; index++) {
      if (chosen >> index & 1) {
        hasTarget |= 1 << ends[index][0];
        hasSource |= 1 << ends[index][1];
      }
    }
    if (hasSource !== hasTarget) return null;
    let vertices = 0;
    for (let vertex = 0; vertex <= last; vertex++) {
      if (hasSource >> vertex & 1) relabel[vertex] = vertices++;
    }
    let partHead = vertices << 24;
    for (let vertex = 1; vertex < last; vertex++) {
      if (hasSource >> vertex & 1) partHead |= operationAt(head, vertex) << 4 * (6 - relabel[vertex]);
    }
    let partEdges = 0;
    for (let index = 0; index < ends.length; index++) {
      if (chosen >> index & 1) partEdges |= 1 << edgeBit(relabel[ends[index][0]], relabel[ends[index][1]]);
    }
    return [partHead, partEdges];
  }

  // completion.js
  var SIDE = 7;
  var LOW = 25;
  function complete(table, draft, metric, top2 = 5, extraVertices = 0) {
    const values = table.column(metric);
    const reason = impossible(table.space, draft);
    const found = reason ? [] : search(table, draft, extraVertices);
    const matches = found.reduce((sum, part) => sum + part.rows.length, 0);
    if (!matches) return { matches, reason: reason || noMatch(table, draft, extraVertices), rows: [] };
    const best = bestRows(table, found, metric, top2);
    return {
      matches,
      reason: "",
      rows: best.map(({ row, part }) => ({ row, value: values[row], ...completed(table, draft, row, part) }))
    };
  }
  function groupsOf(table) {
    if (table.groups === void 0) {
      const groups = (
        /** @type {Known<string, Group>} */
        /* @__PURE__ */ new Map()
      );
      table.runs.heads.forEach((head, run) => {
        const group = [];
        for (let vertex = 1; vertex < vertexCount(head) - 1; vertex++) group.push(operationAt(head, vertex));
        group.sort((one, other) => one - other);
        const name = group.join(",");
        if (!groups.has(name)) groups.set(name, { group, runs: [] });
        groups.get(name).runs.push(run);
      });
      table.groups = [...groups.values()];
    }
    return table.groups;
  }
  function fitting(table, draft, extraVertices) {
    const wanted = draft.operations.slice(1, -1).map((name) => table.space.operations.indexOf(name));
    const count = (list, operation) => list.filter((other) => other === operation).length;
    return groupsOf(table).filter(({ group }) => {
      const more = group.length - wanted.length;
      return more >= 0 && more <= extraVertices && wanted.every((o) => count(wanted, o) <= count(group, o));
    });
  }
  function search(table, draft, extraVertices) {
    const parts = [];
    for (const group of fitting(table, draft, extraVertices)) {
      const images = imagesOf(table.space, draft, group.group);
      const { rows, low, high } = formsOf(table, group);
      const matching = [];
      for (let index = 0; index < rows.length; index++) {
        for (const image of images) {
          if ((image.low & ~low[index]) === 0 && (image.high & ~high[index]) === 0) {
            matching.push(rows[index]);
            break;
          }
        }
      }
      parts.push({ group: group.group, images, rows: matching });
    }
    return parts;
  }
  function formsOf(table, group) {
    if (group.forms === void 0) {
      const { heads, starts } = table.runs;
      const count = group.runs.reduce((sum, run) => sum + starts[run + 1] - starts[run], 0);
      const forms = { rows: new Int32Array(count), low: new Int32Array(count), high: new Int32Array(count) };
      let index = 0;
      for (const run of group.runs) {
        const pairs = pairsOf(heads[run]);
        for (let row = starts[run]; row < starts[run + 1]; row++, index++) {
          forms.rows[index] = row;
          for (const { bit, low, high } of pairs) {
            if (table.edges[row] >> bit & 1) {
              forms.low[index] |= low;
              forms.high[index] |= high;
            }
          }
        }
      }
      group.forms = forms;
    }
    return group.forms;
  }
  function pairsOf(head) {
    const last = vertexCount(head) - 1;
    const slot = slotsOf(head);
    const pairs = [];
    for (let target = 1; target <= last; target++) {
      for (let source = 0; source < target; source++) {
        pairs.push({ bit: edgeBit(source, target), ...bitsOf(slot[source], slot[target]) });
      }
    }
    return pairs;
  }
  function slotsOf(head) {
    const last = vertexCount(head) - 1;
    const inner = Array.from({ length: last - 1 }, (_, index) => index + 1);
    inner.sort((one, other) => operationAt(head, one) - operationAt(head, other) || one - other);
    const slot = [0];
    inner.forEach((vertex, index) => {
      slot[vertex] = index + 1;
    });
    slot[last] = last;
    return slot;
  }
  function bitsOf(source, target) {
    const bit = source * SIDE + target - 1;
    return { low: bit < LOW ? 1 << bit : 0, high: bit < LOW ? 0 : 1 << bit - LOW };
  }
  function imagesOf(space, draft, group) {
    const last = draft.operations.length - 1;
    const byOperation = /* @__PURE__ */ new Map();
    for (let vertex = 1; vertex < last; vertex++) {
      const operation = space.operations.indexOf(draft.operations[vertex]);
      byOperation.set(operation, [...byOperation.get(operation) ?? [], vertex]);
    }
    const image = new Array(last + 1).fill(0);
    image[last] = group.length + 1;
    const images = /* @__PURE__ */ new Map();
    const kinds = [...byOperation].map(([operation, vertices]) => ({
      vertices,
      slots: group.map((_, index) => index + 1).filter((slot) => group[slot - 1] === operation)
    }));
    const choose2 = (kind, index, taken) => {
      if (kind === kinds.length) {
        const words = { low: 0, high: 0 };
        for (const [source, target] of draft.edges) {
          const { low, high } = bitsOf(image[source], image[target]);
          words.low |= low;
          words.high |= high;
        }
        const name = words.high * 2 ** LOW + words.low;
        if (!images.has(name)) images.set(name, { ...words, image: [...image] });
      } else if (index === kinds[kind].vertices.length) {
        choose2(kind + 1, 0, 0);
      } else {
        for (const slot of kinds[kind].slots) {
          if (taken >> slot & 1) continue;
          image[kinds[kind].vertices[index]] = slot;
          choose2(kind, index + 1, taken | 1 << slot);
        }
      }
    };
    choose2(0, 0, 0);
    return [...images.values()];
  }
  function bestRows(table, found, metric, top2) {
    const values = table.column(metric);
    const lowerFirst = table.metric(metric).higher === false;
    const score = (row) => {
      const value = lowerFirst ? values[row] : -values[row];
      return Number.isNaN(value) ? Infinity : value;
    };
    const best = [];
    for (const part of found) {
      for (const row of part.rows) {
        const entry = { row, part, score: score(row) };
        const before = (other) => other.score < entry.score || other.score === entry.score && table.isBefore(other.row, row);
        if (best.length === top2 && (top2 === 0 || before(best[top2 - 1]))) continue;
        let index = best.length;
        while (index > 0 && !before(best[index - 1])) index--;
        best.splice(index, 0, entry);
        if (best.length > top2) best.pop();
      }
    }
    return best;
  }
  function completed(table, draft, row, { group, images }) {
    const last = draft.operations.length - 1;
    const [head, edges] = table.key(row);
    const drawn = pairsOf(head).filter(({ bit }) => edges >> bit & 1);
    const low = drawn.reduce((bits, pair) => bits | pair.low, 0);
    const high = drawn.reduce((bits, pair) => bits | pair.high, 0);
    const { image } = (
      /** @type {Image} */
      images.find((one) => (one.low & ~low) === 0 && (one.high & ~high) === 0)
    );
    const own = (
      /** @type {Known<number, number>} */
      new Map(image.slice(0, -1).map((slot2, vertex) => [slot2, vertex]))
    );
    const added = group.map((_, index) => index + 1).filter((slot2) => !own.has(slot2));
    for (const [index, slot2] of [...added, group.length + 1].entries()) own.set(slot2, last + index);
    const slot = slotsOf(head);
    const pairs = [];
    for (let target = 1; target < slot.length; target++) {
      for (let source = 0; source < target; source++) {
        if (edges >> edgeBit(source, target) & 1) pairs.push([own.get(slot[source]), own.get(slot[target])]);
      }
    }
    const names = added.map((index) => table.space.operations[group[index - 1]]);
    return {
      operations: [...draft.operations.slice(0, -1), ...names, OUTPUT],
      edges: pairs.sort((one, other) => one[0] - other[0] || one[1] - other[1])
    };
  }
  function impossible(space, draft) {
    const last = draft.operations.length - 1;
    const strangers = [...new Set(draft.operations.slice(1, -1))].filter((name) => !space.operations.includes(name));
    if (strangers.length) {
      const names = strangers.sort(byCodePoint).join(", ");
      return gettext("This table has no operation {names}{known}.", { names, known: operationsWords(space) });
    }
    if (last - 1 > MAX_INNER) {
      return gettext(
        "The draft has {found} vertices; no cell has more than {most}.",
        { found: last + 1, most: space.maxVertices }
      );
    }
    if (draft.edges.some(([, target]) => target === 0)) {
      return gettext("The draft has an edge into the input; no cell has one.");
    }
    if (draft.edges.some(([source]) => source === last)) {
      return gettext("The draft has an edge out of the output; no cell has one.");
    }
    return topologicalOrder(draft) === null ? gettext("The draft has a directed cycle; no cell has one.") : "";
  }
  function noMatch(table, draft, extraVertices) {
    const { starts } = table.runs;
    const runs = fitting(table, draft, extraVertices).flatMap((group) => group.runs);
    if (!runs.length && draft.operations.length === 2) {
      return gettext("No cell of this table is without operations. Place one, or allow more vertices.");
    }
    if (!runs.length) return gettext("No cell of this table has these operations.");
    const count = runs.reduce((sum, run) => sum + starts[run + 1] - starts[run], 0);
    return gettext(
      "None of the {total} cells with these operations contains all of the drawn edges.",
      { total: count.toLocaleString("en-GB") }
    );
  }

  // importance.js
  var WORD = 62;
  function edgeImportance(table, metric, rows = null) {
    const [values, factor] = table.summable(metric);
    const { codes, sets } = typesOf(table);
    const sums = new Float64Array(sets.length);
    const counts = new Int32Array(sets.length);
    const size = rows === null ? table.count : rows.length;
    for (let index = 0; index < size; index++) {
      const row = rows === null ? index : rows[index];
      if (!Number.isNaN(values[row])) {
        sums[codes[row]] += values[row];
        counts[codes[row]] += 1;
      }
    }
    const found = edgeTypes(table.space).map(([source, target], type) => {
      const [sum, count] = [[0, 0], [0, 0]];
      sets.forEach((set, code) => {
        if (counts[code]) {
          const side = set[type] ? 1 : 0;
          sum[side] += sums[code];
          count[side] += counts[code];
        }
      });
      const [without, with_] = [sum[0] / count[0], sum[1] / count[1]];
      return {
        source,
        target,
        importance: (with_ - without) * factor,
        meanWith: with_ * factor,
        meanWithout: without * factor,
        nWith: count[1],
        nWithout: count[0]
      };
    });
    return found.sort((one, other) => descending(one.importance, other.importance));
  }
  function edgeTypes(space) {
    const targets = [OUTPUT, ...space.operations];
    return [INPUT, ...space.operations].flatMap((source) => targets.map((target) => [source, target]));
  }
  function descending(one, other) {
    if (Number.isNaN(one) || Number.isNaN(other)) return Number(Number.isNaN(one)) - Number(Number.isNaN(other));
    return other - one;
  }
  function typesOf(table) {
    if (table.types === void 0) {
      const sources = table.space.operations.length + 1;
      const { heads, starts } = table.runs;
      const numbers = /* @__PURE__ */ new Map();
      const sets = [];
      const codes = new Int32Array(table.count);
      for (let run = 0; run < heads.length; run++) {
        const kinds = kindsOf(heads[run], sources);
        const present = [...new Set(kinds.map(({ type }) => type))];
        const known = /* @__PURE__ */ new Map();
        const bits = kinds.map(({ bit, type }) => ({ bit, index: present.indexOf(type) }));
        for (let row = starts[run]; row < starts[run + 1]; row++) {
          let mask = 0;
          for (const { bit, index } of bits) mask |= (table.edges[row] >> bit & 1) << index;
          if (!known.has(mask)) {
            const types = present.filter((_, index) => mask >> index & 1).sort((one, other) => one - other);
            const name = types.join(",");
            if (!numbers.has(name)) {
              numbers.set(name, sets.length);
              sets.push(types);
            }
            known.set(mask, numbers.get(name));
          }
          codes[row] = known.get(mask);
        }
      }
      table.types = inOrder2(codes, sets, sources * sources);
    }
    return table.types;
  }
  function kindsOf(head, sources) {
    const last = vertexCount(head) - 1;
    const kinds = [];
    for (let target = 1; target <= last; target++) {
      const to = target === last ? 0 : operationAt(head, target) + 1;
      for (let source = 0; source < target; source++) {
        const from = source === 0 ? 0 : operationAt(head, source) + 1;
        kinds.push({ bit: edgeBit(source, target), type: from * sources + to });
      }
    }
    return kinds;
  }
  function inOrder2(codes, sets, types) {
    const words = sets.map((set) => {
      const word = new Array(Math.ceil(types / WORD)).fill(0n);
      for (const type of set) word[Math.floor(type / WORD)] |= 1n << BigInt(type % WORD);
      return word;
    });
    const order2 = sets.map((_, code) => code).sort((one, other) => {
      const index = words[one].findIndex((word, at) => word !== words[other][at]);
      return words[one][index] < words[other][index] ? -1 : 1;
    });
    const renumbered = new Int32Array(sets.length);
    order2.forEach((code, index) => {
      renumbered[code] = index;
    });
    return {
      codes: codes.map((code) => renumbered[code]),
      sets: order2.map((code) => Array.from({ length: types }, (_, type) => sets[code].includes(type)))
    };
  }

  // edit.js
  function withVertex(draft, operation) {
    const fresh = draft.operations.length - 1;
    const moved = draft.edges.map((edge) => edge.map((end) => end + (end === fresh ? 1 : 0)));
    return makeDraft([...draft.operations.slice(0, -1), operation, OUTPUT], moved);
  }
  function withoutVertex(draft, vertex) {
    const kept = draft.edges.filter((edge) => !edge.includes(vertex));
    return makeDraft(
      draft.operations.filter((_, index) => index !== vertex),
      kept.map((edge) => edge.map((end) => end - (end > vertex ? 1 : 0)))
    );
  }
  function withEdge(draft, edge) {
    return makeDraft(draft.operations, [...draft.edges, edge]);
  }
  function withoutEdge(draft, edge) {
    return makeDraft(draft.operations, draft.edges.filter((other) => !sameEdge(other, edge)));
  }
  function freeEdge(draft, sourceOperation, targetOperation) {
    for (const [source, operation] of draft.operations.entries()) {
      for (const [target, other] of draft.operations.entries()) {
        const edge = [source, target];
        if (operation !== sourceOperation || other !== targetOperation || source === target) continue;
        if (hasEdge(draft, edge)) continue;
        if (topologicalOrder(withEdge(draft, edge)) !== null) return edge;
      }
    }
    return null;
  }
  function withEdgeType(draft, source, target) {
    const inner = [target, source].filter((operation) => operation !== "input" && operation !== "output");
    for (const added of [[], ...inner.map((operation) => [operation]), inner]) {
      const grown = added.reduce(withVertex, draft);
      const edge = freeEdge(grown, source, target);
      if (edge !== null) return withEdge(grown, edge);
    }
    return draft;
  }

  // constants.js
  var CANVAS = {
    width: 500,
    height: 520,
    stripHeight: 34,
    boxWidth: 104,
    boxHeight: 32,
    many: 12,
    smallWidth: 84,
    smallHeight: 28,
    gapX: 16,
    gapY: 6,
    left: 64,
    right: 436,
    bottom: 64,
    top: 496
  };
  var STRANGER = ["#7b5ea7", "#ffffff"];

  // clearance.js
  var { width, height, stripHeight } = CANVAS;
  var CLEAR = 6;
  var SMALL_CLEAR = 3;
  var MARGIN = 3;
  var CROSSING = 32;
  var COMPANY = 2.5;
  var NEAR = 11;
  function boxSize(vertices) {
    return vertices > CANVAS.many ? [CANVAS.smallWidth, CANVAS.smallHeight] : [CANVAS.boxWidth, CANVAS.boxHeight];
  }
  function clearance(vertices) {
    return vertices > CANVAS.many ? SMALL_CLEAR : CLEAR;
  }
  function extentOf(line) {
    const extent = [Infinity, -Infinity, Infinity, -Infinity];
    for (const [x, y] of line) {
      extent[0] = Math.min(extent[0], x);
      extent[1] = Math.max(extent[1], x);
      extent[2] = Math.min(extent[2], y);
      extent[3] = Math.max(extent[3], y);
    }
    return extent;
  }
  function lengthOf(curve) {
    let length = 0;
    for (let i = 1; i < curve.length; i++) {
      length += Math.hypot(curve[i][0] - curve[i - 1][0], curve[i][1] - curve[i - 1][1]);
    }
    return length;
  }
  function leavesCanvas(curve) {
    return curve.some(([x, y]) => x < MARGIN || x > width - MARGIN || y < stripHeight || y > height - MARGIN);
  }
  function segmentHits([x0, y0], [x1, y1], [boxX, boxY], halfX, halfY) {
    let [enter, leave] = [0, 1];
    for (const [start, step, centre, half] of [[x0, x1 - x0, boxX, halfX], [y0, y1 - y0, boxY, halfY]]) {
      if (Math.abs(step) < 1e-12) {
        if (Math.abs(start - centre) >= half) return false;
        continue;
      }
      const [near, far] = [(centre - half - start) / step, (centre + half - start) / step];
      enter = Math.max(enter, Math.min(near, far));
      leave = Math.min(leave, Math.max(near, far));
    }
    return enter < leave;
  }
  function isBlocked(curve, boxes, source, target) {
    const [wide, high] = boxSize(boxes.length).map((side) => side / 2);
    const clear = clearance(boxes.length);
    const [left2, right2, bottom2, top2] = extentOf(curve);
    return boxes.some((at, box) => {
      const room = box === source || box === target ? -0.01 : clear;
      if (left2 > at[0] + wide + room || right2 < at[0] - wide - room) return false;
      if (bottom2 > at[1] + high + room || top2 < at[1] - high - room) return false;
      for (let i = 0; i + 1 < curve.length; i++) {
        if (segmentHits(curve[i], curve[i + 1], at, wide + room, high + room)) return true;
      }
      return false;
    });
  }
  function sharedCost(curve, line, skipHead, skipTail) {
    const [left2, right2, bottom2, top2] = extentOf(line).map((side, index) => side + (index % 2 ? NEAR : -NEAR));
    let cost = 0;
    for (let i = 0; i < curve.length; i++) {
      const [x, y] = curve[i];
      const [lastX, lastY] = curve[Math.max(i - 1, 0)];
      if (Math.max(x, lastX) < left2 || Math.min(x, lastX) > right2) continue;
      if (Math.max(y, lastY) < bottom2 || Math.min(y, lastY) > top2) continue;
      let near = Infinity;
      for (let j = 0; j + 1 < line.length; j++) {
        if (i && cross(curve[i - 1], curve[i], line[j], line[j + 1])) cost += CROSSING;
        near = Math.min(near, Math.max(Math.abs(x - line[j][0]), Math.abs(y - line[j][1])));
      }
      if (near < NEAR && i >= skipHead && i < curve.length - skipTail) cost += COMPANY;
    }
    return cost;
  }
  function areApart(one, other) {
    return one[0] > other[1] + NEAR || one[1] < other[0] - NEAR || one[2] > other[3] + NEAR || one[3] < other[2] - NEAR;
  }
  function cross(p, q, r, s) {
    const [d1x, d1y, d2x, d2y] = [q[0] - p[0], q[1] - p[1], s[0] - r[0], s[1] - r[1]];
    const area = d1x * d2y - d1y * d2x;
    if (Math.abs(area) < 1e-9) return false;
    const [gapX2, gapY2] = [r[0] - p[0], r[1] - p[1]];
    const [along, across] = [(gapX2 * d2y - gapY2 * d2x) / area, (gapX2 * d1y - gapY2 * d1x) / area];
    return along > 0 && along < 1 && across > 0 && across < 1;
  }
  function crossingsOf(lines, index, others = lines.keys()) {
    let count = 0;
    for (const other of others) {
      for (let i = 1; other !== index && i < lines[index].length; i++) {
        for (let j = 1; j < lines[other].length; j++) {
          if (cross(lines[index][i - 1], lines[index][i], lines[other][j - 1], lines[other][j])) count++;
        }
      }
    }
    return count;
  }

  // order.js
  var MOST_STEPS = 2e5;
  var CROSSING2 = 1e6;
  var SWEEPS = 12;
  function inOrder3(layers) {
    let steps = 0;
    for (let number = 1; number < layers.length; number++) {
      const [upper, lower] = [layers[number - 1].length, layers[number].length];
      steps += factorial(upper) * factorial(lower) * Math.max(1, Math.floor(lower ** 2 / 2));
    }
    return steps <= MOST_STEPS ? exact(layers) : swept(layers);
  }
  function factorial(count) {
    return count < 2 ? 1 : count * factorial(count - 1);
  }
  function permutations(things) {
    if (!things.length) return [[]];
    return things.flatMap((thing, first) => permutations([...things.slice(0, first), ...things.slice(first + 1)]).map((rest) => [thing, ...rest]));
  }
  function exact(layers) {
    let ways = permutations(layers[0]).map((order2) => ({ cost: 0, orders: [order2] }));
    for (const lower of layers.slice(1)) {
      const orders = permutations(lower.map((_node, position) => position));
      const best = new Array(orders.length).fill(null);
      for (const way of ways) {
        const [bends, crossed] = costs(way.orders[way.orders.length - 1], lower);
        orders.forEach((order2, number) => {
          let cost = way.cost;
          for (let position = 0; position < order2.length; position++) {
            cost += bends[order2[position]][position];
            for (let other = position + 1; other < order2.length; other++) cost += CROSSING2 * crossed[order2[position]][order2[other]];
          }
          if (best[number] === null || cost < best[number].cost) {
            best[number] = { cost, orders: [...way.orders, order2.map((node) => lower[node])] };
          }
        });
      }
      ways = best;
    }
    return ways.reduce((least, way) => way.cost < least.cost ? way : least).orders;
  }
  function costs(upper, lower) {
    const index = (
      /** @type {Known<LayoutNode, number>} */
      new Map(upper.map((node, position) => [node, position]))
    );
    const ends = lower.map((node) => node.above.map((other) => index.get(other)));
    const shift = upper.length - lower.length;
    const bends = ends.map((each) => lower.map((_node, position) => each.reduce((sum, end) => sum + (2 * position + shift - 2 * end) ** 2, 0)));
    const crossed = ends.map((one) => ends.map((other) => one.reduce((sum, left2) => sum + other.filter((right2) => left2 > right2).length, 0)));
    return [bends, crossed];
  }
  function swept(layers) {
    const starts = [layers, layers.map((layer) => [...layer].sort((one, other) => Number(one.vertex !== null) - Number(other.vertex !== null)))];
    let [best, fewest] = [layers, crossings(layers)];
    for (const start of starts) {
      const current = start.map((layer) => [...layer]);
      for (let sweep = 0; sweep < SWEEPS && fewest; sweep++) {
        const downwards2 = sweep % 2 === 0;
        for (const layer of downwards2 ? current : [...current].reverse()) sortByNeighbours(current, layer, downwards2);
        swapNeighbours(current);
        const now = crossings(current);
        if (now < fewest) [best, fewest] = [current.map((layer) => [...layer]), now];
      }
    }
    return best;
  }
  function sortByNeighbours(layers, layer, downwards2) {
    const position = (
      /** @type {Known<LayoutNode, number>} */
      new Map(layers.flatMap((other) => other.map((node, index) => [node, index - (other.length - 1) / 2])))
    );
    const wish = (
      /** @type {Known<LayoutNode, number>} */
      new Map(layer.map((node) => {
        const near = (downwards2 ? node.above : node.below).map((other) => position.get(other));
        return [node, near.length ? near.reduce((sum, x) => sum + x, 0) / near.length : position.get(node)];
      }))
    );
    layer.sort((one, other) => wish.get(one) - wish.get(other) || position.get(one) - position.get(other));
  }
  function swapNeighbours(layers) {
    const position = (
      /** @type {Known<LayoutNode, number>} */
      new Map(layers.flatMap((layer) => layer.map((node, index) => [node, index])))
    );
    const crossed = (left2, right2) => {
      let count = 0;
      for (const [ends, others] of [[left2.above, right2.above], [left2.below, right2.below]]) {
        for (const one of ends) for (const other of others) if (position.get(one) > position.get(other)) count++;
      }
      return count;
    };
    let improved = true;
    while (improved) {
      improved = false;
      for (const layer of layers) {
        for (let index = 0; index + 1 < layer.length; index++) {
          const [left2, right2] = [layer[index], layer[index + 1]];
          if (crossed(right2, left2) >= crossed(left2, right2)) continue;
          layer[index] = right2;
          layer[index + 1] = left2;
          position.set(left2, index + 1).set(right2, index);
          improved = true;
        }
      }
    }
  }
  function crossings(layers) {
    let count = 0;
    for (let number = 0; number + 1 < layers.length; number++) {
      const index = (
        /** @type {Known<LayoutNode, number>} */
        new Map(layers[number + 1].map((node, position) => [node, position]))
      );
      const ends = layers[number].flatMap((node, position) => node.below.map((other) => [position, index.get(other)]));
      for (const one of ends) for (const other of ends) if (one[0] < other[0] && one[1] > other[1]) count++;
    }
    return count;
  }

  // layers.js
  var LANE = 26;
  var SPACE = 30;
  function layered(count, edges, box = CANVAS.boxWidth) {
    return aligned(inOrder3(withPassingEdges(count, edges)), box);
  }
  function halfWidth({ vertex }, box) {
    return (vertex === null ? LANE : box) / 2;
  }
  function acyclic(count, edges) {
    const last = count - 1;
    const sorted = [...edges].sort(byEnds);
    const kept = /* @__PURE__ */ new Map();
    const keep = (source, target) => kept.set(source * count + target, [source, target]);
    const finished = /* @__PURE__ */ new Set();
    const visit = (vertex, above) => {
      for (const [source, target] of sorted) {
        if (source !== vertex || target === vertex || target === 0 || source === last) continue;
        if (above.includes(target)) keep(target, source);
        else keep(source, target);
        if (!above.includes(target) && !finished.has(target)) visit(target, [...above, target]);
      }
      finished.add(vertex);
    };
    for (let vertex = 0; vertex < count; vertex++) if (!finished.has(vertex)) visit(vertex, [vertex]);
    for (let vertex = 1; vertex < last; vertex++) {
      if (![...kept.values()].some(([, target]) => target === vertex)) keep(0, vertex);
      if (![...kept.values()].some(([source]) => source === vertex)) keep(vertex, last);
    }
    if (!kept.size) keep(0, last);
    return [...kept.values()].sort(byEnds);
  }
  function byEnds(one, other) {
    return one[0] - other[0] || one[1] - other[1];
  }
  function withPassingEdges(count, edges) {
    const depth = new Array(count).fill(0);
    for (let round2 = 0; round2 < count; round2++) {
      for (const [source, target] of edges) depth[target] = Math.max(depth[target], depth[source] + 1);
    }
    const nodes = depth.map((layer, vertex) => ({ vertex, layer, above: [], below: [], x: 0 }));
    const layers = Array.from({ length: Math.max(...depth) + 1 }, () => []);
    nodes.forEach((node) => layers[node.layer].push(node));
    for (const [source, target] of edges) {
      let previous = nodes[source];
      for (let layer = depth[source] + 1; layer <= depth[target]; layer++) {
        const node = layer === depth[target] ? nodes[target] : { vertex: null, layer, above: [], below: [], x: 0 };
        if (node.vertex === null) layers[layer].push(node);
        previous.below.push(node);
        node.above.push(previous);
        previous = node;
      }
    }
    return layers;
  }
  function aligned(layers, box) {
    const spread = (layer) => {
      const least = layer.slice(1).map((node, index) => halfWidth(layer[index], box) + SPACE / 2 + halfWidth(node, box));
      const [rightwards, leftwards] = [layer.map((node) => node.x), layer.map((node) => node.x)];
      least.forEach((gap, index) => {
        rightwards[index + 1] = Math.max(rightwards[index + 1], rightwards[index] + gap);
      });
      for (let index = least.length - 1; index >= 0; index--) {
        leftwards[index] = Math.min(leftwards[index], leftwards[index + 1] - least[index]);
      }
      layer.forEach((node, index) => {
        node.x = (rightwards[index] + leftwards[index]) / 2;
      });
    };
    layers.forEach((layer) => layer.forEach((node, index) => {
      node.x = (index - (layer.length - 1) / 2) * box;
    }));
    for (let sweep = 0; sweep < 24; sweep++) {
      for (const layer of sweep % 2 ? layers : [...layers].reverse()) {
        for (const node of layer) {
          const near = [...node.above, ...node.below];
          if (near.length) node.x = 0.4 * node.x + 0.6 * near.reduce((sum, other) => sum + other.x, 0) / near.length;
        }
        spread(layer);
      }
    }
    return layers;
  }

  // layout.js
  var { gapX, gapY, left, right, top, bottom, width: width2 } = CANVAS;
  var FILLED = 0.72;
  var MOST_STRETCH = 1.6;
  function placeVertices(draft) {
    const count = draft.operations.length;
    const [box, high] = boxSize(count);
    const layers = fitted(layered(count, acyclic(count, draft.edges), box), box);
    const most = Math.floor((top - bottom) / (high + gapY)) + 1;
    const rows = layers.length > most ? grid(count, box, most) : layers;
    const step = (top - bottom) / Math.max(rows.length - 1, 1);
    const centres = [];
    rows.forEach((row, number) => {
      for (const { vertex, x } of row) centres[Number(vertex)] = [round(x), round(top - number * step)];
    });
    return centres;
  }
  function arrange(draft, known) {
    if (!known.some((centre) => centre)) return placeVertices(draft);
    const centres = draft.operations.map((_, vertex) => known[vertex] ? inside(known[vertex]) : null);
    return centres.map((centre) => centre ?? remember(centres, freeCentre(
      centres.filter((other) => other !== null),
      boxSize(centres.length)
    )));
  }
  function remember(centres, centre) {
    centres[centres.indexOf(null)] = centre;
    return centre;
  }
  function settle(vertex, wish, centres) {
    const others = centres.filter((_, other) => other !== vertex);
    const [x, y] = inside(wish);
    const size = boxSize(centres.length);
    const columns = [x, ...others.flatMap((other) => [other[0] - size[0] - gapX / 2, other[0] + size[0] + gapX / 2])];
    const rows = [y, ...others.flatMap((other) => [other[1] - size[1] - gapY, other[1] + size[1] + gapY])];
    const free = columns.flatMap((column) => rows.map((row) => inside([column, row]))).filter((spot) => !others.some((other) => overlap(spot, other, gapY, size)));
    const distance = (spot) => (spot[0] - x) ** 2 + (spot[1] - y) ** 2;
    free.sort((one, other) => distance(one) - distance(other) || one[0] - other[0] || one[1] - other[1]);
    return (free[0] ?? [x, y]).map(round);
  }
  function inside([x, y]) {
    return [Math.min(Math.max(x, left), right), Math.min(Math.max(y, bottom), top)];
  }
  function overlap(one, other, gap, size) {
    return Math.abs(one[0] - other[0]) < size[0] + gap && Math.abs(one[1] - other[1]) < size[1] + gap;
  }
  function freeCentre(taken, size) {
    for (let row = 0; row < 5; row++) {
      const spot = [width2 * (row % 2 ? 0.64 : 0.36), top + (bottom - top) * (row + 1) / 6];
      if (!taken.some((other) => overlap(spot, other, gapX, size))) return spot;
    }
    let [best, widest] = [[left, top], -1];
    for (let cell = 0; cell < 25 * 13; cell++) {
      const spot = [left + cell % 13 * (right - left) / 12, top - Math.floor(cell / 13) * (top - bottom) / 24];
      const room = Math.min(2, ...taken.map((other) => Math.max(Math.abs(spot[0] - other[0]) / size[0], Math.abs(spot[1] - other[1]) / size[1])));
      if (room > widest) [best, widest] = [spot, room];
    }
    return best;
  }
  function fitted(layers, box) {
    const ends = layers.flat().flatMap((node) => [node.x - halfWidth(node, box), node.x + halfWidth(node, box)]);
    const perRow = Math.floor((right - left) / (box + gapX)) + 1;
    const [from, to] = [Math.min(...ends), Math.max(...ends)];
    let scale = Math.min(MOST_STRETCH, (FILLED * width2 - box) / Math.max(to - from - box, 1));
    if (scale < 1) scale = Math.min(1, (right - left) / (to - from - box));
    return layers.flatMap((layer) => {
      const boxes = layer.filter(({ vertex }) => vertex !== null);
      const row = boxes.map(({ vertex, x }) => ({ vertex, x: width2 / 2 + (x - (from + to) / 2) * scale }));
      if (row.length <= perRow) return [apart(row, box)];
      const parts = Math.ceil(row.length / perRow);
      row.forEach((each, index) => {
        each.x = left + index * (right - left) / (row.length - 1);
      });
      return Array.from({ length: parts }, (_, part) => apart(
        row.filter((_box, index) => index % parts === part),
        box
      ));
    });
  }
  function apart(row, box) {
    const step = box + gapX;
    for (const each of row) each.x = Math.min(Math.max(each.x, left), right);
    for (let index = 1; index < row.length; index++) row[index].x = Math.max(row[index].x, row[index - 1].x + step);
    if (row.length) row[row.length - 1].x = Math.min(row[row.length - 1].x, right);
    for (let index = row.length - 2; index >= 0; index--) row[index].x = Math.min(row[index].x, row[index + 1].x - step);
    return row;
  }
  function grid(count, box, most) {
    const perRow = Math.max(Math.floor((right - left) / (box + gapX)) + 1, Math.ceil(count / most));
    return Array.from({ length: Math.ceil(count / perRow) }, (_row, number) => Array.from(
      { length: Math.min(perRow, count - number * perRow) },
      (_box, index) => ({ vertex: number * perRow + index, x: left + index * (right - left) / (perRow - 1) })
    ));
  }
  function round(value) {
    return Math.floor(value * 10 + 0.5) / 10;
  }

  // routing.js
  var POINTS = 22;
  var LENGTH = 0.12;
  var LEVEL = 14;
  var OFFSETS = [0, 24, 55, 95, 145, 205, 275];
  var BOWS = OFFSETS.flatMap((one) => OFFSETS.flatMap((other) => [[one, other], [-one, -other]]));
  var BASIS = Array.from({ length: POINTS }, (_, point) => {
    const t = point / (POINTS - 1);
    return [(1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t ** 3];
  });
  function routeEdges(edges, centres, former = null, moved = null) {
    const found = former === null ? edges.map(() => null) : [...former];
    const lines = (
      /** @type {Point[][]} */
      found
    );
    const distance = ([s, t]) => Math.abs(centres[s][0] - centres[t][0]) + Math.abs(centres[s][1] - centres[t][1]);
    const far = edges.map(distance);
    const order2 = edges.map((_, index) => index).sort((one, other) => far[one] - far[other] || one - other);
    const centred = edges.map(() => [0, 0]);
    if (moved !== null) {
      choose(edges, centres, order2.filter((index) => moved.includes(index)), centred, lines);
      return lines;
    }
    choose(edges, centres, order2, centred, lines);
    choose(edges, centres, order2, centred, lines);
    const ports = portsOf(edges, lines, boxSize(centres.length)[0]);
    choose(edges, centres, order2, ports, lines);
    untangle(edges, centres, ports, lines);
    return lines;
  }
  function choose(edges, centres, order2, ports, lines) {
    const extents = lines.map((line) => line === null ? [] : extentOf(line));
    for (const index of order2) {
      const [source, target] = edges[index];
      let best = null;
      let first = null;
      for (const fan of fansOf(centres, edges[index], ports[index])) {
        let least = Infinity;
        for (const { points, price } of fan) {
          const curve = curveOf(points);
          first ??= curve;
          let cost = price + LENGTH * lengthOf(curve);
          if (cost >= least || leavesCanvas(curve) || isBlocked(curve, centres, source, target)) continue;
          const extent = extentOf(curve);
          for (let other = 0; other < edges.length && cost < least; other++) {
            const line2 = lines[other];
            if (other === index || line2 === null || areApart(extent, extents[other])) continue;
            const head = edges[other].includes(source) ? 4 : 1;
            const tail = edges[other].includes(target) ? 4 : 1;
            cost += sharedCost(curve, line2, head, tail);
          }
          if (cost < least) [best, least] = [curve, cost];
        }
        if (best !== null) break;
      }
      const line = best ?? aroundCorners(centres, edges[index], 2) ?? aroundCorners(centres, edges[index], 0.5) ?? first;
      lines[index] = line;
      extents[index] = line === null ? [] : extentOf(line);
    }
  }
  function untangle(edges, centres, ports, lines) {
    for (const end of [0, 1]) {
      for (let one = 0; one < edges.length; one++) {
        for (let other = 0; other < one; other++) {
          if (edges[one][end] !== edges[other][end] || !crossingsOf(lines, one, [other])) continue;
          const before = crossingsOf(lines, one) + crossingsOf(lines, other);
          const kept = [lines[one], lines[other]];
          const swap = () => {
            [ports[one][end], ports[other][end]] = [ports[other][end], ports[one][end]];
          };
          swap();
          choose(edges, centres, [one, other], ports, lines);
          if (crossingsOf(lines, one) + crossingsOf(lines, other) < before) continue;
          swap();
          lines[one] = kept[0];
          lines[other] = kept[1];
        }
      }
    }
  }
  function* fansOf(centres, [source, target], [leave, arrive]) {
    const [from, to] = [centres[source], centres[target]];
    const half = boxSize(centres.length).map((side) => side / 2);
    if (source === target) {
      yield loops(from, half);
      return;
    }
    if (from[1] - to[1] >= 2 * half[1] + LEVEL) yield downwards(from, to, leave, arrive, half);
    yield sideways(from, to, half);
  }
  function downwards(from, to, leave, arrive, half) {
    const [start, end] = [[from[0] + leave, from[1] - half[1]], [to[0] + arrive, to[1] + half[1]]];
    const drop = start[1] - end[1];
    const reaches = drop < 90 ? [0.36 * drop] : [0.36 * drop, 40];
    return reaches.flatMap((reach) => BOWS.map(([one, other]) => ({
      points: [start, [start[0] + one, start[1] - reach], [end[0] + other, end[1] + reach], end],
      price: (Math.abs(one) + Math.abs(other)) * (0.05 + 6 / drop)
    })));
  }
  function sideways(from, to, half) {
    const fan = [];
    for (const leave of [-1, 1]) {
      for (const arrive of [-1, 1]) {
        const [start, end] = [[from[0] + leave * half[0], from[1] - 5], [to[0] + arrive * half[0], to[1] + 5]];
        for (const reach of [20, 36, 56, 84, 120, 165, 220]) {
          for (const rise of leave === arrive ? [0] : [-90, -45, 0, 45, 90]) {
            fan.push({
              points: [start, [start[0] + leave * reach, start[1] + rise], [end[0] + arrive * reach, end[1] + rise], end],
              price: Math.abs(reach - 56) * 0.15 + Math.abs(rise) * 0.05
            });
          }
        }
      }
    }
    return fan;
  }
  function loops([x, y], half) {
    return [46, 34, 24, 14, 9].flatMap((reach) => [1, -1].map((side) => {
      const edge = x + side * half[0];
      return {
        points: [[edge, y - 8], [edge + side * reach, y - 22], [edge + side * reach, y + 22], [edge, y + 8]],
        price: 46 - reach + (side < 0 ? 1 : 0)
      };
    }));
  }
  function curveOf(points) {
    return BASIS.map((weights) => [0, 1].map((axis) => weights[0] * points[0][axis] + weights[1] * points[1][axis] + weights[2] * points[2][axis] + weights[3] * points[3][axis]));
  }
  function portsOf(edges, lines, box) {
    const ports = edges.map(() => [0, 0]);
    for (const end of [0, 1]) {
      const groups = /* @__PURE__ */ new Map();
      edges.forEach((edge, index) => groups.set(edge[end], [...groups.get(edge[end]) ?? [], index]));
      const lean = (index) => {
        const line = end ? [...lines[index]].reverse() : lines[index];
        const far = line[Math.min(4, line.length - 1)];
        return Math.round(1e6 * (far[0] - line[0][0]) / (Math.hypot(far[0] - line[0][0], far[1] - line[0][1]) + 1e-9));
      };
      for (const group of groups.values()) {
        const step = Math.min(20, (box - 28) / Math.max(group.length - 1, 1));
        group.sort((one, other) => lean(one) - lean(other) || one - other);
        group.forEach((index, rank) => {
          ports[index][end] = (rank - (group.length - 1) / 2) * step;
        });
      }
    }
    return ports;
  }
  function aroundCorners(centres, [source, target], margin) {
    const room = clearance(centres.length) + margin;
    const [halfX, halfY] = boxSize(centres.length).map((side) => side / 2);
    const sides = ([x, y]) => [[x, y - halfY], [x + halfX, y], [x - halfX, y], [x, y + halfY]];
    const corners = ([x, y]) => [[1, 1], [1, -1], [-1, 1], [-1, -1]].map(([sx, sy]) => [x + sx * (halfX + room), y + sy * (halfY + room)]);
    const points = [...sides(centres[source]), ...sides(centres[target]), ...centres.flatMap(corners)];
    const cost = points.map((_, index) => index < 4 ? 0 : Infinity);
    const before = points.map(() => -1);
    const open = new Set(points.keys());
    while (open.size) {
      const nearest = [...open].reduce((one, other) => cost[other] < cost[one] ? other : one);
      if (cost[nearest] === Infinity) return null;
      open.delete(nearest);
      if (nearest >= 4 && nearest < 8) {
        const line = [];
        for (let index = nearest; index >= 0; index = before[index]) line.unshift(points[index]);
        return line;
      }
      for (const next of open) {
        const way = [points[nearest], points[next]];
        const longer = cost[nearest] + Math.hypot(way[1][0] - way[0][0], way[1][1] - way[0][1]);
        if (longer < cost[next] && !leavesCanvas(way) && !isBlocked(way, centres, source, target)) {
          cost[next] = longer;
          before[next] = nearest;
        }
      }
    }
    return null;
  }

  // format.js
  var PREFIXES = ["", "k", "M", "G", "T", "P"];
  var USUAL = [1e-6, 1e18];
  var MOST_PERCENT = 1e9;
  var MOST_SHORT = 1e4;
  var FAR = 1e300;
  var NARROW = 1e-11;
  var NOTHING = 1e-290;
  var WORDS = {
    s: [
      gettext("slower than {share}"),
      gettext("faster than {share}"),
      gettext("slowest of {count}"),
      gettext("fastest of {count}"),
      gettext("slowest"),
      gettext("fastest")
    ],
    parameters: [
      gettext("larger than {share}"),
      gettext("smaller than {share}"),
      gettext("largest of {count}"),
      gettext("smallest of {count}"),
      gettext("largest"),
      gettext("smallest")
    ],
    MAC: [
      gettext("more than {share}"),
      gettext("fewer than {share}"),
      gettext("most of {count}"),
      gettext("fewest of {count}"),
      gettext("most"),
      gettext("fewest")
    ]
  };
  var ANY = [
    gettext("higher than {share}"),
    gettext("lower than {share}"),
    gettext("highest of {count}"),
    gettext("lowest of {count}"),
    gettext("highest"),
    gettext("lowest")
  ];
  function formatCount(count) {
    return count.toLocaleString("en-GB", { maximumFractionDigits: 0, useGrouping: true });
  }
  function splitValue(metric, value) {
    if (value === null || Number.isNaN(value)) return [gettext("not measured"), ""];
    const own = ["fraction", "parameters", "MAC"].includes(metric.unit) ? "" : metric.unit;
    if (!Number.isFinite(value)) return [value < 0 ? "−∞" : "∞", metric.unit === "fraction" ? "%" : own];
    const size = Math.abs(value);
    const isUsual = value === 0 || size >= USUAL[0] && size < USUAL[1];
    if (metric.unit === "fraction" && size < MOST_PERCENT / 100) return [rounded(100 * value, 2).replace("-", "−"), "%"];
    if (metric.unit === "s" && isUsual) return splitTime(value);
    if ((metric.unit === "parameters" || metric.unit === "MAC") && isUsual) return splitCount(value);
    return [plain(value), own];
  }
  function formatValue(metric, value) {
    return splitValue(metric, value).filter((part) => part).join(" ");
  }
  function formatDifference(metric, difference) {
    if (difference === null || Number.isNaN(difference)) return gettext("undefined");
    const [number, unit] = splitValue(metric, Math.abs(difference));
    const sign = /[1-9∞]/.test(number) ? difference < 0 ? "−" : "+" : "±";
    if (unit === "%") return gettext("{number} points", { number: sign + number });
    return `${sign}${number} ${unit}`.trimEnd();
  }
  function shortDifference(metric, difference) {
    if (Number.isNaN(difference)) return "";
    if (metric.unit !== "fraction" || Math.abs(difference) >= MOST_SHORT) return formatDifference(metric, difference);
    const points = 100 * difference;
    const text = rounded(Math.abs(points), Math.abs(points) >= 0.095 ? 1 : 2);
    return (Number(text) === 0 ? "±" : points < 0 ? "−" : "+") + text;
  }
  function standing(table, metric, value, brief = false) {
    const values = table.sortedColumn(metric.name);
    const count = values.length;
    if (!count) return "";
    const all = { count: formatCount(count) };
    if (metric.higher) {
      const rank = formatCount(table.rank(metric.name, value).rank);
      return brief ? gettext("rank {rank}", { rank }) : gettext("rank {rank} of {count}", { rank, ...all });
    }
    const [more, less, most, least, briefMost, briefLeast] = WORDS[metric.unit] ?? ANY;
    const [below, above] = [countBelow(values, value), count - countUpTo(values, value)];
    if (!below && !above) return gettext("the same for every cell");
    if (!above) return brief ? briefMost : filled(most, all);
    if (!below) return brief ? briefLeast : filled(least, all);
    const [pattern, part] = below >= above ? [more, below] : [less, above];
    return filled(pattern, { share: percent(part, count) });
  }
  function percent(part, whole) {
    return `${(Math.floor(1e3 * part / whole) / 10).toFixed(1)} %`;
  }
  function histogram(table, metric, value = null, bins = 30) {
    const values = table.sortedColumn(metric.name);
    const tail = Math.floor(0.01 * (values.length - 1));
    const ends = [values[0], values[tail], values[values.length - 1 - tail], values[values.length - 1]].map(drawnValue);
    let low = ends[3] - ends[1] < 0.65 * (ends[3] - ends[0]) ? ends[1] : ends[0];
    let high = ends[2] - low < 0.65 * (ends[3] - low) ? ends[2] : ends[3];
    [low, high] = widened(low, high);
    const edges = Array.from({ length: bins - 1 }, (_, bin) => countBelow(values, low + (bin + 1) * (high - low) / bins));
    const counts = [...edges, values.length].map((edge, bin) => edge - (bin ? edges[bin - 1] : 0));
    const most = Math.max(...counts);
    return {
      heights: counts.map((count) => count / most),
      position: value === null ? null : Math.min(1, Math.max(0, (drawnValue(value) - low) / (high - low)))
    };
  }
  function drawnValue(value) {
    return Math.min(FAR, Math.max(-FAR, value));
  }
  function widened(low, high) {
    const size = Math.max(Math.abs(low), Math.abs(high));
    if (high - low > Math.max(NOTHING, NARROW * size)) return [low, high];
    const reach = size > NOTHING ? 0.05 * size : 0.5;
    return [low - reach, high + reach];
  }
  function middleOf(values) {
    const middle = values.length >> 1;
    if (values.length % 2) return values[middle];
    const total = values[middle - 1] + values[middle];
    return Number.isFinite(total) ? total / 2 : values[middle - 1] / 2 + values[middle] / 2;
  }
  function splitTime(seconds) {
    const sign = seconds < 0 ? "−" : "";
    const size = Math.abs(seconds);
    if (size < 59.95) return [sign + significant(size), "s"];
    const whole = Number(rounded(size, 0));
    if (whole < 3600) return [`${sign}${Math.floor(whole / 60)} min ${whole % 60}`, "s"];
    const minutes = Number(rounded(size / 60, 0));
    return [`${sign}${formatCount(Math.floor(minutes / 60))} h ${minutes % 60}`, "min"];
  }
  function splitCount(value) {
    if (Math.abs(value) < 1e3) return [plain(value), ""];
    let step = 0;
    while (step < PREFIXES.length - 1 && Math.abs(value) >= 999.5 * 1e3 ** step) step++;
    return [significant(value / 1e3 ** step), PREFIXES[step]];
  }
  function significant(value) {
    if (value === 0) return "0";
    let decimals = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
    if (decimals && Number(rounded(Math.abs(value), decimals)) >= 10 ** (3 - decimals)) decimals--;
    return fixed(value, decimals);
  }
  function plain(value) {
    if (value === Math.round(value) && Math.abs(value) < 1e15) return fixed(value, 0);
    const size = Math.abs(value);
    if (size >= 1e-4 && size < 1e6) return fixed(value, Math.max(0, 3 - Math.floor(Math.log10(size))));
    return value.toExponential(3).replace(/e([+-])(\d)$/, "e$10$2").replaceAll("-", "−");
  }
  function fixed(value, decimals) {
    const [whole, part] = rounded(value, decimals).split(".");
    const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
    return (part === void 0 ? grouped : `${grouped}.${part}`).replace("-", "−");
  }
  function rounded(value, decimals) {
    const text = value.toFixed(decimals);
    const isMiddle = /50*$/.exec(value.toFixed(decimals + 60).slice(-60))?.index === 0;
    if (!isMiddle || Number(text.at(-1)) % 2 === 0) return text;
    return (value - Math.sign(value) * 10 ** -(decimals + 2)).toFixed(decimals);
  }

  // tags.js
  var TAG_HEIGHT = 15;
  var SHARES = [0.5, 0.44, 0.56, 0.38, 0.62, 0.32, 0.68, 0.26, 0.74, 0.2, 0.8, 0.14, 0.86];
  var COVERED = 1e3;
  var CROSSED = 40;
  var HIDDEN = 100;
  var BESIDE = 30;
  function tagWidth(text) {
    return 7.4 * text.length + 9;
  }
  function placeTags(lines, texts2, centres) {
    const taken = [];
    return lines.map((line, index) => {
      const text = texts2[index];
      const spots = candidates(line, tagWidth(text));
      if (!text) return spots[0].at;
      const half = tagWidth(text) / 2;
      let [best, least] = [spots[0].at, Infinity];
      for (const { at, price } of spots) {
        const cost = price + (price < least ? clutter(at, half, centres, taken, lines, index) : 0);
        if (cost < least) [best, least] = [at, cost];
      }
      taken.push({ at: best, half });
      return best;
    });
  }
  function candidates(line, width5) {
    const along = [0];
    for (let i = 1; i < line.length; i++) {
      along.push(along[i - 1] + Math.hypot(line[i][0] - line[i - 1][0], line[i][1] - line[i - 1][1]));
    }
    const length = along[along.length - 1];
    const spots = [0, 1, -1].flatMap((side) => SHARES.map((share) => {
      const wanted = share * length;
      const next = Math.max(1, along.findIndex((part2) => part2 >= wanted));
      const step = Math.max(along[next] - along[next - 1], 1e-9);
      const part = (wanted - along[next - 1]) / step;
      const [dx, dy] = [0, 1].map((axis) => (line[next][axis] - line[next - 1][axis]) / step);
      const [x, y] = [line[next - 1][0] + part * dx * step, line[next - 1][1] + part * dy * step];
      const reach = Math.abs(dy) * (width5 / 2 + 3) + Math.abs(dx) * (TAG_HEIGHT / 2 + 3);
      const hidden = Math.min(width5 / Math.max(Math.abs(dx), 1e-9), TAG_HEIGHT / Math.max(Math.abs(dy), 1e-9));
      return {
        at: [x - side * dy * reach, y + side * dx * reach],
        price: 30 * Math.abs(share - 0.5) + (side ? BESIDE : HIDDEN * hidden / Math.max(length, 1e-9))
      };
    }));
    return spots;
  }
  function clutter([x, y], half, centres, taken, lines, own) {
    const { width: width5, height: height4, stripHeight: stripHeight3 } = CANVAS;
    const [boxWidth, boxHeight] = boxSize(centres.length);
    const high = TAG_HEIGHT / 2;
    let cost = Math.abs(x - width5 / 2) > width5 / 2 - half || y + high > height4 || y - high < stripHeight3 ? COVERED : 0;
    for (const [boxX, boxY] of centres) {
      if (Math.abs(x - boxX) < boxWidth / 2 + half + 2 && Math.abs(y - boxY) < boxHeight / 2 + high + 2) cost += COVERED;
    }
    for (const { at, half: other } of taken) {
      if (Math.abs(x - at[0]) < other + half + 1 && Math.abs(y - at[1]) < TAG_HEIGHT + 1) cost += COVERED;
    }
    for (const [index, line] of lines.entries()) {
      if (index === own) continue;
      for (let i = 0; i + 1 < line.length; i++) {
        if (segmentHits(line[i], line[i + 1], [x, y], half + 1, high + 1)) {
          cost += CROSSED;
          break;
        }
      }
    }
    return cost;
  }

  // draw.js
  var { width: width3, height: height2, stripHeight: stripHeight2 } = CANVAS;
  var FAR2 = 1e300;
  var HEAD = 7;
  var PLAIN_WIDTH = 1.8;
  var LONGEST_LABEL = 18;
  var NAMESPACE = "http://www.w3.org/2000/svg";
  function svgElement(name, attributes = {}, ...children) {
    const element = document.createElementNS(NAMESPACE, name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.append(...children);
    return element;
  }
  function cut2(label) {
    const half = LONGEST_LABEL / 2;
    return label.length <= LONGEST_LABEL ? label : `${label.slice(0, half)}…${label.slice(1 - half)}`;
  }
  function lookOf(space, operation) {
    if (operation === "input" || operation === "output") {
      const colors = { fill: "var(--vp-terminal)", line: "var(--vp-terminal-line)", ink: "var(--vp-text)" };
      return { label: operation, box: operation, button: operation, ...colors };
    }
    const look = space.looks[space.operations.indexOf(operation)] ?? [operation, ...STRANGER];
    const [label, fill, ink, box = cut2(label), button = box] = look;
    return { label, box, button, fill, line: fill, ink };
  }
  function drawScene(scene) {
    const edges = scene.draft.edges.map((_, index) => edgeLook(scene, index));
    const spots = placeTags(scene.lines, edges.map(({ tag }) => tag), scene.centres);
    return [
      svgElement("g", { class: "vo-edges" }, ...edges.map((look, index) => drawEdge(scene, index, look))),
      svgElement("g", { class: "vo-vertices" }, ...scene.draft.operations.map((_, vertex) => drawVertex(scene, vertex))),
      svgElement(
        "g",
        { class: "vo-tags", "aria-hidden": "true" },
        ...edges.flatMap((look, index) => look.tag ? [drawTag(look, spots[index])] : [])
      )
    ];
  }
  function troubled(scene, kind) {
    return scene.problems.find((problem2) => problem2.kind === kind) ?? { vertices: [], edges: [] };
  }
  function edgeLook({ draft, contributions, metric, problems }, index) {
    const among = (kind) => troubled({ problems }, kind).edges.some((edge) => String(edge) === String(draft.edges[index]));
    const part = contributions?.[index] ?? null;
    const value = part === null ? NaN : part.contribution;
    const sizes = (contributions ?? []).map(({ contribution }) => Math.min(FAR2, Math.abs(contribution))).filter((size) => size > 0);
    const largest = Math.max(0, ...sizes);
    const weight = largest ? 1.4 + 3.6 * Math.min(FAR2, Math.abs(value) || 0) / largest : PLAIN_WIDTH;
    const least = part === null ? 0 : Math.min(part.nWith, part.nWithout);
    const few = least > 2 ? 0 : least;
    const isKnown = typeof metric.higher === "boolean" && (value > 0 || value < 0);
    const tone = part === null ? "muted" : !isKnown ? "neutral" : value > 0 === metric.higher ? "positive" : "negative";
    return {
      color: `var(--vp-${among("cycle") ? "accent" : tone})`,
      weight,
      sign: Number.isNaN(value) ? "" : Math.sign(value),
      dash: value < 0 ? `${Math.round(4 + 1.6 * weight)} ${Math.round(2.5 + 0.8 * weight)}` : "none",
      faint: among("off path"),
      tag: few && !Number.isNaN(value) ? `${shortDifference(metric, value)} (${few})` : part === null ? "" : shortDifference(metric, value),
      strength: few && !Number.isNaN(value) ? 0.2 + 0.25 * few : 1
    };
  }
  function drawEdge(scene, index, look) {
    const [source, target] = scene.draft.edges[index];
    const line = scene.lines[index];
    const group = svgElement("g", {
      class: `vo-edge${look.faint ? " vo-faint" : ""}`,
      "data-edge": `${source},${target}`,
      "data-sign": look.sign,
      style: `--vo-color: ${look.color}; opacity: ${look.faint ? "" : look.strength}`
    });
    const title = svgElement("title");
    title.textContent = scene.words(index);
    group.append(
      title,
      svgElement("path", { class: "vo-hit", d: pathOf(line) }),
      svgElement("path", {
        class: "vo-line",
        d: pathOf(trimmed(line), true),
        "stroke-width": look.weight,
        "stroke-dasharray": look.dash
      }),
      svgElement("path", { class: "vo-head", d: headOf(line, 8 + 0.9 * look.weight) })
    );
    return group;
  }
  function drawVertex(scene, vertex) {
    const last = scene.draft.operations.length - 1;
    const { box, fill, line, ink } = lookOf(scene.space, scene.draft.operations[vertex]);
    const [x, y] = onScreen(scene.centres[vertex]);
    const [boxWidth, boxHeight] = boxSize(scene.draft.operations.length);
    const stray = troubled(scene, "off path").vertices.includes(vertex);
    const marks = [
      stray && "vo-faint",
      scene.selected === vertex && "vo-selected",
      scene.focused === vertex && "vo-focused"
    ];
    const group = svgElement("g", {
      class: ["vo-vertex", ...marks].filter((mark) => mark).join(" "),
      "data-vertex": vertex,
      transform: `translate(${x} ${y})`
    });
    const title = svgElement("title");
    title.textContent = { 0: gettext("where every path starts"), [last]: gettext("where every path ends") }[vertex] ?? scene.draft.operations[vertex];
    const words = svgElement("text", { class: "vo-word", style: `fill: ${stray ? "var(--vp-text)" : ink}` });
    words.textContent = box;
    const room = 168 * boxWidth / CANVAS.boxWidth;
    if (box.length * 12.9 > room) words.style.fontSize = `${(room / box.length).toFixed(1)}px`;
    group.append(
      title,
      svgElement("rect", {
        class: "vo-ring",
        x: -boxWidth / 2 - 4.5,
        y: -boxHeight / 2 - 4.5,
        width: boxWidth + 9,
        height: boxHeight + 9,
        rx: 9
      }),
      svgElement("rect", {
        class: "vo-box",
        x: -boxWidth / 2,
        y: -boxHeight / 2,
        width: boxWidth,
        height: boxHeight,
        rx: 6,
        style: `fill: ${fill}; stroke: ${line}`
      }),
      words
    );
    if (vertex !== last) group.append(svgElement("circle", { class: "vo-port", cy: boxHeight / 2, r: 5.5 }));
    return group;
  }
  function drawTag({ tag, color }, spot) {
    const [x, y] = onScreen(spot);
    const wide = tagWidth(tag) - 4;
    const words = svgElement("text", { style: `fill: ${color}` });
    words.textContent = tag;
    return svgElement(
      "g",
      { transform: `translate(${x.toFixed(1)} ${y.toFixed(1)})` },
      svgElement("rect", { x: -wide / 2, y: -TAG_HEIGHT / 2, width: wide, height: TAG_HEIGHT, rx: 4 }),
      words
    );
  }
  function drawStrip() {
    const words = svgElement("text", { x: width3 / 2, y: height2 - stripHeight2 / 2 + 1 });
    words.textContent = gettext("drop here to delete");
    return svgElement(
      "g",
      { class: "vo-strip", "aria-hidden": "true" },
      svgElement("rect", { x: 2, y: height2 - stripHeight2 + 4, width: width3 - 4, height: stripHeight2 - 6, rx: 6 }),
      words
    );
  }
  function onScreen([x, y]) {
    return [x, height2 - y];
  }
  function pathOf(line, smooth = false) {
    const text = (point) => onScreen(point).map((part) => part.toFixed(1)).join(" ");
    if (!smooth || line.length < 3) return line.map((point, index) => `${index ? "L" : "M"}${text(point)}`).join("");
    const middle = (index) => [0, 1].map((axis) => (line[index][axis] + line[index + 1][axis]) / 2);
    const inner = line.slice(1, -2).map((point, index) => `Q${text(point)} ${text(middle(index + 1))}`);
    return `M${text(line[0])}L${text(middle(0))}${inner.join("")}Q${text(line.at(-2))} ${text(line.at(-1))}`;
  }
  function trimmed(line) {
    const tip = line[line.length - 1];
    const gap = ([x, y]) => Math.hypot(x - tip[0], y - tip[1]);
    const last = line.findLastIndex((point) => gap(point) > HEAD);
    if (last < 0) return [line[0], line[0]];
    const share = (gap(line[last]) - HEAD) / Math.max(gap(line[last]) - gap(line[last + 1]), 1e-9);
    return [...line.slice(0, last + 1), [0, 1].map((a) => line[last][a] + share * (line[last + 1][a] - line[last][a]))];
  }
  function headOf(line, size) {
    const [tip, tail] = [line[line.length - 1], trimmed(line).at(-1)];
    const length = Math.hypot(tip[0] - tail[0], tip[1] - tail[1]) || 1;
    const [dx, dy] = [(tip[0] - tail[0]) / length, (tip[1] - tail[1]) / length];
    const back = [tip[0] - dx * size, tip[1] - dy * size];
    const side = (way) => [back[0] - way * dy * size / 2, back[1] + way * dx * size / 2];
    return `${pathOf([tip, side(1), side(-1)])}Z`;
  }
  function thumbnail(space, draft, title, wide = 48, high = 46) {
    const centres = placeVertices(draft);
    const lines = routeEdges(draft.edges, centres);
    const [boxWidth, boxHeight] = boxSize(centres.length);
    const corners = centres.flatMap(([x, y]) => [-0.5, 0.5].map((s) => [x + s * boxWidth, y + s * boxHeight]));
    const [xs, ys] = [0, 1].map((axis) => [...corners, ...lines.flat()].map((point) => point[axis]));
    const [left2, right2, low, high_] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
    const scaleX = Math.min((wide - 6) / (right2 - left2), 0.27 * wide / boxWidth);
    const scaleY = (high - 6) / (high_ - low);
    const at = ([x, y]) => [wide / 2 + (x - (left2 + right2) / 2) * scaleX, 3 + (high_ - y) * scaleY];
    const drawing = svgElement("svg", {
      class: "vo-thumbnail",
      width: wide,
      height: high,
      viewBox: `0 0 ${wide} ${high}`,
      role: "img",
      "aria-label": title
    });
    for (const line of lines) {
      const points = line.map((point) => at(point).map((part) => part.toFixed(1)).join(",")).join(" ");
      drawing.append(svgElement("polyline", { points }));
    }
    const [halfX, halfY] = [boxWidth / 2 * scaleX, boxHeight / 2 * scaleY];
    centres.forEach((centre, vertex) => {
      const { fill, line } = lookOf(space, draft.operations[vertex]);
      const [x, y] = at(centre);
      drawing.append(svgElement("rect", {
        x: x - halfX,
        y: y - halfY,
        width: 2 * halfX,
        height: 2 * halfY,
        rx: 1.5,
        style: `fill: ${fill}; stroke: ${line}`
      }));
    });
    return drawing;
  }

  // words.js
  var NUMBERS = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];
  var MOST_LIVE_EDGES = 15;
  var UNFINISHED = ["no path", "off path"];
  var KEYS = gettext("Designer canvas. Arrow keys choose a vertex, with Shift they move it; Enter starts an edge, ends or removes it; digits add a vertex, Delete removes it; Escape gives up; Control Z and Control Y undo and redo.");
  function statusOf(state, table, { message = "", selected = null } = {}) {
    const { operations, edges } = state;
    const parts = message ? [["message", message]] : [];
    if (selected === null) {
      parts.push(...state.problems.map(({ kind, message: message2 }) => problemPart(kind, short(message2, table))));
      const kinds = state.problems.map(({ kind }) => kind);
      if (kinds.includes("off path") && !kinds.includes("no path")) {
        parts.push(["do:prune", gettext("Remove parts on no path")]);
      }
    } else {
      const { label } = lookOf(table.space, operations[selected]);
      parts.push(["now", gettext("From {source} to …: click the target of the edge, or press Escape", { source: label })]);
    }
    if (state.isCell) parts.push([state.row < 0 ? "now" : "good", `✓ ${standingOf(state, table)}`]);
    const { maxVertices, maxEdges } = table.space;
    parts.push(["quiet", gettext("{vertices} of {most_vertices} vertices, {edges} of {most_edges} edges", {
      vertices: operations.length,
      most_vertices: maxVertices,
      edges: edges.length,
      most_edges: maxEdges
    })]);
    if (state.contributions) {
      const [kind, words] = contributionWords(state.contributions.map(({ contribution }) => contribution));
      const { higher } = table.metric(state.metric);
      const turned = { good: "bad", bad: "good" }[kind] ?? kind;
      parts.push([higher === true ? kind : higher === false ? turned : "quiet", words]);
    } else if (state.row >= 0 && edges.length > MOST_LIVE_EDGES) {
      parts.push(["quiet", gettext("Too many edges for contributions ({count}, at most {most} in a report)", {
        count: edges.length,
        most: MOST_LIVE_EDGES
      })]);
    }
    return parts;
  }
  function problemPart(kind, words) {
    return UNFINISHED.includes(kind) ? ["now", gettext("Unfinished: {problem}", { problem: words[0].toLowerCase() + words.slice(1) })] : ["warning", `⚠ ${words}`];
  }
  function standingOf({ row, metric: name }, table) {
    if (row < 0) return gettext("Valid cell, not in this table");
    const metric = table.metric(name);
    if (["parameters", "MAC"].includes(metric.unit) || metric.higher === null) return gettext("Valid cell, in this table");
    return Number.isNaN(table.value(name, row)) ? gettext("Valid cell, not measured") : gettext("Valid cell, measured");
  }
  function short(message, table) {
    return table.space.operations.reduce((text, name) => text.replaceAll(name, lookOf(table.space, name).label), message);
  }
  function contributionWords(values) {
    const count = values.length;
    const positive = values.filter((value) => value > 0).length;
    const negative = values.filter((value) => value < 0).length;
    const unknown = values.filter((value) => Number.isNaN(value)).length;
    const row = Math.min(count, 3);
    if (positive === count) return ["good", filled(ALL_POSITIVE[row], { count: numberWord(count) })];
    if (negative === count) return ["bad", filled(ALL_NEGATIVE[row], { count: numberWord(count) })];
    if (unknown === count) return ["quiet", gettext("contributions are undefined here")];
    const parts = [ngettext(
      "{count} of {total} edges contributes positively",
      "{count} of {total} edges contribute positively",
      positive,
      { total: count }
    )];
    if (negative) parts.push(gettext("{count} negatively", { count: negative }));
    if (unknown) parts.push(ngettext("{count} is undefined", "{count} are undefined", unknown));
    return ["quiet", parts.join(", ")];
  }
  var ALL_POSITIVE = [
    "",
    gettext("its one edge contributes positively"),
    gettext("both edges contribute positively"),
    gettext("all {count} edges contribute positively")
  ];
  var ALL_NEGATIVE = [
    "",
    gettext("its one edge contributes negatively"),
    gettext("both edges contribute negatively"),
    gettext("all {count} edges contribute negatively")
  ];
  function numberWord(count) {
    return isEnglish && count < NUMBERS.length ? NUMBERS[count] : formatCount(count);
  }
  function edgeWords(state, table, index) {
    const [source, target] = state.edges[index].map((end) => lookOf(table.space, state.operations[end]).label);
    const part = state.contributions?.[index];
    const named = (value) => `${source} → ${target}
` + gettext("contribution {value}", { value });
    if (!part) return named(gettext("unknown: not a measured cell"));
    const without = { without: part.nWithout };
    const detail = part.nWith && part.nWithout ? ngettext(
      "mean of {count} measured sub-cell with it minus mean of {without} without",
      "mean of {count} measured sub-cells with it minus mean of {without} without",
      part.nWith,
      without
    ) : ngettext(
      "{count} measured sub-cell with it, {without} without",
      "{count} measured sub-cells with it, {without} without",
      part.nWith,
      without
    );
    return `${named(formatDifference(table.metric(state.metric), part.contribution))}
${detail}`;
  }

  // gestures.js
  var SLACK = 4;
  var REACH = 9;
  var REST = 300;
  var COMMANDS = {
    ArrowUp: "up",
    ArrowDown: "down",
    ArrowLeft: "left",
    ArrowRight: "right",
    Home: "first",
    End: "last",
    Enter: "pick",
    " ": "pick",
    Delete: "delete",
    Backspace: "delete",
    Escape: "cancel"
  };
  function listenToPointer(canvas, hands) {
    const { width: width5, height: height4, stripHeight: stripHeight3, boxHeight } = CANVAS;
    let held = null;
    let handled = false;
    const pointOf = (event) => {
      const box = canvas.getBoundingClientRect();
      const across = (event.clientX - box.left) / box.width;
      return [width5 * across, height4 * (1 - (event.clientY - box.top) / box.height)];
    };
    const isDelete = (point) => held.inner && point[1] - boxHeight / 2 < stripHeight3 - 6;
    const strip = (active, over) => {
      canvas.classList.toggle("vo-dragging", active);
      canvas.classList.toggle("vo-over", over);
    };
    const takeHold = () => {
      held.free = true;
      if (!held.isPort) strip(held.inner, false);
    };
    listenToFingers(canvas, () => held?.free ?? false);
    canvas.addEventListener("pointerdown", (event) => {
      if (event.button !== 0 || held !== null) return;
      handled = false;
      const point = pointOf(event);
      const vertex = hands.vertexAt(point);
      if (vertex === null) return;
      const isPort = event.target.classList.contains("vo-port");
      const free = event.pointerType === "mouse";
      held = { ...hands.about(vertex), vertex, isPort, from: point, id: event.pointerId, moved: false, free, timer: null };
      canvas.setPointerCapture(event.pointerId);
      if (!free) held.timer = setTimeout(takeHold, REST);
    });
    canvas.addEventListener("pointermove", (event) => {
      if (held === null && event.pointerType === "mouse") hands.follow(pointOf(event));
      if (held === null || event.pointerId !== held.id) return;
      const point = pointOf(event);
      held.moved ||= Math.hypot(point[0] - held.from[0], point[1] - held.from[1]) > SLACK;
      if (!held.moved) return;
      if (!held.free) clearTimeout(held.timer);
      else if (held.isPort) hands.hint(held.vertex, point);
      else {
        const at = centreOf(held, point);
        strip(held.inner, isDelete(at));
        hands.preview(held.vertex, at);
      }
    });
    const release = (event) => {
      if (held === null || event.pointerId !== held.id) return;
      const [was, point] = [held, pointOf(event)];
      const deleted = isDelete(centreOf(was, point));
      clearTimeout(was.timer);
      held = null;
      handled = true;
      strip(false, false);
      if (event.type === "pointercancel" || was.moved && !was.free) hands.cancelDrag();
      else if (!was.moved) hands.pick(was.vertex);
      else if (was.isPort) hands.join(was.vertex, hands.vertexAt(point));
      else hands.drop(was.vertex, centreOf(was, point), deleted);
    };
    canvas.addEventListener("pointerleave", () => {
      if (held === null) hands.follow(null);
    });
    canvas.addEventListener("pointerup", release);
    canvas.addEventListener("pointercancel", release);
    canvas.addEventListener("click", (event) => {
      if (handled) return;
      const edge = hands.edgeAt(pointOf(event), REACH);
      if (edge === null) hands.pick(null);
      else hands.removeEdge(...edge);
    });
  }
  function listenToFingers(canvas, holds) {
    const keep = (event) => {
      if (event.cancelable && holds()) event.preventDefault();
    };
    let isFinger = false;
    canvas.addEventListener("pointerdown", ({ pointerType }) => {
      isFinger = pointerType !== "mouse";
    });
    canvas.addEventListener("contextmenu", (event) => {
      if (isFinger) event.preventDefault();
    });
    canvas.addEventListener("touchmove", keep, { passive: false });
    canvas.addEventListener("touchstart", ({ target }) => {
      if (target !== canvas) target.addEventListener("touchmove", keep, { passive: false });
    }, { passive: true });
  }
  function centreOf({ at, from, inner }, point) {
    const { left: left2, right: right2, top: top2, bottom: bottom2, stripHeight: stripHeight3 } = CANVAS;
    return [
      Math.min(right2, Math.max(left2, at[0] + point[0] - from[0])),
      Math.min(top2, Math.max(inner ? stripHeight3 / 2 : bottom2, at[1] + point[1] - from[1]))
    ];
  }
  function listenToKeys(root, hands) {
    root.addEventListener("keydown", (event) => {
      const { target } = event;
      if (event.defaultPrevented || event.altKey || ["INPUT", "SELECT", "TEXTAREA"].includes(target.tagName)) return;
      if (target.closest("button") && ["Enter", " "].includes(event.key)) return;
      const command = commandOf(event);
      if (command === null) return;
      event.preventDefault();
      hands.command(command);
    });
  }
  function commandOf(event) {
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (event.ctrlKey || event.metaKey) {
      if (key === "z") return event.shiftKey ? "redo" : "undo";
      return key === "y" ? "redo" : null;
    }
    if (/^[1-9]$/.test(key)) return `add:${key}`;
    const command = COMMANDS[key] ?? null;
    return command && event.shiftKey && key.startsWith("Arrow") ? `move:${command}` : command;
  }
  function distanceTo(line, [x, y]) {
    let least = Infinity;
    for (let i = 0; i + 1 < line.length; i++) {
      const [dx, dy] = [line[i + 1][0] - line[i][0], line[i + 1][1] - line[i][1]];
      const t = Math.min(1, Math.max(0, ((x - line[i][0]) * dx + (y - line[i][1]) * dy) / (dx * dx + dy * dy || 1)));
      least = Math.min(least, Math.hypot(x - line[i][0] - t * dx, y - line[i][1] - t * dy));
    }
    return least;
  }

  // canvas.js
  var { width: width4, height: height3 } = CANVAS;
  var STEP = 12;
  var PORT = 6;
  var DIRECTIONS = { left: [-1, 0], right: [1, 0], up: [0, 1], down: [0, -1] };
  var Canvas = class {
    // `marked` is called when another vertex is chosen or focused.
    constructor(model, table, marked) {
      this.model = model;
      this.table = table;
      this.marked = marked;
      this.selected = null;
      this.focused = null;
      this.lines = [];
      this.element = svgElement("svg", {
        class: "vo-canvas",
        viewBox: `0 0 ${width4} ${height3}`,
        tabindex: 0,
        role: "application",
        "aria-label": KEYS
      });
      this.drawing = svgElement("g");
      this.sketch = svgElement("path", { class: "vo-sketch" });
      this.element.append(drawStrip(), this.drawing, this.sketch);
      listenToPointer(this.element, this);
    }
    // Keys reach the canvas from anywhere in the designer.
    listenIn(root) {
      listenToKeys(root, this);
    }
    // Show another state of the draft, see designer.js.
    show(state) {
      if (this.state && this.state.operations.join() !== state.operations.join()) this.focused = null;
      this.selected = null;
      this.state = state;
      this.lines = routeEdges(state.edges, this.model.centres);
      this.draw();
    }
    draw() {
      if (this.selected === null) this.sketch.removeAttribute("d");
      this.drawing.replaceChildren(...drawScene(this.sceneOf(this.model.centres, this.lines)));
    }
    sceneOf(centres, lines) {
      const { table, state, selected, focused } = this;
      return {
        draft: this.model.draft,
        centres,
        lines,
        space: table.space,
        metric: table.metric(state.metric),
        selected,
        focused,
        contributions: state.contributions,
        problems: state.problems,
        words: (index) => edgeWords(state, table, index)
      };
    }
    mark(marks) {
      Object.assign(this, marks);
      this.draw();
      this.marked();
    }
    // Pointer, see gestures.js ----------------------------------------------------------------------------------------
    about(vertex) {
      return { at: this.model.centres[vertex], inner: vertex > 0 && vertex < this.model.centres.length - 1 };
    }
    // The vertex at a point, the one drawn last where several overlap; a port, which hangs out of its box, belongs to it.
    vertexAt([x, y]) {
      const [boxWidth, boxHeight] = boxSize(this.model.centres.length);
      const isAt = ([boxX, boxY]) => Math.abs(x - boxX) <= boxWidth / 2 && Math.abs(y - boxY) <= boxHeight / 2 || Math.hypot(x - boxX, y - boxY + boxHeight / 2) <= PORT;
      const found = this.model.centres.findLastIndex(isAt);
      return found < 0 ? null : found;
    }
    edgeAt(point, reach) {
      const distances = this.lines.map((line) => distanceTo(line, point));
      const nearest = distances.indexOf(Math.min(...distances));
      return nearest >= 0 && distances[nearest] <= reach ? this.model.draft.edges[nearest] : null;
    }
    // A vertex, or the empty canvas, was chosen.
    pick(vertex) {
      const source = this.selected;
      if (source === vertex) this.mark({ selected: null });
      else if (vertex === null || source === null) this.mark({ selected: vertex });
      else this.model.addEdge(source, vertex);
    }
    removeEdge(source, target) {
      this.model.removeEdge(source, target);
    }
    // An edge was dragged from a port to a vertex, or to nothing.
    join(source, target) {
      this.sketch.removeAttribute("d");
      if (target !== null && target !== source) this.model.addEdge(source, target);
    }
    hint(source, point) {
      const [x, y] = this.model.centres[source];
      const high = boxSize(this.model.centres.length)[1];
      this.sketch.setAttribute("d", pathOf([[x, y - high / 2], point]));
    }
    // A line from the picked vertex to the pointer, which says where a click would let the edge end.
    follow(point) {
      if (point === null || this.selected === null || this.vertexAt(point) === this.selected) {
        this.sketch.removeAttribute("d");
      } else this.hint(this.selected, point);
    }
    // While a vertex is dragged its edges follow; the others may be crossed until it is dropped.
    preview(vertex, point) {
      const centres = this.model.centres.map((centre, index) => index === vertex ? point : centre);
      const { edges } = this.model.draft;
      const moved = edges.flatMap((edge, index) => edge.includes(vertex) ? [index] : []);
      this.drawing.replaceChildren(...drawScene(this.sceneOf(centres, routeEdges(edges, centres, this.lines, moved))));
    }
    drop(vertex, point, deleted) {
      if (deleted) this.model.removeVertex(vertex);
      else this.model.moveVertex(vertex, point);
    }
    cancelDrag() {
      this.sketch.removeAttribute("d");
      this.draw();
    }
    // Keys and buttons ------------------------------------------------------------------------------------------------
    command(command) {
      const { model } = this;
      const [name, detail] = command.split(":");
      const operation = this.table.space.operations[Number(detail) - 1];
      if (name in DIRECTIONS) this.focusTowards(DIRECTIONS[name]);
      else if (name === "add" && operation !== void 0) model.addVertex(operation);
      else if (name === "move") this.nudge(DIRECTIONS[detail]);
      else if (name === "first") this.mark({ focused: 0 });
      else if (name === "last") this.mark({ focused: model.centres.length - 1 });
      else if (name === "pick") this.pickFocused();
      else if (name === "delete" && this.focused !== null) model.removeVertex(this.focused);
      else if (name === "cancel") this.mark(this.selected !== null ? { selected: null } : { focused: null });
      else if (["undo", "redo", "tidy", "clear", "prune"].includes(name)) model[name]();
    }
    // The same as a click on the focused vertex, except that a second edge between two vertices removes the first.
    pickFocused() {
      const edge = [this.selected, this.focused];
      if (this.focused === null) return;
      if (this.selected !== null && hasEdge(this.model.draft, edge)) this.model.removeEdge(...edge);
      else this.pick(this.focused);
    }
    // The next vertex to one side; from nothing, the uppermost one.
    focusTowards([ahead, across]) {
      const { centres } = this.model;
      if (this.focused === null) {
        this.mark({ focused: centres.reduce((best2, [, y2], vertex) => y2 > centres[best2][1] ? vertex : best2, 0) });
        return;
      }
      const [x, y] = centres[this.focused];
      let [best, least] = [this.focused, Infinity];
      centres.forEach(([otherX, otherY], vertex) => {
        const forward = (otherX - x) * ahead + (otherY - y) * across;
        const cost = forward + 0.6 * (Math.abs((otherX - x) * across) + Math.abs((otherY - y) * ahead));
        if (vertex !== this.focused && forward > 1 && cost < least) [best, least] = [vertex, cost];
      });
      this.mark({ focused: best });
    }
    nudge([ahead, across]) {
      if (this.focused === null) return;
      const [x, y] = this.model.centres[this.focused];
      this.model.moveVertex(this.focused, [x + ahead * STEP, y + across * STEP]);
    }
  };

  // model.js
  var MOST_STEPS2 = 200;
  var EMPTY = makeDraft(["input", OUTPUT]);
  var DraftModel = class {
    // `changed` is called after every change; `draft` and `positions` are where it starts.
    constructor(space, changed, draft = EMPTY, positions = null) {
      this.space = space;
      this.changed = changed;
      this.draft = draft;
      this.centres = [];
      this.positions = null;
      this.past = [];
      this.future = [];
      this.message = "";
      this.set({ draft, positions });
    }
    get canClear() {
      return !sameDraft(this.draft, EMPTY);
    }
    load(draft, positions = null) {
      this.step({ draft, positions });
    }
    clear() {
      this.step({ draft: EMPTY, positions: null });
    }
    // Leave all centres to the layout again.
    tidy() {
      this.step({ draft: this.draft, positions: null });
    }
    addVertex(operation) {
      this.grow(withVertex(this.draft, operation));
    }
    removeVertex(vertex) {
      if (vertex <= 0 || vertex >= this.draft.operations.length - 1) {
        this.say(gettext("Input and output cannot be removed."));
        return;
      }
      this.step({ draft: withoutVertex(this.draft, vertex), positions: this.centres.filter((_, index) => index !== vertex) });
    }
    // Leave what is on a path from input to output, every vertex where it is.
    prune() {
      const left2 = pruned(this.draft);
      const { vertices } = onPath(this.draft);
      if (left2 === null) this.say(gettext("There is no path from input to output to keep."));
      else this.step({ draft: left2, positions: this.centres.filter((_, vertex) => vertices.has(vertex)) });
    }
    addEdge(source, target) {
      const last = this.draft.operations.length - 1;
      if (source === target) this.say(gettext("An edge needs two different vertices."));
      else if (target === 0) this.say(gettext("No edge can enter the input."));
      else if (source === last) this.say(gettext("No edge can leave the output."));
      else if (hasEdge(this.draft, [source, target])) this.say(gettext("That edge is drawn already."));
      else this.grow(withEdge(this.draft, [source, target]));
    }
    removeEdge(source, target) {
      this.step({ draft: withoutEdge(this.draft, [source, target]), positions: this.centres });
    }
    addEdgeType(source, target) {
      const grown = withEdgeType(this.draft, source, target);
      if (!sameDraft(grown, this.draft)) this.grow(grown);
      else this.say(gettext("Every edge of that type is drawn already, or would close a cycle."));
    }
    // Put a vertex where it was dropped, or next to what is there already.
    moveVertex(vertex, point) {
      const centre = settle(vertex, point, this.centres);
      const positions = this.centres.map((other, index) => index === vertex ? centre : other);
      this.step({ draft: this.draft, positions });
    }
    undo() {
      this.go(this.past, this.future);
    }
    redo() {
      this.go(this.future, this.past);
    }
    say(message) {
      this.message = message;
      this.changed();
    }
    // Take a step that adds something, or say which limit forbids it. Vertices stay where they are: they must not jump
    // from under the pointer.
    grow(draft) {
      const { maxVertices, maxEdges } = this.space;
      const { operations, edges } = this.draft;
      if (draft.operations.length > Math.max(maxVertices, operations.length)) {
        this.say(gettext("A cell of this search space has at most {most} vertices.", { most: maxVertices }));
      } else if (draft.edges.length > Math.max(maxEdges, edges.length)) {
        this.say(gettext("A cell of this search space has at most {most} edges.", { most: maxEdges }));
      } else {
        const [output] = this.centres.slice(-1);
        const added = new Array(draft.operations.length - operations.length).fill(null);
        this.step({ draft, positions: [...this.centres.slice(0, -1), ...added, output] });
      }
    }
    step(sketch) {
      const same = sameDraft(sketch.draft, this.draft) && String(sketch.positions) === String(this.positions);
      if (!same) {
        this.past = [...this.past.slice(1 - MOST_STEPS2), { draft: this.draft, positions: this.positions }];
        this.future = [];
      }
      this.message = "";
      this.set(sketch);
      this.changed();
    }
    go(from, to) {
      if (!from.length) return;
      to.push({ draft: this.draft, positions: this.positions });
      this.message = "";
      this.set(from.pop());
      this.changed();
    }
    set({ draft, positions }) {
      this.draft = draft;
      this.centres = positions === null ? placeVertices(draft) : arrange(draft, positions);
      this.positions = positions === null ? null : this.centres;
    }
  };

  // panels.js
  var STRUCTURE = ["vertices", "edges", "depth"];
  var ORDER = ["fraction", "parameters", "MAC", "s"];
  var EXTRA = [
    [gettext("exact"), gettext("Only cells with exactly the vertices that are drawn")],
    ["+1", gettext("Also cells with one more vertex of any operation")],
    ["+2", gettext("Also cells with one or two more vertices of any operation")]
  ];
  var MEDIANS = [gettext("median · best {high}"), gettext("median · least {low}"), gettext("median · {low} to {high}")];
  function html(name, attributes = {}, ...children) {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
      if (value === true) element.setAttribute(key, "");
      else if (value !== false && value !== null) element.setAttribute(key, value);
    }
    element.append(...children.filter((child) => child !== null && child !== ""));
    return element;
  }
  function performancePanel(state, table) {
    const metrics = table.metrics.filter(({ name, known }) => known && !STRUCTURE.includes(name));
    const rank = ({ unit }) => ORDER.includes(unit) ? ORDER.indexOf(unit) : ORDER.length;
    metrics.sort((one, other) => rank(one) - rank(other));
    const isVariant = ({ name }) => table.metrics.some((other) => name.startsWith(`${other.name}_`));
    const whole = state.row < 0;
    const card = (metric) => {
      const value = whole ? middleOf(table.sortedColumn(metric.name)) : table.value(metric.name, state.row);
      return whole ? tableCard(table, metric, value) : cellCard(table, metric, value);
    };
    const major = metrics.filter((metric) => !isVariant(metric)).map((metric) => drawCard(card(metric)));
    const minor = metrics.filter(isVariant).map((metric) => drawLine(card(metric)));
    return [
      html("h3", {}, gettext("Performance")),
      noteOf(state, table),
      html("div", { class: `vo-cards${whole ? " vo-whole" : ""}` }, ...major),
      minor.length ? html("table", { class: "vo-variants" }, html("tbody", {}, ...minor)) : null
    ];
  }
  function noteOf(state, table) {
    if (state.row >= 0) return null;
    const isEmpty = state.operations.length === 2 && !state.edges.length;
    const words = state.isCell ? gettext("A valid cell, but not in this table: nothing was measured for it. Meanwhile, the whole table:") : isEmpty ? gettext("No cell yet. Meanwhile, the whole table:") : gettext(
      "Not a cell yet. {problem} Meanwhile, the whole table:",
      { problem: short(state.problems[0].message, table) }
    );
    return html("p", { class: "vo-note" }, words);
  }
  function cellCard(table, metric, value) {
    if (Number.isNaN(value)) {
      const tooltip = gettext(
        "{metric} of this cell: not measured. The table knows it for {known} of {total} cells.",
        { metric: metric.label, known: formatCount(metric.known), total: formatCount(table.count) }
      );
      const percentile2 = gettext("not measured");
      return { metric, number: "—", unit: "", percentile: percentile2, brief: percentile2, spread: null, tooltip };
    }
    const percentile = standing(table, metric, value);
    return {
      metric,
      ...numberOf(metric, value),
      percentile,
      brief: standing(table, metric, value, true),
      spread: histogram(table, metric, value),
      tooltip: `${metric.label}: ${exact2(metric, value)}, ${percentile}${errorWords(metric)}`
    };
  }
  function tableCard(table, metric, value) {
    const values = table.sortedColumn(metric.name);
    const [low, high] = [values[0], values[values.length - 1]].map((end) => formatValue(metric, end));
    const pattern = metric.higher === true ? MEDIANS[0] : metric.higher === false ? MEDIANS[1] : MEDIANS[2];
    const percentile = filled(pattern, { low, high });
    const tooltip = gettext("{metric} of all {count} cells with a value: {low} to {high}, median {median}.", {
      metric: metric.label,
      count: formatCount(values.length),
      low,
      high,
      median: formatValue(metric, value)
    });
    return { metric, ...numberOf(metric, value), percentile, brief: percentile, spread: histogram(table, metric), tooltip };
  }
  function numberOf(metric, value) {
    const [number, unit] = splitValue(metric, value);
    if (metric.unit === "MAC") return { number, unit: `${unit} MAC`.trimStart() };
    return number.includes(" ") ? { number: `${number} ${unit}`, unit: "" } : { number, unit };
  }
  function exact2(metric, value) {
    return ["parameters", "MAC"].includes(metric.unit) && Math.abs(value) < 1e18 ? formatCount(value) : formatValue(metric, value);
  }
  function errorWords(metric) {
    if (!metric.error) return "";
    return " " + gettext("(kept to within {error} in this file)", { error: metric.error.toPrecision(2) });
  }
  function drawCard({ metric, number, unit, percentile, spread, tooltip }) {
    const long = number.length + unit.length > 9 ? " vo-long" : "";
    return html(
      "div",
      { class: "vo-card", "data-card": metric.name, title: tooltip },
      html("div", { class: "vo-label" }, metric.label),
      html("div", { class: `vo-value${long}` }, number, unit ? " " : "", unit ? html("small", {}, unit) : ""),
      spread ? drawSpread(spread) : null,
      html("div", { class: "vo-percentile" }, percentile)
    );
  }
  function drawLine({ metric, number, unit, brief, tooltip }) {
    const value = `${number} ${unit}`.trimEnd();
    return html(
      "tr",
      { "data-card": metric.name, title: tooltip },
      html("td", {}, metric.label),
      html("td", {}, value),
      html("td", {}, brief)
    );
  }
  function drawSpread({ heights, position }) {
    const bar = (height4, bin) => height4 ? `M${bin} 20v-${Math.max(0.7, 20 * height4).toFixed(1)}h.82V20z` : "";
    const chart = svgElement(
      "svg",
      { viewBox: `0 0 ${heights.length} 20`, preserveAspectRatio: "none" },
      svgElement("path", { d: heights.map(bar).join("") })
    );
    const box = html("div", { class: "vo-spread", "aria-hidden": "true" }, chart);
    if (position !== null) box.append(html("i", { style: `left: ${(100 * position).toFixed(1)}%` }));
    return box;
  }
  function completionsPanel(state, table) {
    const { matches, reason, rows } = state.completions;
    const extra = EXTRA.map(([label, title], count) => html("button", {
      role: "radio",
      type: "button",
      title,
      "aria-checked": String(count === state.extraVertices),
      "data-action": `extra:${count}`
    }, label));
    const ranked = html("label", { class: "vo-ranked" }, gettext("ranked by"), " ", html(
      "select",
      { "data-action": "metric" },
      ...table.metrics.filter(({ known }) => known).map(({ name, label }) => html("option", { value: name, selected: name === state.metric }, label))
    ));
    return [
      html(
        "div",
        { class: "vo-line-of-head" },
        html("h3", {}, gettext("Recommended completions")),
        html("div", { class: "vo-extra", role: "radiogroup", "aria-label": gettext("Extra vertices") }, ...extra)
      ),
      html("p", { class: "vo-quiet" }, matches ? summary(state, table) : gettext("No completion"), " · ", ranked),
      matches ? html("div", { class: "vo-list" }, ...rows.map((found, index) => drawCompletion(state, table, found, index))) : html("p", { class: "vo-note" }, short(reason, table))
    ];
  }
  function summary({ operations, edges, completions, extraVertices }, table) {
    const found = foundWords(operations, edges, completions.matches, table);
    return extraVertices ? filled(MORE[extraVertices - 1], { found }) : found;
  }
  var MORE = [gettext("{found}, with up to one more vertex"), gettext("{found}, with up to two more vertices")];
  function foundWords(operations, edges, matches, table) {
    const count = { count: formatCount(matches) };
    if (edges.length) {
      return ngettext("{count} cell contains this draft", "{count} cells contain this draft", matches, count);
    }
    const counts = /* @__PURE__ */ new Map();
    for (const operation of operations.slice(1, -1)) {
      const { label } = lookOf(table.space, operation);
      counts.set(label, (counts.get(label) ?? 0) + 1);
    }
    const names = [...counts].map(([label, count2]) => count2 > 1 ? `${count2} × ${label}` : label).join(", ");
    if (!names) return ngettext("{count} cell without operations", "{count} cells without operations", matches, count);
    return ngettext(
      "Best arrangements of {names}: {count} cell",
      "Best arrangements of {names}: {count} cells",
      matches,
      { names, ...count }
    );
  }
  function drawCompletion(state, table, { row, value, operations, edges }, index) {
    const metric = table.metric(state.metric);
    const isShown = row === state.row;
    const size = table.metrics.find(({ name }) => name === "trainable_parameters");
    const details = [ngettext("{count} edge", "{count} edges", edges.length)];
    if (size && metric.unit !== "parameters") {
      details.unshift(gettext("{count} parameters", { count: formatValue(size, table.value(size.name, row)) }));
    }
    const words = `${metric.label} ${formatValue(metric, value)}, ${details.join(", ")}.`;
    const hint = isShown ? gettext("It is in the designer.") : gettext("Click to load it into the designer.");
    const title = `${words} ${hint}`;
    return html(
      "button",
      { type: "button", "data-action": `completion:${index}`, "aria-pressed": String(isShown), title },
      thumbnail(table.space, { operations, edges }, words),
      html(
        "span",
        {},
        html("b", {}, formatValue(metric, value)),
        html("br"),
        html("span", { class: "vo-details" }, details.join(" · "))
      ),
      html("span", { class: "vo-go" }, isShown ? gettext("shown") : gettext("load"))
    );
  }

  // designer.js
  var SHOWN = 5;
  var LAYERS = '<svg width="14" height="14" viewBox="0 0 14 14" aria-hidden="true"><rect x="4" y="0.5" width="6" height="3" rx="1"/><rect x="0" y="5.5" width="6" height="3" rx="1"/><rect x="8" y="5.5" width="6" height="3" rx="1"/><rect x="4" y="10.5" width="6" height="3" rx="1"/></svg>';
  var Designer = class {
    constructor(element, table, options = {}) {
      this.element = element;
      this.table = table;
      this.state = null;
      this.metric = options.metric ?? (table.metrics.find(({ name }) => name === "test_accuracy") ?? table.metrics[0]).name;
      table.metric(this.metric);
      this.extraVertices = [0, 1, 2].includes(options.extraVertices) ? options.extraVertices : 0;
      this.listeners = new Set(options.onChange ? [options.onChange] : []);
      const draft = options.draft ? makeDraft(options.draft.operations, options.draft.edges) : void 0;
      this.model = new DraftModel(table.space, () => this.follow(), draft, options.positions ?? null);
      this.canvas = new Canvas(this.model, table, () => this.showAround());
      this.build(options);
      this.follow();
    }
    // For the page around it ------------------------------------------------------------------------------------------
    load(operations, edges, positions = null) {
      this.model.load(makeDraft(operations, edges), positions);
    }
    loadRow(row) {
      const { count } = this.table;
      if (!(row >= 0 && row < count)) {
        throw new Error(gettext("Found row {row}; expected 0 to {last}.", { row, last: count - 1 }));
      }
      const { operations, edges } = this.table.cell(row);
      this.load(operations, edges);
    }
    addEdgeType(source, target) {
      this.model.addEdgeType(source, target);
    }
    setMetric(name) {
      this.metric = this.table.metric(name).name;
      this.follow();
    }
    onChange(listener) {
      this.listeners.add(listener);
      return () => this.listeners.delete(listener);
    }
    // Numbers of the draft ---------------------------------------------------------------------------------------------
    findState() {
      const { draft, centres } = this.model;
      const problems = problemsOf(draft, this.table.space);
      const isCell = !problems.length;
      const row = isCell ? this.table.find(draft.operations, draft.edges) : -1;
      const isLive = row >= 0 && draft.edges.length <= MOST_LIVE_EDGES;
      return {
        ...draft,
        positions: centres,
        problems,
        isCell,
        row,
        metric: this.metric,
        extraVertices: this.extraVertices,
        contributions: isLive ? edgeContributions(this.table, draft, this.metric) : null,
        completions: complete(this.table, draft, this.metric, SHOWN, this.extraVertices)
      };
    }
    follow() {
      this.state = this.findState();
      this.canvas.show(this.state);
      this.showAround();
      this.fill(this.performance, performancePanel(this.state, this.table));
      this.fill(this.completions, completionsPanel(this.state, this.table));
      this.element.dispatchEvent(new CustomEvent("vanas:change", { detail: this.state, bubbles: true }));
      for (const listener of this.listeners) listener(this.state);
    }
    // Display ---------------------------------------------------------------------------------------------------------
    /** @type {(options: {performance?: HTMLElement, completions?: HTMLElement}) => void} */
    build({ performance, completions }) {
      this.toolbar = html("div", { class: "vo-tools", role: "toolbar", "aria-label": gettext("Designer") });
      this.status = html("div", { class: "vo-status", role: "status" });
      this.performance = performance ?? html("section", { class: "vo-panel vo-performance" });
      this.completions = completions ?? html("section", { class: "vo-panel vo-completions" });
      this.element.classList.add("vo-root");
      for (const other of [performance, completions]) other?.classList.add("vo-root", "vo-apart");
      const own = [this.performance, this.completions].filter((panel) => panel !== performance && panel !== completions);
      const drawing = html(
        "section",
        { class: "vo-panel vo-designer" },
        html("h3", {}, gettext("Designer")),
        html("p", { class: "vo-hint" }, gettext("click two vertices to connect, an edge to remove it")),
        this.toolbar,
        this.canvas.element,
        this.status
      );
      this.element.replaceChildren(html(
        "div",
        { class: own.length ? "vo-grid" : "vo-alone" },
        drawing,
        own.length ? html("div", { class: "vo-side" }, ...own) : null
      ));
      this.canvas.listenIn(drawing);
      for (const panel of [drawing, this.performance, this.completions]) {
        panel.addEventListener("click", (event) => this.act(event.target.closest("button[data-action]")?.dataset.action));
        panel.addEventListener("change", ({ target }) => target.dataset.action === "metric" && this.setMetric(target.value));
      }
    }
    // The buttons over the canvas and the words under it.
    showAround() {
      const { canvas, model, state, table } = this;
      this.fill(this.toolbar, this.buttons());
      const parts = statusOf(state, table, { message: model.message, selected: canvas.selected });
      this.fill(this.status, parts.map(([kind, text]) => kind.startsWith("do:") ? html("button", {
        type: "button",
        "data-action": kind.slice(3),
        title: gettext("Remove all parts that are on no path from input to output; Undo takes it back")
      }, text) : html("span", { class: `vo-${kind}` }, text)));
    }
    // Put other children into a panel; the keyboard keeps its place, or goes to the canvas where a button has gone.
    fill(panel, children) {
      const held = panel.contains(document.activeElement) ? document.activeElement?.dataset.action : void 0;
      panel.replaceChildren(...children.filter((child) => child !== null));
      if (held === void 0) return;
      const again = panel.querySelector(`[data-action="${CSS.escape(held)}"]:not(:disabled)`);
      (again ?? this.canvas.element).focus({ preventScroll: true });
    }
    buttons() {
      const { model, table } = this;
      const button = (action, title, face, disabled = false) => html("button", {
        type: "button",
        "data-action": action,
        title,
        "aria-label": title,
        disabled
      }, ...face);
      const operations = table.space.operations.map((operation, index) => {
        const { button: label, fill } = lookOf(table.space, operation);
        const title = index < 9 ? gettext("Add a {operation} vertex (key {key})", { operation, key: index + 1 }) : gettext("Add a {operation} vertex", { operation });
        const swatch = html("span", { class: "vo-swatch", style: `background: ${fill}` });
        return button(`add:${index + 1}`, title, [swatch, label]);
      });
      const tidy = button("tidy", gettext("Arrange the vertices in layers"), [], model.positions === null);
      tidy.innerHTML = LAYERS;
      return [...operations, html(
        "span",
        { class: "vo-acts" },
        button("undo", gettext("Undo (Ctrl+Z)"), ["↶"], !model.past.length),
        button("redo", gettext("Redo (Ctrl+Shift+Z or Ctrl+Y)"), ["↷"], !model.future.length),
        tidy,
        button("clear", gettext("Clear: leave input and output only"), [gettext("Clear")], !model.canClear)
      )];
    }
    // A button was pressed.
    act(action) {
      if (action === void 0) return;
      const [name, detail] = action.split(":");
      if (name === "extra") {
        this.extraVertices = Number(detail);
        this.follow();
      } else if (name === "completion") {
        const { operations, edges } = this.state.completions.rows[Number(detail)];
        this.load(operations, edges);
      } else this.canvas.command(action);
    }
  };

  // main.js
  var announce;
  var ready = new Promise((resolve) => {
    announce = resolve;
  });
  function mountDesigner(element, table, options = {}) {
    const designer = new Designer(element, table, options);
    announce(designer);
    return designer;
  }
  async function mountWhenReady(elementId, dataId, options = {}) {
    const element = document.getElementById(elementId);
    try {
      return mountDesigner(element, await openTable(dataId), options);
    } catch (error) {
      if (element) element.textContent = gettext("The designer could not be started: {reason}", { reason: error.message });
      throw error;
    }
  }
  document.addEventListener("click", async (event) => {
    const named = event.target?.closest?.("[data-vanas-load], [data-vanas-row]");
    if (!named) return;
    const designer = await ready;
    if (named.dataset.vanasRow !== void 0) designer.loadRow(Number(named.dataset.vanasRow));
    else {
      const { operations, edges, positions } = JSON.parse(named.dataset.vanasLoad);
      designer.load(operations, edges, positions ?? null);
    }
  });
  globalThis.vanasOffline = {
    openTable,
    mountDesigner,
    mountWhenReady,
    ready,
    arrange,
    canonicalKey,
    complete,
    contributionWords,
    edgeContributions,
    edgeImportance,
    formatDifference,
    formatValue,
    isBlocked,
    makeDraft,
    packDraft,
    placeVertices,
    problemsOf,
    pruned,
    routeEdges,
    settle,
    shortDifference,
    standing,
    topologicalOrder,
    withEdgeType
  };
})();
