/** The sheet on which a page is pasted: typing, dropping a file, the sample, what kind of text it seems to be. */

import { banner, byId, clearBanner } from "./dom.js";
import { clean, guess, readText } from "./intake.js";
import { countPoints } from "./points.js";

const KIND = { page: "看起来是一个版面", article: "看起来是单篇" };

export class Composer {
  /** `run()` starts the work; `typed()` is called after every change. */
  constructor(run, typed) {
    this.field = byId("source");
    this.typed = typed;
    this.field.addEventListener("input", () => this.#refresh());
    byId("compose").addEventListener("change", (event) => { if (event.target.name === "mode") this.#refresh(); });
    byId("compose").addEventListener("submit", (event) => { event.preventDefault(); run(); });
    this.field.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); run(); }
    });
    byId("sample").addEventListener("click", () => this.#sample());
    byId("open-file").addEventListener("click", () => byId("file").click());
    byId("file").addEventListener("change", (event) => { this.#take(event.target.files[0]); event.target.value = ""; });
    this.#dropping();
  }

  get text() { return clean(this.field.value); }

  get mode() { return byId("compose").elements.mode.value; }

  /** Page or article: what the switch says, or what the text looks like. */
  get kind() { return this.mode === "auto" ? guess(this.text) : this.mode; }

  fill(text, mode = this.mode) {
    this.field.value = text;
    byId("compose").elements.mode.value = mode;
    this.#refresh();
  }

  #refresh() {
    const { text } = this;
    byId("count").textContent = `${countPoints(text.replace(/\s/g, "")).toLocaleString("zh-CN")} 字`;
    byId("guess").textContent = text.trim() && this.mode === "auto" ? ` · ${KIND[guess(text)]}` : "";
    this.typed();
  }

  async #sample() {
    const response = await fetch(document.body.dataset.sample);
    this.fill(clean(await response.text()), "auto");
    this.field.focus();
    this.field.setSelectionRange(0, 0);
    this.field.scrollTop = 0;
  }

  async #take(file) {
    if (!file) return;
    try {
      this.fill(await readText(file));
      clearBanner();
    } catch (fault) {
      banner(fault.message);
    }
  }

  #dropping() {
    const zone = byId("compose");
    const hasFile = (event) => event.dataTransfer?.types.includes("Files");
    let depth = 0;
    const mark = (by) => { depth = by === 0 ? 0 : depth + by; zone.classList.toggle("dropping", depth > 0); };
    addEventListener("dragover", (event) => { if (hasFile(event)) event.preventDefault(); });
    zone.addEventListener("dragenter", (event) => { if (hasFile(event)) mark(1); });
    zone.addEventListener("dragleave", (event) => { if (hasFile(event)) mark(-1); });
    addEventListener("drop", (event) => {
      if (!hasFile(event)) return;
      event.preventDefault(); // never let the browser leave the page for the file
      mark(0);
      if (document.body.dataset.view === "compose") this.#take(event.dataTransfer.files[0]);
    });
  }
}
