/** Where the marks stand: pure functions from an answer's offsets to runs of a paragraph. Code points throughout. */

import { Points, countPoints } from "./points.js";

/** Every place of every deciding term: `[{start, end, term, first}]`; `first` is the place that the answer names. */
export function wordPlaces(body, because) {
  const places = [];
  for (const { term, start, end } of because) {
    if (end <= start) continue;
    const shown = body.slice(start, end);
    places.push({ start, end, term, first: true });
    for (const at of body.find(shown)) {
      if (at !== start) places.push({ start: at, end: at + (end - start), term, first: false });
    }
  }
  places.sort((a, b) => a.start - b.start || b.end - a.end || Number(b.first) - Number(a.first));
  return withoutOverlap(places);
}

/** Places of headline-only terms (the answer gives them no place in the body). */
export function headlinePlaces(headline, because) {
  const points = new Points(headline);
  const places = because.flatMap(({ term }) =>
    points.find(term).map((start) => ({ start, end: start + countPoints(term), term, first: true })));
  places.sort((a, b) => a.start - b.start || b.end - a.end);
  return withoutOverlap(places);
}

function withoutOverlap(places) {
  const kept = [];
  for (const place of places) {
    const last = kept.at(-1);
    if (!last || place.start >= last.end) kept.push(place);
    else if (place.first && !last.first) kept[kept.length - 1] = place; // the answer's own place wins
  }
  return kept;
}

/** Spans of the paragraphs in the body they make when joined by line feeds. */
export function paragraphSpans(paragraphs) {
  let at = 0;
  return paragraphs.map((text) => {
    const start = at;
    const end = start + countPoints(text);
    at = end + 1;
    return { start, end };
  });
}

/**
 * Cut `[from, to)` where a key sentence or a word begins or ends:
 * `[{start, end, key, word}]` with `key` and `word` the covering mark or null.
 */
export function runs(from, to, keys, words) {
  const inside = (mark) => mark.start < to && mark.end > from;
  const near = { keys: keys.filter(inside), words: words.filter(inside) };
  const cuts = new Set([from, to]);
  for (const { start, end } of [...near.keys, ...near.words]) {
    if (start > from) cuts.add(start);
    if (end < to) cuts.add(end);
  }
  const edges = [...cuts].sort((a, b) => a - b);
  const covering = (marks, start, end) => marks.find((m) => m.start <= start && m.end >= end) ?? null;
  return edges.slice(0, -1).map((start, i) => {
    const end = edges[i + 1];
    return { start, end, key: covering(near.keys, start, end), word: covering(near.words, start, end) };
  });
}
