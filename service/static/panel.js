/** What zhaibian says of one article: theme and why, summary, keywords, repairs. */

import { copy, flash, h } from "./dom.js";
import { isDoubtful, percent, reasonText, repairText } from "./labels.js";
import { readerLength } from "./points.js";

export const chip = (theme, more = "") =>
  h("span", { class: `chip ${more}`.trim(), data: { theme: theme.code } }, h("i", { class: "shape", "aria-hidden": "true" }), theme.label);

export function panel({ article, digest: fresh, fault, stale }, act) {
  const digest = fresh ?? stale;
  if (!article.paragraphs.length) return h("aside", { class: "panel", "aria-label": "摘编结果" });
  if (!digest) return h("aside", { class: "panel", "aria-label": "摘编结果" }, fault ? refused(fault, act) : waiting());
  return h("aside", { class: fresh ? "panel" : "panel stale", "aria-label": "摘编结果" },
    verdict(digest),
    summary(article, digest, act),
    h("div", { class: "reasons" }, probabilities(digest), because(digest)));
}

/** Under the text: keywords, and what was repaired when the page was taken apart. */
export function footer(article, digest) {
  const parts = [digest && keywords(digest), repairs(article)].filter(Boolean);
  return parts.length ? h("footer", { class: "story-foot" }, parts) : null;
}

const waiting = () => h("p", { class: "waiting" }, "正在重新摘编…");

const refused = (fault, act) => h("div", { class: "refused" },
  h("p", {}, fault.message), fault.details?.length ? h("ul", {}, fault.details.map((d) => h("li", {}, d))) : null,
  h("button", { type: "button", class: "plain", onclick: act.retry }, "再试一次"));

const section = (name, title, ...children) => h("section", { class: `part ${name}` }, title, ...children);

function verdict(digest) {
  return h("section", { class: "part verdict" },
    h("p", { class: "verdict-line" },
      chip(digest.theme, "big"),
      h("span", { class: "sure" }, percent(digest.theme.probability)),
      digest.also.length ? h("span", { class: "also" }, "兼及 ", digest.also.map((t) => chip(t))) : null),
    digest.decision === "review" ? h("p", { class: "review" }, h("strong", {}, "需复核"), reasonText(digest)) : null);
}

function summary(article, digest, act) {
  const { sentences, text, note } = digest.summary;
  const many = h("select", { "aria-label": "摘要句数", onchange: () => change() },
    [1, 2, 3, 4, 5, 6].map((n) => h("option", { value: n }, String(n))));
  many.value = String(article.sentences);
  const most = h("input", {
    type: "number", min: 1, max: 2000, step: 1, list: "lengths", inputmode: "numeric", placeholder: "不限",
    "aria-label": "摘要字数上限", value: article.maxChars ?? "", onchange: () => change(),
  });
  const change = () => act.length(article.id, Number(many.value), charsOf(most));
  const button = h("button", { type: "button", class: "plain copy", data: { act: "copy" }, disabled: !text, onclick: () => copy(text, button) }, "复制");
  return section("summary",
    h("div", { class: "part-head" }, h("h3", {}, "摘要"), h("span", { class: "length" }, `${readerLength(text)} 字`), button),
    sentences.length
      ? h("ol", { class: "sentences" }, sentences.map((s, order) => h("li", {},
        h("button", { type: "button", class: "sentence", title: "在正文中指出", onclick: (e) => flash(inStory(e, `mark.key[data-order="${order}"]`)) }, s.text),
        s.clause ? h("span", { class: "clause" }, "（节选）") : null)))
      : h("p", { class: "none" }, note ?? "没有可以直接刊用的句子。"),
    note && sentences.length && sentences.length < article.sentences ? h("p", { class: "note" }, note) : null,
    h("div", { class: "bounds" },
      h("label", { class: "field" }, many, " 句"),
      h("label", { class: "field" }, "至多 ", most, " 字")));
}

/** The number in a field, or null when it is empty or no use. */
export function charsOf(field) {
  const n = Math.floor(Number(field.value));
  return n > 0 ? Math.min(n, 2000) : null;
}

function probabilities(digest) {
  return section("odds", h("h3", {}, "主题概率"),
    h("ul", {}, digest.themes.map((theme) => {
      const bar = h("span", { class: "bar", "aria-hidden": "true" }, h("span", { class: "fill" }));
      bar.firstChild.style.width = `${Math.max(theme.probability * 100, 0.5)}%`;
      return h("li", { data: { theme: theme.code } },
        h("span", { class: "name" }, h("i", { class: "shape", "aria-hidden": "true" }), theme.label),
        bar, h("span", { class: "figure" }, percent(theme.probability)));
    })));
}

function because(digest) {
  if (!digest.because.length) return null;
  const [first, second] = digest.themes;
  const most = Math.max(...digest.because.map((e) => Math.abs(e.weight)));
  return section("because", h("h3", {}, `为什么是「${first.label}」，不是「${second.label}」`),
    h("ul", { class: "terms" }, digest.because.map(({ term, weight, start, end }) => {
      const bar = h("i", { class: "weight-bar", "aria-hidden": "true" });
      bar.style.width = `${Math.max(8, (Math.abs(weight) / most) * 100)}%`;
      const figure = `${weight < 0 ? "−" : "+"}${Math.abs(weight).toFixed(2)}`;
      return h("li", {}, h("button", {
        type: "button",
        class: weight < 0 ? "term against" : "term",
        title: end > start ? "在正文中指出" : "出现在标题里",
        data: { term },
        onclick: (e) => flash(inStory(e, ".word", (node) => node.dataset.term === term)),
      }, bar, h("span", { class: "term-word" }, term), h("span", { class: "term-weight" }, figure)));
    })));
}

function inStory(event, selector, wanted = () => true) {
  return [...event.currentTarget.closest(".story").querySelectorAll(selector)].filter(wanted);
}

function keywords(digest) {
  if (!digest.keywords.length) return null;
  const button = h("button", { type: "button", class: "quiet copy", onclick: () => copy(digest.keywords.join(" "), button) }, "复制");
  return h("p", { class: "foot-line" }, h("span", { class: "foot-name" }, "关键词"),
    h("span", { class: "words" }, digest.keywords.map((word) => h("span", { class: "keyword" }, word))), button);
}

function repairs(article) {
  if (!article.repairs.length) return null;
  return h("p", { class: "foot-line repairs" }, h("span", { class: "foot-name" }, "拆版修补"),
    h("span", { class: "words" }, article.repairs.map((name) =>
      h("span", { class: isDoubtful(name) ? "flag" : "" }, isDoubtful(name) ? `请核对：${repairText(name)}` : repairText(name)))));
}
