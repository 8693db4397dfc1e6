/** One small menu at a time, beneath the button that opened it: arrows move, Enter chooses, Esc closes. */

import { h } from "./dom.js";

let open = null;

/** `items`: `{label, act}`, `{label, items}` (a second page), `{label, off: true}` or `"-"`. */
export function showMenu(button, items, label) {
  const again = open?.button === button;
  closeMenu();
  if (again) return;
  const menu = h("div", { class: "menu", role: "menu", "aria-label": label, tabindex: "-1", onkeydown: onKey });
  open = { button, menu };
  button.setAttribute("aria-expanded", "true");
  fill(menu, items, label);
  document.body.append(menu);
  place(menu, button);
  focusFirst(menu);
}

export function closeMenu(refocus = false) {
  if (!open) return;
  const { button, menu } = open;
  open = null;
  menu.remove();
  button.setAttribute("aria-expanded", "false");
  if (refocus) button.focus();
}

function fill(menu, items) {
  menu.replaceChildren(...items.map((item) => {
    if (item === "-") return h("div", { class: "menu-rule", role: "separator" });
    return h("button", {
      type: "button",
      role: "menuitem",
      tabindex: "-1",
      disabled: item.off,
      "aria-haspopup": item.items ? "menu" : null,
      onclick: () => choose(item),
    }, h("span", { class: "menu-label" }, item.label), item.items ? h("span", { class: "menu-more", "aria-hidden": "true" }, "›") : null);
  }));
}

function choose(item) {
  if (!item.items) {
    closeMenu(true);
    item.act();
    return;
  }
  const { menu, button } = open;
  fill(menu, item.items);
  place(menu, button);
  focusFirst(menu);
}

function place(menu, button) {
  const box = button.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = menu;
  const below = box.bottom + height + 8 <= innerHeight || box.top < height;
  menu.style.left = `${Math.max(8, Math.min(box.left, innerWidth - width - 8)) + scrollX}px`;
  menu.style.top = `${(below ? box.bottom + 4 : box.top - height - 4) + scrollY}px`;
}

const entries = (menu) => [...menu.querySelectorAll("button:not(:disabled)")];
const focusFirst = (menu) => (entries(menu)[0] ?? menu).focus();

function onKey(event) {
  const list = entries(event.currentTarget);
  const at = list.indexOf(document.activeElement);
  const go = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: list.length - 1 }[event.key];
  if (go !== undefined) {
    list[(go + list.length) % list.length]?.focus();
    event.preventDefault();
  } else if (event.key === "Escape" || event.key === "Tab") {
    closeMenu(true);
    event.preventDefault();
  }
  event.stopPropagation();
}

document.addEventListener("pointerdown", (event) => {
  if (open && !open.menu.contains(event.target) && !open.button.contains(event.target)) closeMenu();
});
addEventListener("resize", () => closeMenu());
