import { createCipheriv } from 'node:crypto';

export const MASTER_KEY_BYTES = 16;
export const MASTER_SALT_BYTES = 14;

/** Keys that one direction of SRTP or SRTCP works with (RFC 3711 4.3). */
export interface SessionKeys {
  readonly cipherKey: Buffer;
  readonly authKey: Buffer;
  readonly salt: Buffer;
}

/** Labels of RFC 3711 4.3.1 and 4.3.2, of the first key of each protocol. */
const LABEL = { rtp: 0, rtcp: 3 } as const;

/** Session keys for a master key and salt (30 bytes together), key derivation rate 0. */
export function deriveKeys(master: Uint8Array, protocol: keyof typeof LABEL): SessionKeys {
  if (master.length !== MASTER_KEY_BYTES + MASTER_SALT_BYTES) {
    throw new RangeError(`SRTP master key and salt are 30 bytes, got ${master.length}`);
  }
  const first = LABEL[protocol];
  return {
    cipherKey: derive(master, first, 16),
    authKey: derive(master, first + 1, 20),
    salt: derive(master, first + 2, MASTER_SALT_BYTES),
  };
}

/** RFC 3711 4.3.3: AES in counter mode, the label put into the salt. */
function derive(master: Uint8Array, label: number, length: number): Buffer {
  const counter = Buffer.alloc(16);
  counter.set(master.subarray(MASTER_KEY_BYTES));
  counter[7]! ^= label;
  const cipher = createCipheriv('aes-128-ctr', master.subarray(0, MASTER_KEY_BYTES), counter);
  return cipher.update(Buffer.alloc(length));
}
