/** Mending an article's decks and byline: a small form in the place of the headline. */

import { h } from "./dom.js";

const DECKS = [["kicker", "引题"], ["headline", "主题"], ["subhead", "副题"]];
const ROLES = [["reporters", "记者"], ["correspondents", "通讯员"], ["photographers", "摄影"]];

/** Put the form in place of the article's head; `save(head)` gets the new words, `close()` restores the view. */
export function editHead(node, article, save, close) {
  const input = (name, value) => h("input", { type: "text", name, value, autocomplete: "off", spellcheck: "false" });
  const row = (name, label, value) => h("label", { class: "stacked" }, h("span", {}, label), input(name, value));
  const form = h("form", {
    class: "head-form",
    "aria-label": "改标题和署名",
    onsubmit: (event) => { event.preventDefault(); save(read(form)); },
    onkeydown: (event) => { if (event.key === "Escape") { event.stopPropagation(); close(); } },
  },
  DECKS.map(([name, label]) => row(name, label, article[name])),
  h("div", { class: "head-form-byline" }, ROLES.map(([name, label]) => row(name, label, article.byline[name].join(" ")))),
  h("div", { class: "dialog-actions" },
    h("span", { class: "hint" }, "几个人名之间用空格或顿号分开"),
    h("button", { type: "button", class: "plain", onclick: close }, "取消"),
    h("button", { type: "submit", class: "primary" }, "保存")));
  node.querySelector(".byline")?.remove();
  node.querySelector(".head").replaceWith(form);
  form.elements.headline.focus();
  form.elements.headline.select();
}

function read(form) {
  const value = (name) => form.elements[name].value.trim();
  const names = (name) => value(name).split(/[\s、,，]+/).filter(Boolean);
  return {
    ...Object.fromEntries(DECKS.map(([name]) => [name, value(name)])),
    byline: Object.fromEntries(ROLES.map(([name]) => [name, names(name)])),
  };
}
