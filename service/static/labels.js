/** Names of the contract → the words that an editor reads. */

/** `[what was done, whether a person should check it]`. */
const REPAIRS = {
  joined: ["接上了断开的段落", false],
  doubtful_join: ["有一处接合存疑", true],
  lost_text: ["断处有缺字，以……标出", true],
  deduplicated: ["去掉了重复的文字", false],
  paragraph_moved: ["收回了排到别处的段落", false],
  heading_joined: ["合拢了断开的标题", false],
  headline_moved: ["标题原来排在正文后面", false],
  byline_moved: ["署名原来排在标题前面", false],
  doubtful_headline: ["标题与正文是否相配存疑", true],
  no_body: ["只有标题或署名，没有正文", true],
};

const DROPS = {
  editor: "编辑移出",
  furniture: "版面信息（报头、编辑、电话等）",
  advertisement: "广告",
  markup: "网页标记",
  duplicate: "与别处重复",
};

const KINDS = { photo_caption: "图片说明", caption: "图片说明", brief: "简讯" };

export const repairText = (name) => REPAIRS[name]?.[0] ?? name;
export const isDoubtful = (name) => REPAIRS[name]?.[1] ?? false;
export const dropText = (name) => DROPS[name] ?? name;
export const kindText = (name) => KINDS[name] ?? "";

export const percent = (p) => {
  const n = p * 100;
  if (n > 99.5) return "> 99%";
  if (n < 0.5) return "< 1%";
  return `${Math.round(n)}%`;
};

/** Why a person should look, in a sentence. */
export function reasonText(digest) {
  const [first, second] = digest.themes;
  switch (digest.reason) {
    case "low_confidence":
      return `把握不大：最可能的「${first.label}」也只有 ${percent(first.probability)}，请人工定主题。`;
    case "close_call":
      return `可能是「${first.label}」（${percent(first.probability)}），也可能是「${second.label}」（${percent(second.probability)}），请定夺。`;
    case "too_short":
      return "正文太短，依据不足，请人工定主题。";
    case "unfamiliar":
      return "用词与学过的稿件相差很大，或不是中文新闻，请人工核对。";
    default:
      return "请人工核对主题。";
  }
}

const ROLE_NAMES = { reporters: "记者", correspondents: "通讯员", photographers: "摄影" };

/** `[["记者", ["顾明远"]], …]`, roles that are filled only. */
export const bylineRoles = (byline) =>
  Object.entries(ROLE_NAMES).filter(([role]) => byline[role]?.length).map(([role, name]) => [name, byline[role]]);

export const bylineText = (byline) => bylineRoles(byline).map(([name, who]) => `${name} ${who.join(" ")}`).join(" ");

/** `[[3, 8], [12, 12]]` → `第 3–8、12 行`. */
export const linesText = (lines) =>
  lines.length ? `第 ${lines.map(([a, b]) => (a === b ? `${a}` : `${a}–${b}`)).join("、")} 行` : "";

export const headlineOf = (article) => article.headline || "（无题）";
