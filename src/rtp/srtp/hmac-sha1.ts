/** Bytes of a SHA-1 digest. */
export const SHA1_BYTES = 20;
const BLOCK_BYTES = 64;

/** Message schedule of the block at work; shared, as no two run at once. */
const words = new Int32Array(80);

/** One SHA-1 compression (FIPS 180-4 6.1.2) of the 64 bytes at `bytes[at]` into `state`. */
function compress(state: Int32Array, bytes: Uint8Array, at: number): void {
  for (let index = 0; index < 16; index++, at += 4) {
    words[index] = (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;
  }
  for (let index = 16; index < 80; index++) {
    const mixed = words[index - 3]! ^ words[index - 8]! ^ words[index - 14]! ^ words[index - 16]!;
    words[index] = (mixed << 1) | (mixed >>> 31);
  }
  let a = state[0]!;
  let b = state[1]!;
  let c = state[2]!;
  let d = state[3]!;
  let e = state[4]!;
  for (let index = 0; index < 80; index++) {
    const turned = (a << 5) | (a >>> 27);
    let sum: number;
    if (index < 20) sum = ((b & c) | (~b & d)) + 0x5a827999;
    else if (index < 40) sum = (b ^ c ^ d) + 0x6ed9eba1;
    else if (index < 60) sum = ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc;
    else sum = (b ^ c ^ d) + 0xca62c1d6;
    const next = (turned + sum + e + words[index]!) | 0;
    e = d;
    d = c;
    c = (b << 30) | (b >>> 2);
    b = a;
    a = next;
  }
  state[0] = (state[0]! + a) | 0;
  state[1] = (state[1]! + b) | 0;
  state[2] = (state[2]! + c) | 0;
  state[3] = (state[3]! + d) | 0;
  state[4] = (state[4]! + e) | 0;
}

/**
 * HMAC-SHA1 (RFC 2104) with one key for many short messages, without garbage: a `createHmac` for each packet costs more
 * than the hash itself. SHA-1 has no branch or table that depends on the key.
 */
export class HmacSha1 {
  readonly #inner = Int32Array.of(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0);
  readonly #outer = Int32Array.from(this.#inner);
  readonly #state = new Int32Array(5);
  readonly #block = new Uint8Array(BLOCK_BYTES);

  /** @param key up to 64 bytes */
  constructor(key: Uint8Array) {
    const pad = (byte: number) => Uint8Array.from({ length: BLOCK_BYTES }, (_, at) => (key[at] ?? 0) ^ byte);
    compress(this.#inner, pad(0x36), 0);
    compress(this.#outer, pad(0x5c), 0);
  }

  /** Writes the first `count` bytes of the code of `message[0..length)` to `into[at]`. */
  sign(message: Uint8Array, length: number, into: Uint8Array, at: number, count: number): void {
    const state = this.#state;
    state.set(this.#inner);
    let done = 0;
    for (; done + BLOCK_BYTES <= length; done += BLOCK_BYTES) compress(state, message, done);
    this.#finish(message, done, length);
    for (let index = 0; index < SHA1_BYTES; index++)
      this.#block[index] = state[index >> 2]! >>> (24 - 8 * (index & 3));
    state.set(this.#outer);
    this.#pad(SHA1_BYTES, BLOCK_BYTES + SHA1_BYTES);
    for (let index = 0; index < count; index++)
      into[at + index] = state[index >> 2]! >>> (24 - 8 * (index & 3));
  }

  #finish(message: Uint8Array, from: number, length: number): void {
    const rest = length - from;
    for (let index = 0; index < rest; index++) this.#block[index] = message[from + index]!;
    this.#pad(rest, BLOCK_BYTES + length);
  }

  /** Ends a message whose last `used` bytes lie in the block; `total` counts all of it. */
  #pad(used: number, total: number): void {
    const block = this.#block;
    block[used] = 0x80;
    block.fill(0, used + 1);
    if (used + 9 > BLOCK_BYTES) {
      compress(this.#state, block, 0);
      block.fill(0);
    }
    const bits = total * 8;
    for (let index = 0; index < 4; index++) block[BLOCK_BYTES - 1 - index] = bits >>> (8 * index);
    compress(this.#state, block, 0);
  }
}
