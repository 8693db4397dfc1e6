/** One article on the desk: its decks and text with the marks on the left, what zhaibian says of it on the right. */

import { h } from "./dom.js";
import { bylineRoles, headlineOf, kindText, linesText } from "./labels.js";
import { headlinePlaces, paragraphSpans, runs, wordPlaces } from "./marks.js";
import { footer, panel } from "./panel.js";
import { countPoints, Points } from "./points.js";

/**
 * `row` is `{article, digest, fault, number, stale, marks}`, `act` are the desk's deeds. `stale` is the digest before the
 * one that is on its way; `marks` says that its places still hold.
 */
export function story(row, act) {
  const { article, digest, fault, number } = row;
  const marking = digest ?? (row.marks ? row.stale : null);
  return h("article", {
    class: "story",
    id: article.id,
    "aria-labelledby": `${article.id}-title`,
    "aria-busy": digest === undefined && !fault ? "true" : null,
    tabindex: "-1",
    data: { theme: (digest ?? row.stale)?.theme.code ?? "none", decision: digest?.decision ?? "" },
  },
  h("div", { class: "story-main" },
    bar(article, number, act),
    head(article, marking, act),
    byline(article),
    text(article, marking, act),
    footer(article, marking)),
  panel(row, act));
}

function bar(article, number, act) {
  const facts = [kindText(article.kind), linesText(article.lines), article.edited ? "已手工修版" : ""].filter(Boolean);
  return h("div", { class: "story-bar" },
    h("span", { class: "number", "aria-label": `第 ${number} 篇` }, String(number)),
    h("span", { class: "facts" }, facts.join(" · ")),
    h("span", { class: "story-actions" },
      h("button", { type: "button", class: "quiet", data: { act: "merge" }, disabled: number === 1, onclick: () => act.merge(article.id) }, "并入上一篇"),
      h("button", { type: "button", class: "quiet", data: { act: "edit" }, onclick: () => act.edit(article.id) }, "改标题")));
}

/** The same article at another place of the page. */
export function renumber(node, number) {
  const label = node.querySelector(".number");
  label.textContent = String(number);
  label.setAttribute("aria-label", `第 ${number} 篇`);
  node.querySelector("[data-act=merge]").disabled = number === 1;
}

function head(article, digest, act) {
  const because = digest?.because ?? [];
  return h("header", { class: "head" },
    article.kicker ? h("p", { class: "kicker" }, deck(article.kicker, because)) : null,
    h("h2", { class: article.headline ? "headline" : "headline untitled", id: `${article.id}-title` },
      article.headline ? deck(article.headline, because) : headlineOf(article)),
    article.subhead ? h("p", { class: "subhead" }, deck(article.subhead, because)) : null,
    !article.headline && article.paragraphs.length > 1
      ? h("button", { type: "button", class: "plain promote", data: { act: "promote" }, onclick: () => act.promote(article.id) }, "把首段设为标题") : null);
}

/** A deck breaks between its phrases before it breaks inside one. */
function deck(text, because) {
  const points = new Points(text);
  const places = headlinePlaces(text, because);
  let at = 0;
  return text.split(/([ \u3000]+)/).map((part) => {
    const start = at;
    at += countPoints(part);
    return part.trim() ? h("span", { class: "phrase" }, marked(points, runs(start, at, [], places))) : part;
  });
}

function byline(article) {
  const roles = bylineRoles(article.byline);
  if (!roles.length) return null;
  return h("dl", { class: "byline" }, roles.map(([name, who]) => h("div", {}, h("dt", {}, name), h("dd", {}, who.join("　")))));
}

function text(article, digest, act) {
  const body = new Points(article.paragraphs.join("\n"));
  const keys = (digest?.summary.sentences ?? []).map(({ start, end }, order) => ({ start, end, order }));
  const words = wordPlaces(body, digest?.because ?? []);
  const spans = paragraphSpans(article.paragraphs);
  return h("div", { class: "text" },
    spans.map(({ start, end }, p) => h("div", { class: "para" },
      h("p", { data: { p } }, marked(body, runs(start, end, keys, words))),
      h("button", {
        type: "button",
        class: "handle",
        "aria-haspopup": "menu",
        "aria-expanded": "false",
        "aria-label": `第 ${p + 1} 段：拆分、移动`,
        title: "拆分、移动这一段",
        onclick: (event) => act.paragraph(article.id, p, event.currentTarget),
      }, "⋯"))),
    article.paragraphs.length ? null : h("p", { class: "no-body" }, "这一篇没有正文：可以并入上一篇，或把别处的段落移进来。"));
}

/** Text nodes in their marks: a key sentence is a tint, a deciding word an underline, so that both can be seen at once. */
function marked(points, pieces) {
  const nodes = [];
  let open = null; // the <mark> of the key sentence that goes on
  for (const { start, end, key, word } of pieces) {
    const said = points.slice(start, end);
    const piece = word ? h("span", { class: word.first ? "word first" : "word", data: { term: word.term } }, said) : said;
    if (!key) {
      open = null;
      nodes.push(piece);
    } else if (open?.key === key) {
      open.node.append(piece);
    } else {
      open = { key, node: h("mark", { class: "key", data: { order: key.order }, title: `关键句 ${key.order + 1}` }, piece) };
      nodes.push(open.node);
    }
  }
  return nodes;
}
