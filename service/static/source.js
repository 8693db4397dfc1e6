/** The text as it was pasted, line by line, with the article that each line went to. */

import { byId, h } from "./dom.js";
import { dropText, headlineOf } from "./labels.js";

export function showSource(source, split, digestOf) {
  const owner = new Map();
  split.articles.forEach((article, i) => article.lines.forEach(([first, last]) => {
    for (let line = first; line <= last; line += 1) owner.set(line, { article, number: i + 1 });
  }));
  const dropped = new Map(split.dropped.filter((d) => d.line).map((d) => [d.line, d.reason]));
  let before = null;
  byId("source-lines").replaceChildren(...source.split("\n").map((text, i) => {
    const line = i + 1;
    const owned = owner.get(line);
    const begins = owned && owned.article !== before;
    if (text.trim()) before = owned?.article ?? null;
    const theme = owned ? digestOf(owned.article)?.theme.code : null;
    return h("li", { data: { theme: theme ?? "none", owned: String(Boolean(owned)) }, class: text.trim() ? "" : "blank" },
      h("span", { class: "line-number" }, String(line)),
      h("span", { class: "line-text" }, text),
      h("span", { class: "line-owner" },
        begins ? `${owned.number} ${headlineOf(owned.article)}` : dropped.has(line) ? `未入稿：${dropText(dropped.get(line))}` : ""));
  }));
  byId("source-view").showModal();
}
