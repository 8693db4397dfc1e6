/** The menus with which an editor mends a split. `desk.mend(next, said, place, look)` takes the next split. */

import { showMenu } from "./menu.js";
import { headlineOf } from "./labels.js";
import * as split from "./split.js";

const short = (text, most = 18) => (text.length > most ? `${text.slice(0, most)}…` : text);

/** Deeds on one paragraph, in the menu at its edge. */
export function paragraphMenu(desk, id, p, button) {
  const { articles } = desk.split;
  const at = articles.findIndex((article) => article.id === id);
  const article = articles[at];
  const last = article.paragraphs.length - 1;
  const step = (next, said, look = null) => desk.mend(next, said, { id, p }, look);
  const others = articles.map((other, i) => ({ other, i })).filter(({ other }) => other.id !== id).map(({ other, i }) => ({
    label: `${i + 1}  ${short(headlineOf(other))}`,
    act: () => step(split.moveParagraph(desk.split, id, p, other.id), `已移到第 ${i + 1} 篇末尾`, other.id),
  }));
  showMenu(button, [
    { label: "从这一段起另成一篇", off: p === 0, act: () => desk.mend(split.splitHere(desk.split, id, p), "已从这一段起另成一篇", null) },
    { label: "移到另一篇", off: !others.length, items: others },
    { label: "接到上一段后面", off: p === 0, act: () => step(split.joinUp(desk.split, id, p), "两段已接上") },
    "-",
    { label: "上移一段", off: p === 0, act: () => step(split.shiftParagraph(desk.split, id, p, -1), "已上移") },
    { label: "下移一段", off: p === last, act: () => step(split.shiftParagraph(desk.split, id, p, 1), "已下移") },
    "-",
    { label: "设为主题（标题）", act: () => step(split.setDeck(desk.split, id, p, "headline"), "已设为标题") },
    { label: "设为引题", act: () => step(split.setDeck(desk.split, id, p, "kicker"), "已设为引题") },
    { label: "设为副题", act: () => step(split.setDeck(desk.split, id, p, "subhead"), "已设为副题") },
    "-",
    { label: "移出稿件", act: () => step(split.dropParagraph(desk.split, id, p), "已移出，列在页末") },
  ], "这一段");
}

/** Where a dropped line may go back to. */
export function takeBackMenu(desk, d, button) {
  const step = (to, said) => desk.mend(split.takeBack(desk.split, d, to), said, { d }, to ?? "newest");
  showMenu(button, [
    ...desk.split.articles.map((article, i) => ({
      label: `${i + 1}  ${short(headlineOf(article))}`,
      act: () => step(article.id, `已放进第 ${i + 1} 篇末尾`),
    })),
    "-",
    { label: "另成一篇", act: () => step(null, "已另成一篇") },
  ], "放回稿件");
}
