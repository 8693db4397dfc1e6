/** What was pasted or dropped: a page or one article, and how a file's bytes become text. */

const ENDS = /[。！？!?；;…，,、：:”"』」）)》]\s*$/;
const BYLINE = /^\s*(?:[■□◆●▲◎]|(?:本报|本刊|见习|全媒体)?(?:记者|通讯员|摄影)[\s\u3000:：])/;
const LEAD = /^\s*(?:本报讯|本报.{0,12}电|.{0,6}讯[\s\u3000(（])/;
const HEADING = /^\s*#{1,6}\s/;
export const MOST_BYTES = 8_000_000;

/** `"page"` unless the text plainly holds one article: then `"article"`. The page's own splitter copes with one too. */
export function guess(text) {
  const lines = text.split("\n").map((line) => line.trim()).filter(Boolean);
  const count = (pattern) => lines.filter((line) => pattern.test(line)).length;
  if (Math.max(count(BYLINE), count(LEAD), count(HEADING)) > 1) return "page";
  const headlike = lines.filter((line, i) => i > 0 && line.length <= 32 && !ENDS.test(line) && !BYLINE.test(line)).length;
  return headlike > 1 ? "page" : "article";
}

/** One article from plain text or pasted HTML: a short first line is its headline. */
export function asArticle(text) {
  const lines = (/<(?:p|div|br|article|section|h[1-6])\b/i.test(text) ? withoutMarkup(text) : text)
    .split("\n").map((line) => line.trim()).filter(Boolean);
  const [first = "", ...rest] = lines;
  const headed = rest.length > 0 && first.length <= 60 && !/[。！？!?；;]$/.test(first) && !BYLINE.test(first) && !LEAD.test(first);
  const paragraphs = unwrap(headed ? rest : lines);
  return { headline: headed ? first.replace(/^#{1,6}\s*/, "") : "", paragraphs };
}

/** Lines that were cut at one and the same width are one paragraph again. */
function unwrap(lines) {
  const open = lines.filter((line) => !ENDS.test(line) && line.length >= 12);
  const width = Math.max(0, ...open.map((line) => line.length));
  const same = open.filter((line) => line.length >= width - 3).length;
  if (open.length < 3 || same < open.length * 0.8) return lines;
  const paragraphs = [];
  let going = false;
  for (const line of lines) {
    if (going) paragraphs[paragraphs.length - 1] += line;
    else paragraphs.push(line);
    going = !ENDS.test(line) && line.length >= width - 3;
  }
  return paragraphs;
}

const BLOCKS = new Set(["P", "DIV", "BR", "ARTICLE", "SECTION", "LI", "TR", "H1", "H2", "H3", "H4", "H5", "H6", "BLOCKQUOTE"]);

/** The text of an inert document: nothing in it runs or loads. */
function withoutMarkup(html) {
  const { body } = new DOMParser().parseFromString(html, "text/html");
  const parts = [];
  const walk = (node) => {
    if (node.nodeType === Node.TEXT_NODE) parts.push(node.data.replace(/\s*\n\s*/g, ""));
    if (node.nodeType !== Node.ELEMENT_NODE || node.matches("script, style, template")) return;
    const block = BLOCKS.has(node.tagName);
    if (block) parts.push("\n");
    node.childNodes.forEach(walk);
    if (block) parts.push("\n");
  };
  walk(body);
  return parts.join("");
}

/** Text of a dropped file: UTF-8, UTF-16 with its mark, or GB18030 as older newsroom systems write it. */
export async function readText(file) {
  if (file.size > MOST_BYTES) throw new Error("文件太大，请只放一个版面的文字。");
  const bytes = new Uint8Array(await file.arrayBuffer());
  const mark = (...head) => head.every((byte, i) => bytes[i] === byte);
  let text = null;
  if (mark(0xff, 0xfe)) text = new TextDecoder("utf-16le").decode(bytes);
  else if (mark(0xfe, 0xff)) text = new TextDecoder("utf-16be").decode(bytes);
  else if (!bytes.includes(0)) text = decoded(bytes, "utf-8") ?? decoded(bytes, "gb18030");
  if (text === null) throw new Error(`“${file.name}”不是文本文件。请另存为 .txt，或把文字复制过来。`);
  return clean(text);
}

function decoded(bytes, encoding) {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** One kind of line end, and no half characters: what we hold is exactly what the service counts. */
export function clean(text) {
  const even = text.replace(/^\uFEFF/, "").replace(/\r\n?/g, "\n");
  return even.toWellFormed ? even.toWellFormed() : even.replace(/\p{Surrogate}/gu, "\uFFFD");
}
