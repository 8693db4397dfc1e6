/**
 * A text addressed by Unicode code points, as the service counts, not by UTF-16 units, as JavaScript does:
 * behind one 𣲗 or 🚒 every plain index would be one too far.
 */
export class Points {
  constructor(text) {
    this.text = text;
    this.starts = /[\uD800-\uDFFF]/.test(text) ? unitStarts(text) : null;
    this.length = this.starts ? this.starts.length - 1 : text.length;
  }

  slice(start, end) {
    const last = this.length;
    const unit = (point) => {
      const at = Math.max(0, Math.min(point, last));
      return this.starts ? this.starts[at] : at;
    };
    return this.text.slice(unit(start), unit(end));
  }

  /** Where `term` begins, every time, without overlaps. */
  find(term) {
    const found = [];
    if (!term) return found;
    for (let at = this.text.indexOf(term); at >= 0; at = this.text.indexOf(term, at + term.length)) {
      found.push(this.starts ? position(this.starts, at) : at);
    }
    return found;
  }
}

export const countPoints = (text) => new Points(text).length;

/** Length as readers count and as `max_chars` bounds it: a Han character or sign is one, a Latin word or number half its width. */
export const readerLength = (text) =>
  (text.match(/[A-Za-z]+|\p{Nd}+(?:[.,]\p{Nd}+)*%?|\S/gu) ?? []).reduce((sum, unit) => sum + ((countPoints(unit) + 1) >> 1), 0);

function unitStarts(text) {
  const starts = [];
  let at = 0;
  for (const char of text) {
    starts.push(at);
    at += char.length;
  }
  starts.push(at);
  return starts;
}

function position(starts, unit) {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (starts[middle] < unit) low = middle + 1;
    else high = middle;
  }
  return low;
}
