/** The page's digest as text to paste elsewhere. `rows` are `{article, digest}`; a digest may be null (no body). */

import { bylineText, headlineOf, percent } from "./labels.js";

const themes = (digest) => [digest.theme, ...digest.also].map((theme) => theme.label).join("、");
const escaped = (text) => text.replace(/[\\`*_[\]<>#|~]/g, "\\$&");

export const markdown = (rows) => `${rows.map(markdownOf).join("\n\n")}\n`;

export const plain = (rows) => `${rows.map(plainOf).join("\n\n")}\n`;

function markdownOf({ article, digest }, i) {
  const facts = [["引题", article.kicker], ["副题", article.subhead], ["署名", bylineText(article.byline)]]
    .filter(([, text]) => text).map(([name, text]) => `${name}：${escaped(text)}`);
  if (digest) {
    const review = digest.decision === "review" ? "，需复核" : "";
    facts.push(`主题：**${themes(digest)}**（${percent(digest.theme.probability)}${review}）`);
    if (digest.keywords.length) facts.push(`关键词：${escaped(digest.keywords.join("、"))}`);
  }
  const parts = [`## ${i + 1}. ${escaped(headlineOf(article))}`, facts.join("  \n")];
  if (digest?.summary.text) parts.push(`> ${escaped(digest.summary.text)}`);
  return parts.filter(Boolean).join("\n\n");
}

function plainOf({ article, digest }, i) {
  const lines = [article.kicker, `${i + 1}. ${headlineOf(article)}`, article.subhead, bylineText(article.byline)];
  if (digest) {
    lines.push(`【${themes(digest)}${digest.decision === "review" ? "·需复核" : ""}】${digest.summary.text}`);
    if (digest.keywords.length) lines.push(`关键词：${digest.keywords.join(" ")}`);
  }
  return lines.filter(Boolean).join("\n");
}
