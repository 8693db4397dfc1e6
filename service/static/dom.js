/** Building the page: elements and text nodes only, never markup from data. */

export const byId = (id) => document.getElementById(id);

/** `h("p", {class: "x", title: "…", onclick: f, data: {a: 1}}, child, "text", …)`; null children are left out. */
export function h(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "data") Object.assign(node.dataset, value);
    else if (name === "value") node.value = value;
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  append(node, children);
  return node;
}

function append(node, children) {
  for (const child of children) {
    if (Array.isArray(child)) append(node, child);
    else if (child !== null && child !== undefined && child !== false) node.append(child);
  }
}

/** Tell a screen reader, and nobody else. */
export function announce(message) {
  byId("status").textContent = message;
}

/** An error or a remark above the page; `details` are listed under it. */
export function banner(message, details = []) {
  const box = byId("banner");
  box.replaceChildren(
    h("div", { class: "banner-text" },
      h("p", {}, message),
      details.length ? h("ul", {}, details.map((d) => h("li", {}, d))) : null),
    h("button", { type: "button", class: "plain", onclick: clearBanner }, "知道了"),
  );
  box.hidden = false;
}

let toastTimer = 0;

/** A remark at the foot of the window that goes by itself; `deeds` are `[label, act]`. */
export function toast(message, deeds = []) {
  const box = byId("toast");
  const close = () => { box.hidden = true; };
  box.replaceChildren(h("span", {}, message), ...deeds.map(([label, deed]) =>
    h("button", { type: "button", onclick: () => { close(); deed(); } }, label)));
  box.hidden = false;
  announce(message);
  clearTimeout(toastTimer);
  toastTimer = setTimeout(close, 7000);
}

export function clearBanner() {
  byId("banner").hidden = true;
  byId("banner").replaceChildren();
}

/** Put `text` on the clipboard; says so on the button that was pressed. Works without https too. */
export async function copy(text, button, done = "已复制") {
  const ok = await put(text);
  announce(ok ? done : "复制失败，请手工选取");
  if (!button) return;
  button.dataset.label ??= button.textContent;
  button.textContent = ok ? `✓ ${done}` : "复制失败";
  clearTimeout(Number(button.dataset.timer));
  button.dataset.timer = String(setTimeout(() => { button.textContent = button.dataset.label; }, 1800));
}

async function put(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return putByHand(text); // plain http on an office network has no clipboard API
  }
}

function putByHand(text) {
  const holder = h("textarea", { class: "visually-hidden", "aria-hidden": "true", value: text });
  const focused = document.activeElement;
  document.body.append(holder);
  holder.select();
  const ok = document.execCommand("copy");
  holder.remove();
  focused?.focus?.();
  return ok;
}

export const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

/** Bring a node into view and let it light up for a moment. */
export function flash(nodes) {
  const list = [...nodes];
  if (!list.length) return;
  list[0].scrollIntoView({ block: "center", behavior: calm() ? "auto" : "smooth" });
  for (const node of list) {
    node.classList.remove("flash");
    void node.offsetWidth; // restart the animation
    node.classList.add("flash");
    node.addEventListener("animationend", () => node.classList.remove("flash"), { once: true });
  }
}
