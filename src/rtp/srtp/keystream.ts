import { type Cipheriv, createCipheriv } from 'node:crypto';

const BLOCK_BYTES = 16;
/** Longest packet that is ciphered. */
export const MAX_PACKET_BYTES = 2048;

/**
 * AES-128 in counter mode (RFC 3711 4.1.1) with one key for many packets. The counter blocks of a packet are ciphered in
 * one call of one long-lived ECB cipher: making a CTR cipher for each packet costs ten times as much.
 */
export class Keystream {
  readonly #cipher: Cipheriv;
  readonly #salt: Buffer;
  readonly #counters = Buffer.alloc(MAX_PACKET_BYTES);
  /** View on the blocks of the packet before: most packets are as long. */
  #blocks: Buffer = this.#counters.subarray(0, BLOCK_BYTES);

  /** @param salt 14 bytes */
  constructor(key: Buffer, salt: Buffer) {
    this.#cipher = createCipheriv('aes-128-ecb', key, null).setAutoPadding(false);
    this.#salt = salt;
  }

  /**
   * Ciphers or deciphers `bytes[from..to)` in place. `high` and `low` are the 48 bits of the packet's index: for SRTP
   * rollover counter and sequence number << 16, for SRTCP the upper and lower half of its index.
   */
  apply(bytes: Uint8Array, from: number, to: number, ssrc: number, high: number, low: number): void {
    const length = to - from;
    if (length <= 0) return;
    const size = Math.ceil(length / BLOCK_BYTES) * BLOCK_BYTES;
    if (this.#blocks.length !== size) this.#blocks = this.#counters.subarray(0, size);
    this.#fill(size, ssrc, high, low);
    const stream = this.#cipher.update(this.#blocks);
    for (let index = 0; index < length; index++) bytes[from + index]! ^= stream[index]!;
  }

  #fill(size: number, ssrc: number, high: number, low: number): void {
    const counters = this.#counters;
    const salt = this.#salt;
    for (let index = 0; index < 14; index++) counters[index] = salt[index]!;
    for (let index = 0; index < 4; index++) {
      const shift = 24 - 8 * index;
      counters[4 + index]! ^= ssrc >>> shift;
      counters[8 + index]! ^= high >>> shift;
    }
    counters[12]! ^= low >>> 24;
    counters[13]! ^= low >>> 16;
    counters[14] = 0;
    counters[15] = 0;
    for (let at = BLOCK_BYTES, block = 1; at < size; at += BLOCK_BYTES, block++) {
      counters.copyWithin(at, 0, 14);
      counters[at + 14] = block >>> 8;
      counters[at + 15] = block;
    }
  }
}
