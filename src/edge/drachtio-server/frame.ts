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
  readonly #limitBytes: number;
  readonly #payloadEnd: PayloadEnd;
  #rest: Buffer | undefined;

  constructor(limitBytes: number, payloadEnd: PayloadEnd = countsBytes) {
    this.#limitBytes = limitBytes;
    this.#payloadEnd = payloadEnd;
  }

  /** Bytes that wait for the rest of their frame. */
  get waiting(): number {
    return this.#rest?.length ?? 0;
  }

  /** Takes bytes and hands over each payload that is complete. Throws {@link FrameError}. */
  push(chunk: Buffer, onPayload: (payload: Buffer) => void): void {
    const bytes = this.#rest ? Buffer.concat([this.#rest, chunk]) : chunk;
    let at = 0;
    for (;;) {
      const hash = this.#lengthEnd(bytes, at);
      if (hash < 0) break;
      const count = Number(bytes.toString('latin1', at, hash));
      if (count === 0 || count > this.#limitBytes) throw new FrameError(`a frame of ${count} bytes`);
      const end = this.#payloadEnd(bytes, hash + 1, count);
      if (end < 0) break;
      at = end;
      onPayload(bytes.subarray(hash + 1, end));
    }
    this.#rest = at < bytes.length ? bytes.subarray(at) : undefined;
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
