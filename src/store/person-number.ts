/** The forms in which one telephone number stands in text: 13800138000, +8613800138000, 008613800138000, 013800138000. */
const PREFIXES = '(?:(?:\\+|00)(?:86)?|86)?0?';
/** Shorter ones are extensions and agents (工号): they would be found in others' numbers. */
const FEWEST_DIGITS = 7;

/** Finds a person by his number in whatever was stored of him, and puts something else in its place. */
export class PersonNumber {
  /** What every form contains: for a first, quick look. */
  readonly core: string;
  readonly #pattern: RegExp;

  /** Undefined when the text is no number that could be told from others. */
  static parse(text: string): PersonNumber | undefined {
    const digits = text.replaceAll(/[ ()-]/g, '');
    const [, core] = /^(?:(?:\+|00)(?:86)?|86(?=\d{10}))?0?(\d+)$/.exec(digits) ?? [];
    return core === undefined || core.length < FEWEST_DIGITS ? undefined : new PersonNumber(core);
  }

  private constructor(core: string) {
    this.core = core;
    this.#pattern = new RegExp(`(?<!\\d)${PREFIXES}${core}(?!\\d)`, 'g');
  }

  isIn(text: string): boolean {
    return text.includes(this.core) && text.search(this.#pattern) >= 0;
  }

  replaceIn(text: string, by: string): string {
    return text.includes(this.core) ? text.replaceAll(this.#pattern, by) : text;
  }

  /** The same value, plain JSON, with each text in it changed; the value itself when nothing was. */
  replaceInJson<Value>(value: Value, by: string): Value {
    if (typeof value === 'string') return this.replaceIn(value, by) as Value;
    if (value === null || typeof value !== 'object') return value;
    if (Array.isArray(value)) return value.map((item) => this.replaceInJson(item, by)) as Value;
    const entries = Object.entries(value).map(([key, item]) => [key, this.replaceInJson(item, by)]);
    return Object.fromEntries(entries) as Value;
  }
}
