/** What this tab remembers: the text, the mended articles, their digests, the token. Gone when the tab closes. */

const WORK = "zhaibian.work";
const TOKEN = "zhaibian.token";
const ROOM = 2_000_000; // characters; browsers give about five million to a site

let given = read(TOKEN);

export const token = () => given;

export function keepToken(value) {
  given = value;
  if (value) write(TOKEN, value);
  else write(TOKEN, "");
}

/** `variants` from complete to bare: the first one that fits is kept. */
export function keepWork(...variants) {
  for (const variant of variants) {
    const json = JSON.stringify(variant);
    if (json.length <= ROOM && write(WORK, json)) return true;
  }
  return false;
}

export function lastWork() {
  try {
    return JSON.parse(read(WORK) ?? "null");
  } catch {
    return null;
  }
}

function read(key) {
  try {
    return sessionStorage.getItem(key);
  } catch {
    return null; // storage is switched off: the page works, a reload forgets
  }
}

function write(key, value) {
  try {
    sessionStorage.setItem(key, value);
    return true;
  } catch {
    return false;
  }
}
