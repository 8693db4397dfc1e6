/**
 * The split of a page, and mending it by hand. Pure: each step takes a split and gives a new one that shares
 * what did not change, so that undo is keeping the old one. No step loses a character of the page.
 *
 * split = {articles: [article], dropped: [{line, reason, text}], next}
 * article = {id, rev, kicker, headline, subhead, byline, kind, paragraphs, lines, repairs, edited, sentences, maxChars}
 * `rev` changes whenever the text that themes and summary are made from changes.
 */

const ROLES = ["reporters", "correspondents", "photographers"];
export const NO_BYLINE = { reporters: [], correspondents: [], photographers: [] };

/** From the answer of `/v1/pages`. `source` is the text that was sent. */
export function fromPage(answer, source, options) {
  const lines = source.split("\n");
  const articles = answer.articles.map((digest, i) => ({
    ...fromDigest(digest, `a${i + 1}`, i + 1, digest.paragraphs, options),
    lines: bridged(digest.lines, lines),
  }));
  const dropped = answer.dropped.map(([line, reason]) => ({ line, reason, text: (lines[line - 1] ?? "").trim() }));
  return { articles, dropped, next: articles.length + 1 };
}

/** From the answer of `/v1/digest`; `paragraphs` joined by line feeds were its body. */
export function fromArticle(digest, paragraphs, options) {
  return { articles: [fromDigest(digest, "a1", 1, paragraphs, options)], dropped: [], next: 2 };
}

/** Line ranges with nothing but blank lines between them are one range to the eye. */
function bridged(ranges, lines) {
  const joint = [];
  for (const [first, last] of ranges) {
    const before = joint.at(-1);
    const blank = before && lines.slice(before[1], first - 1).every((line) => !line.trim());
    if (blank) before[1] = last;
    else joint.push([first, last]);
  }
  return joint;
}

function fromDigest(digest, id, rev, paragraphs, options) {
  return {
    id,
    rev,
    kicker: digest.kicker ?? "",
    headline: digest.headline ?? "",
    subhead: digest.subhead ?? "",
    byline: { ...NO_BYLINE, ...digest.byline },
    kind: digest.kind ?? "report",
    paragraphs: paragraphs.length ? [...paragraphs] : [],
    lines: digest.lines ?? [],
    repairs: digest.repairs ?? [],
    edited: false,
    sentences: options.sentences,
    maxChars: options.maxChars,
  };
}

export const decks = (article) => [article.kicker, article.headline, article.subhead].filter(Boolean);
const isEmpty = (article) => !article.paragraphs.length && !decks(article).length;

/** Replace `count` articles at `at` by `fresh`, each of those with a new revision. */
function put(split, at, count, fresh, more = {}) {
  let { next } = split;
  const kept = fresh.filter((article) => !isEmpty(article)).map((article) => ({ ...article, rev: next++, edited: true }));
  const articles = [...split.articles.slice(0, at), ...kept, ...split.articles.slice(at + count)];
  return { ...split, ...more, articles, next };
}

const indexOf = (split, id) => split.articles.findIndex((article) => article.id === id);

/** Change several articles in place: `changes` is a Map from id to the changed article. */
function putEach(split, changes, more = {}) {
  let result = split;
  for (const [id, article] of changes) result = put(result, indexOf(result, id), 1, [article]);
  return { ...result, ...more };
}

/** Append the article to the one before it. Its own headline becomes a paragraph, so that nothing is lost. */
export function mergeUp(split, id) {
  const at = indexOf(split, id);
  if (at < 1) return split;
  const [before, article] = [split.articles[at - 1], split.articles[at]];
  const adopts = !decks(before).length;
  const head = adopts ? article : before;
  const merged = {
    ...before,
    kicker: head.kicker,
    headline: head.headline,
    subhead: head.subhead,
    byline: joined(before.byline, article.byline),
    paragraphs: [...before.paragraphs, ...(adopts ? [] : decks(article)), ...article.paragraphs],
    lines: [...before.lines, ...article.lines].sort((a, b) => a[0] - b[0]),
    repairs: [...new Set([...before.repairs, ...article.repairs])],
  };
  return put(split, at - 1, 2, [merged]);
}

function joined(one, other) {
  return Object.fromEntries(ROLES.map((role) => [role, [...new Set([...one[role], ...other[role]])]]));
}

/** A new article begins at paragraph `p`. */
export function splitHere(split, id, p) {
  const at = indexOf(split, id);
  const article = split.articles[at];
  if (p < 1 || p >= article.paragraphs.length) return split;
  const upper = { ...article, paragraphs: article.paragraphs.slice(0, p) };
  const lower = {
    ...article,
    id: `a${split.next}`,
    kicker: "",
    headline: "",
    subhead: "",
    byline: NO_BYLINE,
    lines: [],
    repairs: [],
    paragraphs: article.paragraphs.slice(p),
  };
  return put({ ...split, next: split.next + 1 }, at, 1, [upper, lower]);
}

const without = (list, p) => [...list.slice(0, p), ...list.slice(p + 1)];

/** Move paragraph `p` to the end of article `to`. */
export function moveParagraph(split, id, p, to) {
  if (id === to) return split;
  const [from, target] = [split.articles[indexOf(split, id)], split.articles[indexOf(split, to)]];
  const paragraphs = [...target.paragraphs, from.paragraphs[p]];
  return putEach(split, new Map([[to, { ...target, paragraphs }], [id, { ...from, paragraphs: without(from.paragraphs, p) }]]));
}

/** Swap paragraph `p` with its neighbour above (`-1`) or below (`+1`). */
export function shiftParagraph(split, id, p, by) {
  const article = split.articles[indexOf(split, id)];
  const q = p + by;
  if (q < 0 || q >= article.paragraphs.length) return split;
  const paragraphs = [...article.paragraphs];
  [paragraphs[p], paragraphs[q]] = [paragraphs[q], paragraphs[p]];
  return putEach(split, new Map([[id, { ...article, paragraphs }]]));
}

/** Paragraph `p` goes on where the one before it broke off. */
export function joinUp(split, id, p) {
  const article = split.articles[indexOf(split, id)];
  if (p < 1) return split;
  const [before, after] = [article.paragraphs[p - 1], article.paragraphs[p]];
  const gap = /[A-Za-z0-9]$/.test(before) && /^[A-Za-z0-9]/.test(after) ? " " : "";
  const paragraphs = [...article.paragraphs.slice(0, p - 1), before + gap + after, ...article.paragraphs.slice(p + 1)];
  return putEach(split, new Map([[id, { ...article, paragraphs }]]));
}

/** Paragraph `p` becomes the `deck` (kicker, headline, subhead); what stood there becomes the first paragraph. */
export function setDeck(split, id, p, deck) {
  const article = split.articles[indexOf(split, id)];
  const text = article.paragraphs[p].replace(/^#{1,6}\s*/, "").trim();
  const rest = without(article.paragraphs, p);
  const paragraphs = article[deck] ? [article[deck], ...rest] : rest;
  return putEach(split, new Map([[id, { ...article, [deck]: text, paragraphs }]]));
}

/** New words for the decks and the byline. Decks that change ask for a new digest; a byline does not. */
export function editHead(split, id, head) {
  const at = indexOf(split, id);
  const article = split.articles[at];
  const changed = { ...article, ...head, edited: true };
  if (decks(changed).join("\n") !== decks(article).join("\n")) return put(split, at, 1, [changed]);
  const articles = [...split.articles];
  articles[at] = changed;
  return { ...split, articles };
}

/** Take paragraph `p` out of its article; it stays on the desk among the lines that belong to none. */
export function dropParagraph(split, id, p) {
  const article = split.articles[indexOf(split, id)];
  const dropped = [...split.dropped, { line: null, reason: "editor", text: article.paragraphs[p] }];
  return putEach(split, new Map([[id, { ...article, paragraphs: without(article.paragraphs, p) }]]), { dropped });
}

/** Put dropped line `d` at the end of article `to`, or make it an article of its own (`to` null). */
export function takeBack(split, d, to) {
  const { text } = split.dropped[d];
  const dropped = without(split.dropped, d);
  if (to !== null) {
    const target = split.articles[indexOf(split, to)];
    return putEach(split, new Map([[to, { ...target, paragraphs: [...target.paragraphs, text] }]]), { dropped });
  }
  const like = split.articles[0] ?? { sentences: 2, maxChars: null };
  const fresh = fromDigest({ kind: "report" }, `a${split.next}`, 0, [text], like);
  return put({ ...split, next: split.next + 1 }, split.articles.length, 0, [fresh], { dropped });
}

/** How long summaries shall be; for one article, or for all (`id` null). */
export function setLength(split, id, sentences, maxChars) {
  const articles = split.articles.map((a) => (id === null || a.id === id ? { ...a, sentences, maxChars } : a));
  return { ...split, articles };
}

/** An earlier split taken up again: revisions are never used twice, and lengths of summaries stay as they are now. */
export function revived(earlier, now) {
  const present = new Map(now.articles.map((article) => [article.id, article]));
  const articles = earlier.articles.map((article) => {
    const { sentences, maxChars } = present.get(article.id) ?? article;
    return sentences === article.sentences && maxChars === article.maxChars ? article : { ...article, sentences, maxChars };
  });
  return { ...earlier, articles, next: Math.max(earlier.next, now.next) };
}
