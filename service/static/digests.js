/**
 * The digests of articles, asked for when an article or the length of its summary has changed.
 * A digest belongs to a revision, so undo finds the old one again and a late answer never lands on a newer text.
 */

import { post } from "./api.js";
import { decks } from "./split.js";

const AT_ONCE = 2;

export const keyOf = (article) => `${article.id}/${article.rev}/${article.sentences}/${article.maxChars ?? ""}`;

/** What `/v1` is asked for one article: all decks count for the theme, as they do on a page. */
export function question(article) {
  const asked = { id: article.id, headline: decks(article).join(" "), body: article.paragraphs.join("\n"), sentences: article.sentences };
  return article.maxChars ? { ...asked, max_chars: article.maxChars } : asked;
}

export class Digests {
  /** `changed()` is called when answers have come; `failed(problem)` once for a round that failed. */
  constructor(changed, failed) {
    this.running = 0;
    this.clear();
    this.changed = changed;
    this.failed = failed;
  }

  /** Another page: nothing that is known or still on its way belongs to it. */
  clear() {
    this.known = new Map();
    this.faults = new Map();
    this.asked = new Set();
    this.waiting = [];
  }

  /** The digest of this very revision, or undefined; null when there is no body to digest. */
  of(article) {
    return article.paragraphs.length ? this.known.get(keyOf(article)) : null;
  }

  fault(article) {
    return this.faults.get(keyOf(article));
  }

  keep(article, digest) {
    this.known.set(keyOf(article), digest);
  }

  /** Ask for what is missing among these articles, and for nothing else any more. */
  want(articles) {
    const missing = articles.filter((a) => this.of(a) === undefined && !this.faults.has(keyOf(a)));
    this.waiting = missing.filter((a) => !this.asked.has(keyOf(a)));
    this.#pump();
  }

  /** Forget refusals, so that `want` asks again. */
  forgive() {
    this.faults.clear();
  }

  #pump() {
    while (this.running < AT_ONCE && this.waiting.length) this.#ask(this.waiting.shift());
  }

  async #ask(article) {
    const key = keyOf(article);
    const { known, faults, asked } = this;
    this.running += 1;
    asked.add(key);
    try {
      known.set(key, await post("/digest", question(article)));
    } catch (problem) {
      faults.set(key, problem);
      if (faults === this.faults) this.failed(problem);
    } finally {
      this.running -= 1;
      asked.delete(key);
      this.changed();
      this.#pump();
    }
  }

  /** Digests of the present articles only, for the tab's memory. */
  save(articles) {
    return articles.map((a) => [keyOf(a), this.known.get(keyOf(a))]).filter(([, digest]) => digest);
  }

  load(entries) {
    this.known = new Map(entries);
  }
}
