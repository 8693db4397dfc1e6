/** The editor's desk: holds the split and its history, asks the service, draws. */

import { onTokenWanted, post, Problem } from "./api.js";
import { Composer } from "./composer.js";
import { Digests } from "./digests.js";
import { announce, banner, byId, calm, clearBanner, copy, h, toast } from "./dom.js";
import { markdown, plain } from "./exports.js";
import { editHead } from "./head.js";
import { asArticle } from "./intake.js";
import { wireKeys } from "./keys.js";
import { closeMenu } from "./menu.js";
import { paragraphMenu, takeBackMenu } from "./mending.js";
import { passes } from "./outline.js";
import { charsOf } from "./panel.js";
import { keepWork, lastWork } from "./session.js";
import { showSource } from "./source.js";
import * as splits from "./split.js";
import { drawDesk, forget } from "./view.js";

const MOST_STEPS = 100;

const desk = {
  split: null,
  source: "",
  model: "",
  past: [], // [{split, said}]
  future: [],
  filter: new Set(),
  options: { sentences: 2, maxChars: null },
  waiting: null, // AbortController of the page that is on its way
  mend,
};

const digests = new Digests(draw, (problem) => banner(`有稿件没能重新摘编：${problem.message}`, problem.details));
const composer = new Composer(run, save);

/* ---- asking ---- */

async function run() {
  if (desk.waiting) return;
  const { text, kind } = composer;
  if (!text.trim()) {
    banner("还没有文字。请先粘贴一个版面或一篇稿件。");
    composer.field.focus();
    return;
  }
  clearBanner();
  desk.waiting = new AbortController();
  busy(true);
  try {
    const answer = await (kind === "page" ? askPage(text) : askArticle(text));
    Object.assign(desk, answer, { source: text, past: [], future: [], filter: new Set() });
    show("results");
    draw();
    scrollTo(0, 0);
    byId("stories").focus({ preventScroll: true });
    announce(`摘编完成，共 ${desk.split.articles.length} 篇`);
  } catch (fault) {
    if (fault.name !== "AbortError") report(fault);
  } finally {
    desk.waiting = null;
    busy(false);
  }
}

async function askPage(text) {
  const answer = await post("/pages", { text, ...bounds() }, desk.waiting.signal);
  const split = splits.fromPage(answer, text, desk.options);
  digests.clear();
  split.articles.forEach((article, i) => digests.keep(article, answer.articles[i]));
  return { split, model: answer.model };
}

/** One article. The page's splitter reads its byline and decks, unless it would make more than one of it. */
async function askArticle(text) {
  const page = await askPage(text);
  if (page.split.articles.length === 1) return page;
  const { headline, paragraphs } = asArticle(text);
  const digest = await post("/digest", { headline, body: paragraphs.join("\n"), ...bounds() }, desk.waiting.signal);
  const split = splits.fromArticle({ ...digest, headline }, paragraphs, desk.options);
  digests.clear();
  digests.keep(split.articles[0], digest);
  return { split, model: digest.model };
}

function bounds() {
  const { sentences, maxChars } = desk.options;
  return { sentences, ...(maxChars ? { max_chars: maxChars } : {}) };
}

function busy(on) {
  document.body.classList.toggle("busy", on);
  byId("run").disabled = on;
  byId("run").firstChild.textContent = on ? "正在摘编… " : "开始摘编 ";
  byId("stop").hidden = !on;
  byId("source").readOnly = on;
  byId("compose").setAttribute("aria-busy", String(on));
  if (on) announce("正在摘编");
}

function report(fault) {
  if (fault instanceof Problem) banner(fault.message, fault.details);
  else {
    banner("页面出了意外，请刷新后再试；粘贴的文字还在。");
    console.error(fault);
  }
}

/* ---- mending ---- */

/**
 * Take the next split. `said` names the step. The editor stays at `place` ({id, p}: a paragraph's handle; {id}: an article;
 * {d}: a dropped line; null: the article just made); `look` is an article elsewhere that the step has changed.
 */
function mend(next, said, place, look = null) {
  if (next === desk.split) return;
  desk.past = [...desk.past, { split: desk.split, said }].slice(-MOST_STEPS);
  desk.future = [];
  desk.split = next;
  digests.forgive();
  draw();
  focusOn(place);
  const deeds = [["撤销", undo]];
  const seen = look === "newest" ? newest() : look;
  if (seen && byId(seen)) deeds.push(["去看", () => goTo(seen)]);
  toast(said, deeds);
}

function focusOn(place) {
  const id = place ? place.id : newest();
  const handles = byId(id)?.querySelectorAll(".handle") ?? [];
  const line = place?.d === undefined ? null : byId("dropped-lines").querySelectorAll("button")[place.d];
  const node = line ?? (place?.p === undefined ? null : handles[Math.min(place.p, handles.length - 1)]) ?? byId(id);
  node?.focus({ preventScroll: true });
  node?.scrollIntoView({ block: "nearest", behavior: calm() ? "auto" : "smooth" });
}

const newest = () => desk.split.articles.reduce((a, b) => (Number(b.id.slice(1)) > Number(a.id.slice(1)) ? b : a)).id;

function travel(from, to, word) {
  const step = desk[from].at(-1);
  if (!step) return;
  desk[from] = desk[from].slice(0, -1);
  desk[to] = [...desk[to], { split: desk.split, said: step.said }];
  desk.split = splits.revived(step.split, desk.split);
  draw();
  announce(`${word}：${step.said}`);
}

const undo = () => travel("past", "future", "已撤销");
const redo = () => travel("future", "past", "已重做");

const act = {
  merge: (id) => {
    const at = desk.split.articles.findIndex((article) => article.id === id);
    mend(splits.mergeUp(desk.split, id), "已并入上一篇", { id: desk.split.articles[at - 1]?.id });
  },
  paragraph: (id, p, button) => paragraphMenu(desk, id, p, button),
  takeBack: (d, button) => takeBackMenu(desk, d, button),
  edit: (id) => {
    const article = desk.split.articles.find((a) => a.id === id);
    const close = () => { redraw(id); byId(id).querySelector("[data-act=edit]").focus(); };
    editHead(byId(id), article, (head) => { redraw(id); mend(splits.editHead(desk.split, id, head), "标题和署名已改", { id }); }, close);
  },
  promote: (id) => mend(splits.setDeck(desk.split, id, 0, "headline"), "已设为标题", { id }),
  length: (id, sentences, maxChars) => {
    desk.split = splits.setLength(desk.split, id, sentences, maxChars);
    draw();
  },
  retry: () => { digests.forgive(); draw(); },
  filter: (name) => {
    if (name === null) desk.filter.clear();
    else if (!desk.filter.delete(name)) desk.filter.add(name);
    draw();
    byId("filters").querySelector(`[data-filter="${name}"]`)?.focus();
  },
  goTo,
};

/* ---- drawing ---- */

function rows() {
  return desk.split.articles.map((article, i) => {
    const digest = digests.of(article);
    return { article, digest, fault: digests.fault(article), number: i + 1, hidden: !passes(digest, desk.filter) };
  });
}

function draw() {
  if (!desk.split) return;
  closeMenu();
  digests.want(desk.split.articles);
  drawDesk(desk, rows(), act);
  save();
}

function redraw(id) {
  forget(id);
  draw();
}

function show(view) {
  document.body.dataset.view = view;
  closeMenu();
  if (view === "compose") composer.field.focus();
  save();
}

function goTo(id) {
  const node = byId(id);
  if (!node) return;
  node.focus({ preventScroll: true });
  let left = 4; // frames in which articles that come into view may still get their true heights
  const show = () => {
    node.scrollIntoView({ block: "start", behavior: "instant" });
    if (left-- > 0) requestAnimationFrame(show);
  };
  show();
}

/* ---- memory of this tab ---- */

function save() {
  const work = { source: composer.field.value, mode: composer.mode, view: document.body.dataset.view, options: desk.options };
  if (!desk.split) return keepWork(work);
  const { split, source: sent, model, past, future } = desk;
  const done = { ...work, sent, split, model, digests: digests.save(split.articles) };
  return keepWork({ ...done, past, future }, { ...done, past: past.slice(-5) }, done, { ...work, view: "compose" });
}

function restore() {
  const work = lastWork();
  if (!work) return;
  Object.assign(desk.options, work.options);
  const { split, sent, model, past = [], future = [], view } = work;
  if (split) {
    Object.assign(desk, { split, source: sent, model, past, future });
    digests.load(work.digests);
  }
  composer.fill(work.source, work.mode);
  if (split && view === "results") {
    show("results");
    draw();
  }
}

/* ---- wiring ---- */

onTokenWanted((wrong) => new Promise((resolve) => {
  const dialog = byId("token");
  byId("token-why").textContent = wrong
    ? "这个令牌服务不认。请核对后重新输入，或向管理员索取。"
    : "这台服务设了访问令牌，请向管理员索取。令牌只存在当前标签页里。";
  byId("token-value").value = "";
  dialog.returnValue = "";
  dialog.addEventListener("close", () => {
    const value = byId("token-value").value.trim();
    resolve(dialog.returnValue === "ok" && value ? value : null);
  }, { once: true });
  dialog.showModal();
}));

const shownRows = () => rows().filter((row) => !row.hidden);
const on = (id, type, deed) => byId(id).addEventListener(type, deed);
on("token-cancel", "click", () => byId("token").close(""));
on("stop", "click", () => desk.waiting?.abort());
on("back", "click", () => show("compose"));
on("fresh", "click", () => { composer.fill("", "auto"); show("compose"); });
on("show-source", "click", () => showSource(desk.source, desk.split, (article) => digests.of(article)));
on("undo", "click", undo);
on("redo", "click", redo);
on("print", "click", () => print());
on("copy-markdown", "click", (event) => copy(markdown(shownRows()), event.currentTarget));
on("copy-plain", "click", (event) => copy(plain(shownRows()), event.currentTarget));
on("show-keys", "change", (event) => document.body.classList.toggle("no-keys", !event.target.checked));
on("show-words", "change", (event) => document.body.classList.toggle("no-words", !event.target.checked));
byId("all-sentences").replaceChildren(...[1, 2, 3, 4, 5, 6].map((n) => h("option", { value: n }, String(n))));
function allLengths() {
  desk.options = { sentences: Number(byId("all-sentences").value), maxChars: charsOf(byId("all-chars")) };
  act.length(null, desk.options.sentences, desk.options.maxChars);
}
on("all-sentences", "change", allLengths);
on("all-chars", "change", allLengths);

wireKeys({
  undo, redo, goTo,
  showing: () => document.body.dataset.view === "results",
  stop: () => desk.waiting?.abort(),
});

restore();
byId("all-sentences").value = String(desk.options.sentences);
byId("all-chars").value = desk.options.maxChars ?? "";
