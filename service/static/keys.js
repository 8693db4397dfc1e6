/** The keyboard, and which article the editor is at. */

import { byId } from "./dom.js";

const stories = () => [...document.querySelectorAll(".story:not([hidden])")];

/** The article that is being read: the last one that begins in the upper part of the window. */
function current() {
  const most = innerHeight * 0.3;
  const nodes = stories();
  return nodes.findLast((node) => node.getBoundingClientRect().top <= most) ?? nodes[0];
}

const focused = () => document.activeElement?.closest(".story:not([hidden])");

export function markCurrent() {
  const id = current()?.id;
  for (const entry of byId("entries").children) {
    if (entry.dataset.id === id) entry.setAttribute("aria-current", "true");
    else entry.removeAttribute("aria-current");
  }
}

function step(by, goTo) {
  const nodes = stories();
  const from = focused();
  const at = from ? nodes.indexOf(from) : nodes.indexOf(current()) - (by > 0 && scrollY < 10 ? 1 : 0);
  const next = nodes[Math.max(0, Math.min(nodes.length - 1, at + by))];
  if (next) goTo(next.id);
}

const writing = (node) => node.matches?.("input:not([type=checkbox]), textarea, select");

/** `deeds`: `{undo, redo, goTo, stop, showing}`; `showing()` is true while articles are on the desk. */
export function wireKeys(deeds) {
  const help = () => byId("keys").showModal();
  const copySummary = () => (focused() ?? current())?.querySelector("[data-act=copy]")?.click();
  const plain = { j: () => step(1, deeds.goTo), k: () => step(-1, deeds.goTo), c: copySummary, "?": help };
  addEventListener("keydown", (event) => {
    if (event.key === "Escape") deeds.stop();
    if (event.defaultPrevented || document.querySelector("dialog[open]") || writing(event.target)) return;
    const chord = event.ctrlKey || event.metaKey;
    const key = event.key.toLowerCase();
    let deed = chord || event.altKey ? null : plain[key];
    if (chord && key === "z") deed = event.shiftKey ? deeds.redo : deeds.undo;
    if (!deed || (!deeds.showing() && deed !== help)) return;
    event.preventDefault();
    deed();
  });
  addEventListener("scroll", () => { if (deeds.showing()) markCurrent(); }, { passive: true });
}
