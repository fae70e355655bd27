import { readFileSync } from 'node:fs';
import { ConfigError } from '../shared/errors.ts';

const TEXT_TYPE = 0x02;
const ZERO = 48;

/** An element: the digits of its name as a number and how many there are, and where its text stands. */
export type TakeElement = (prefix: number, digits: number, from: number, to: number) => void;

/**
 * A BSON document that holds nothing but texts whose names are digits (https://bsonspec.org/spec.html): int32 size, then
 * elements of type 0x02, a C string as name, int32 length and the text with its trailing zero. Hundreds of thousands of
 * elements have a few hundred texts: none of the others is decoded.
 */
export class FlatBson {
  readonly #file: string;
  readonly #bytes: Buffer;
  /** By a hash of its bytes the text that was seen last. */
  readonly #texts = new Map<number, { readonly from: number; readonly to: number; readonly text: string }>();

  constructor(file: string) {
    this.#file = file;
    this.#bytes = readFileSync(file);
  }

  /** Gives each element to `take`. Throws ConfigError. */
  each(take: TakeElement): void {
    const bytes = this.#bytes;
    const end = bytes.readInt32LE(0) - 1;
    for (let at = 4; at < end; ) {
      if (bytes[at] !== TEXT_TYPE) this.#refuse(at);
      const name = ++at;
      let prefix = 0;
      for (; bytes[at] !== 0; at++) {
        const digit = bytes[at]! - ZERO;
        if (!(digit >= 0 && digit <= 9)) this.#refuse(at);
        prefix = prefix * 10 + digit;
      }
      const from = at + 5;
      const to = from + bytes.readInt32LE(at + 1) - 1;
      take(prefix, at - name, from, to);
      at = to + 1;
    }
  }

  text(from: number, to: number): string {
    let hash = to - from;
    for (let at = from; at < to; at++) hash = (Math.imul(hash, 31) + this.#bytes[at]!) | 0;
    const seen = this.#texts.get(hash);
    if (seen && this.#isSame(seen.from, seen.to, from, to)) return seen.text;
    const text = this.#bytes.toString('utf8', from, to);
    this.#texts.set(hash, { from, to, text });
    return text;
  }

  #isSame(from: number, to: number, otherFrom: number, otherTo: number): boolean {
    if (to - from !== otherTo - otherFrom) return false;
    for (let index = 0; from + index < to; index++) {
      if (this.#bytes[from + index] !== this.#bytes[otherFrom + index]) return false;
    }
    return true;
  }

  #refuse(at: number): never {
    throw new ConfigError(`unexpected byte ${this.#bytes[at]} at ${at}`, { file: this.#file });
  }
}
