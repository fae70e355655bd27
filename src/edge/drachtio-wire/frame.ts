import { PbxError } from '../../shared/errors.ts';

/** What came is no frame: the connection cannot be understood any more. */
export class FrameError extends PbxError {
  constructor(message: string) {
    super('drachtio-frame', message);
  }
}

/** Digits that a length may have: frames of less than 100 MB. */
const MAX_DIGITS = 8;
const HASH = 35;
const ZERO = 48;
const NINE = 57;

/**
 * Where a payload that starts at `start` and whose length is given as `count` ends in `bytes`; -1 when more bytes
 * are needed to know or to have it all.
 */
export type PayloadEnd = (bytes: Buffer, start: number, count: number) => number;

/** `count` is a number of bytes, as it should be. */
export const countsBytes: PayloadEnd = (bytes, start, count) =>
  start + count <= bytes.length ? start + count : -1;

/** One frame of the drachtio protocol: `<length in bytes>#<payload>`. */
export function frame(payload: string): string {
  return `${Buffer.byteLength(payload)}#${payload}`;
}

/** Cuts a stream of bytes into the payloads of its frames, however they were split or joined on their way. */
export class FrameReader {
  /** Frames may be so long; a longer one is an error as soon as its length is known. */
  limitBytes: number;
  readonly #payloadEnd: PayloadEnd;
  /** Bytes that wait for the rest of their frame, as they came: joined once, when enough of them are there. */
  #chunks: Buffer[] = [];
  #waiting = 0;
  #needed = 0;

  constructor(limitBytes: number, payloadEnd: PayloadEnd = countsBytes) {
    this.limitBytes = limitBytes;
    this.#payloadEnd = payloadEnd;
  }

  /** Bytes that wait for the rest of their frame. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Takes bytes and hands over each payload that is complete. Throws {@link FrameError}. */
  push(chunk: Buffer, onPayload: (payload: Buffer) => void): void {
    const isFirst = this.#waiting === 0;
    if (!isFirst) this.#chunks.push(chunk);
    this.#waiting += chunk.length;
    if (this.#waiting < this.#needed) return void (isFirst && this.#chunks.push(chunk));
    const bytes = isFirst ? chunk : Buffer.concat(this.#chunks, this.#waiting);
    this.#keep(bytes, this.#cut(bytes, onPayload));
  }

  /** Hands over what is complete; returns where the rest begins. */
  #cut(bytes: Buffer, onPayload: (payload: Buffer) => void): number {
    let at = 0;
    for (;;) {
      this.#needed = 0;
      const hash = this.#lengthEnd(bytes, at);
      if (hash < 0) return at;
      const count = Number(bytes.toString('latin1', at, hash));
      if (count === 0 || count > this.limitBytes) throw new FrameError(`a frame of ${count} bytes`);
      this.#needed = hash + 1 - at + count;
      const end = this.#payloadEnd(bytes, hash + 1, count);
      if (end < 0) return at;
      at = end;
      onPayload(bytes.subarray(hash + 1, end));
    }
  }

  #keep(bytes: Buffer, from: number): void {
    this.#waiting = bytes.length - from;
    this.#chunks = this.#waiting > 0 ? [bytes.subarray(from)] : [];
  }

  /** Position of the `#` after the digits at `at`; -1 when it has not come yet. */
  #lengthEnd(bytes: Buffer, at: number): number {
    for (let index = at; index < bytes.length; index++) {
      const code = bytes[index]!;
      if (code === HASH && index > at) return index;
      if (code < ZERO || code > NINE || index - at >= MAX_DIGITS) {
        throw new FrameError('a frame that does not start with its length');
      }
    }
    return -1;
  }
}
