/** The list of the page's articles, the filter by theme, the tally, and the lines that belong to none. */

import { byId, h } from "./dom.js";
import { dropText, headlineOf, percent } from "./labels.js";
import { chip } from "./panel.js";

export const REVIEW = "review";
const ORDER = ["safety", "community", "industry", "rule_of_law", "environment", "other"];
const rank = (code) => (ORDER.includes(code) ? ORDER.indexOf(code) : ORDER.length);

/** Whether an article is shown under `filter` (a Set of theme codes and/or "review"; empty shows all). */
export function passes(digest, filter) {
  if (!filter.size) return true;
  if (!digest) return false;
  const themes = [...filter].filter((name) => name !== REVIEW);
  const themed = !themes.length || themes.includes(digest.theme.code);
  return themed && (!filter.has(REVIEW) || digest.decision === "review");
}

export function drawOutline(rows, dropped, filter, act) {
  const digests = rows.map((row) => row.digest).filter(Boolean);
  const review = digests.filter((d) => d.decision === "review").length;
  byId("tally").replaceChildren(
    h("strong", {}, String(rows.length)), " 篇",
    review ? h("span", { class: "tally-review" }, ` · ${review} 篇需复核`) : "",
  );
  drawFilters(digests, review, filter, act);
  byId("entries").replaceChildren(...rows.map((row) => entry(row, act)));
  const link = byId("to-dropped");
  link.hidden = !dropped.length;
  link.textContent = `${dropped.length} 行未入稿 ↓`;
}

function drawFilters(digests, review, filter, act) {
  const counts = new Map();
  for (const { theme } of digests) counts.set(theme.code, { theme, n: (counts.get(theme.code)?.n ?? 0) + 1 });
  const codes = [...counts.keys()].sort((a, b) => rank(a) - rank(b));
  const button = (code, n, ...content) => h("button", {
    type: "button",
    class: code === REVIEW ? "filter flag" : "filter chip",
    "aria-pressed": String(filter.has(code)),
    data: { filter: code, theme: code },
    onclick: () => act.filter(code),
  }, content, h("span", { class: "filter-count" }, String(n)));
  const shape = () => h("i", { class: "shape", "aria-hidden": "true" });
  const shown = codes.map((code) => button(code, counts.get(code).n, shape(), counts.get(code).theme.label));
  if (review) shown.push(button(REVIEW, review, "需复核"));
  if (filter.size) shown.push(h("button", { type: "button", class: "quiet", onclick: () => act.filter(null) }, "全部显示"));
  byId("filters").replaceChildren(...shown);
}

function entry({ article, digest, number, hidden }, act) {
  return h("li", { class: "entry", hidden, data: { id: article.id } },
    h("a", { href: `#${article.id}`, onclick: (event) => { event.preventDefault(); act.goTo(article.id); } },
      h("span", { class: "entry-number" }, String(number)),
      h("span", { class: "entry-body" },
        h("span", { class: article.headline ? "entry-title" : "entry-title untitled" }, headlineOf(article)),
        h("span", { class: "entry-facts" },
          digest ? [chip(digest.theme), h("span", { class: "figure" }, percent(digest.theme.probability))]
            : h("span", { class: "pending" }, article.paragraphs.length ? "…" : "没有正文"),
          digest?.decision === "review" ? h("span", { class: "flag" }, "需复核") : null))));
}

/** The lines that belong to no article, each with its reason and a way back. */
export function drawDropped(dropped, act) {
  byId("dropped").hidden = !dropped.length;
  byId("dropped-lines").replaceChildren(...dropped.map(({ line, reason, text }, d) => h("li", {},
    h("span", { class: "line-number" }, line ? `第 ${line} 行` : "—"),
    h("span", { class: "line-text" }, text),
    h("span", { class: "line-reason" }, dropText(reason)),
    h("button", {
      type: "button", class: "quiet", "aria-haspopup": "menu", "aria-expanded": "false",
      onclick: (event) => act.takeBack(d, event.currentTarget),
    }, "放回稿件…"))));
}
