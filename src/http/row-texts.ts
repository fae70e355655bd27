/** Longer ones are made each time: a list of a million numbers is not to be kept twice. */
const KEPT_LENGTH = 16_384;

/** Of what a row is made beside the value. */
interface Revised {
  /** Never changed: another value is another object. */
  readonly value: object;
  readonly revision: number;
  readonly file: string | undefined;
}

interface Changed {
  readonly at: number;
  readonly by: string;
}

interface Kept {
  readonly of: string;
  readonly text: string;
}

/** Rows of lists as JSON, kept as long as the value that they show is there: lists are asked for again and again, and change seldom. */
export class RowTexts {
  readonly #whole = new WeakMap<object, Kept>();
  readonly #masked = new WeakMap<object, Kept>();

  /** `isWhole`: with numbers that are not masked. `rowOf`: what is to be shown. */
  of(
    { value, revision, file }: Revised,
    isWhole: boolean,
    changed: Changed | undefined,
    rowOf: (changed: Changed | undefined) => object,
  ): string {
    const texts = isWhole ? this.#whole : this.#masked;
    const of = `${revision}\n${file ?? ''}\n${changed?.at ?? ''}\n${changed?.by ?? ''}`;
    const kept = texts.get(value);
    if (kept?.of === of) return kept.text;
    const text = JSON.stringify(rowOf(changed));
    if (text.length <= KEPT_LENGTH) texts.set(value, { of, text });
    return text;
  }
}
