/** Draws the desk. An article is made anew only when it or its digest has changed, so that focus and place stay. */

import { byId } from "./dom.js";
import { markCurrent } from "./keys.js";
import { drawDropped, drawOutline } from "./outline.js";
import { renumber, story } from "./story.js";

const MANY = 40; // more articles than any page has: an archive was pasted

let drawn = new Map(); // article id → {node, article, digest, fault, number}

/** `rows`: `{article, digest, fault, number, hidden}` in the page's order. */
export function drawDesk(desk, rows, act) {
  drawOutline(rows, desk.split.dropped, desk.filter, act);
  drawStories(rows, act);
  drawDropped(desk.split.dropped, act);
  drawTools(desk, rows);
  markCurrent();
}

/** Make this article anew next time, whatever it is like. */
export function forget(id) {
  drawn.delete(id);
}

/** While a new digest is on its way the old one stays in view, dimmed; its marks too, if the text is the same. */
function fresh(row, old, act) {
  const waiting = row.digest === undefined && !row.fault;
  const stale = waiting ? (old?.digest ?? old?.stale ?? null) : null;
  const marks = stale && old.article.paragraphs === row.article.paragraphs;
  return { ...row, stale, node: story({ ...row, stale, marks }, act) };
}

/** The node in the new article for the one in the old that has the focus, or null. */
function counterpart(before, after) {
  const active = document.activeElement;
  if (!before?.contains(active)) return null;
  if (active.matches(".handle")) {
    const handles = after.querySelectorAll(".handle");
    return handles[Math.min([...before.querySelectorAll(".handle")].indexOf(active), handles.length - 1)] ?? after;
  }
  const name = active.getAttribute("aria-label") ?? active.textContent;
  return [...after.querySelectorAll("button, input, select")].find((n) => (n.getAttribute("aria-label") ?? n.textContent) === name) ?? after;
}

const same = (old, row) => ["article", "digest", "fault"].every((name) => old?.[name] === row[name]);

function drawStories(rows, act) {
  const kept = new Map();
  let refocus = null;
  for (const row of rows) {
    const old = drawn.get(row.article.id);
    const shown = same(old, row) ? old : fresh(row, old, act);
    if (shown !== old) refocus ??= counterpart(old?.node, shown.node);
    if (shown.number !== row.number) renumber(shown.node, (shown.number = row.number));
    shown.node.hidden = row.hidden;
    kept.set(row.article.id, shown);
  }
  drawn = kept;
  const box = byId("stories");
  [...kept.values()].forEach(({ node }, i) => {
    if (box.children[i] !== node) box.insertBefore(node, box.children[i] ?? null);
  });
  while (box.children.length > kept.size) box.lastChild.remove();
  refocus?.focus({ preventScroll: true });
  byId("no-match").hidden = rows.some((row) => !row.hidden);
}

function drawTools({ past, future, model, split }, rows) {
  const shown = rows.filter((row) => !row.hidden).length;
  const all = rows.length > 1 ? "全版" : "";
  const what = shown < rows.length ? `所选 ${shown} 篇` : all;
  label(byId("copy-markdown"), `复制${what} Markdown`);
  label(byId("copy-plain"), `复制${what}纯文本`);
  for (const [id, stack] of [["undo", past], ["redo", future]]) {
    byId(id).disabled = !stack.length;
    byId(id).title = stack.length ? stack.at(-1).said : "";
  }
  byId("model").hidden = !model;
  byId("model").textContent = `模型 ${model}`;
  document.body.classList.toggle("many", split.articles.length > MANY);
  document.body.classList.toggle("single", split.articles.length < 2 && !split.dropped.length);
}

/** A copy button that is just saying “已复制” goes back to its new label, not to the one before. */
function label(button, text) {
  button.dataset.label = text;
  if (!button.textContent.startsWith("✓")) button.textContent = text;
}
