/** Talking to `/v1`: JSON in, JSON or a Problem out; asks for a bearer token once when the service wants one. */

import { token, keepToken } from "./session.js";

const BASE = document.documentElement.dataset.api;
const RETRIES = 2;

/** What went wrong, in a sentence for the editor; `details` are the single faults. */
export class Problem extends Error {
  constructor(status, message, details = []) {
    super(message);
    this.status = status;
    this.details = details;
  }
}

const PLAIN = {
  400: "送去的内容服务看不懂。",
  401: "没有访问令牌，或令牌不对。",
  404: "服务没有这个功能，请管理员检查版本。",
  413: "文字太长，超过了服务设定的上限。请分成几次送。",
  415: "服务不收这种格式。",
  422: "这段文字没法处理。",
  429: "送得太快了，请稍等一会儿再试。",
  500: "服务内部出错了，请稍后再试；若一直如此，请告诉管理员。",
  502: "服务暂时没有应答，请稍后再试。",
  503: "服务正忙或还没有准备好，请稍后再试。",
  504: "服务应答超时，请稍后再试。",
};

let askForToken = async () => null;
let asking = null;

/** `ask(wrong)` shows the token dialog and resolves to the token, or null when the editor gave up. */
export function onTokenWanted(ask) {
  askForToken = ask;
}

export async function post(path, payload, signal) {
  let tried = token();
  for (let attempt = 0; ; attempt += 1) {
    const response = await send(path, payload, tried, signal);
    if (response.ok) return await readJson(response);
    if (response.status === 401) {
      tried = await freshToken(tried);
      if (tried) continue;
    }
    if ((response.status === 429 || response.status === 503) && attempt < RETRIES) {
      await pause(Number(response.headers.get("Retry-After")) || attempt + 1, signal);
      continue;
    }
    throw await problem(response);
  }
}

async function send(path, payload, bearer, signal) {
  const headers = { "Content-Type": "application/json", Accept: "application/json, application/problem+json" };
  if (bearer) headers.Authorization = `Bearer ${bearer}`;
  try {
    return await fetch(BASE + path, { method: "POST", headers, body: JSON.stringify(payload), signal });
  } catch (fault) {
    if (fault.name === "AbortError") throw fault;
    throw new Problem(0, "连不上摘编服务。请检查网络，或请管理员看看服务是否在运行。");
  }
}

async function readJson(response) {
  try {
    return await response.json();
  } catch (fault) {
    if (fault.name === "AbortError") throw fault;
    throw new Problem(response.status, "服务的应答残缺不全，请再试一次。");
  }
}

async function problem(response) {
  const body = await response.json().catch(() => ({}));
  const plain = PLAIN[response.status] ?? PLAIN[response.status >= 500 ? 500 : 400];
  const said = [body.detail, body.title].find((text) => typeof text === "string" && /\p{Script=Han}/u.test(text));
  const details = Array.isArray(body.errors) ? body.errors.map((e) => e.detail).filter((d) => d && !said?.includes(d)) : [];
  return new Problem(response.status, said ?? plain, details);
}

/** Several requests may be refused at once; the editor is asked once for all of them. */
async function freshToken(refused) {
  if (token() && token() !== refused) return token();
  asking ??= askForToken(Boolean(refused)).finally(() => { asking = null; });
  const given = await asking;
  keepToken(given);
  return given;
}

function pause(seconds, signal) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, Math.min(seconds, 10) * 1000);
    signal?.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(new DOMException("stopped", "AbortError"));
    }, { once: true });
  });
}
