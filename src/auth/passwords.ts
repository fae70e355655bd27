import { type Argon2Parameters, argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IdSource } from '../shared/ids.ts';
import { AuthError } from './auth-error.ts';

/** What a new hash costs. */
export interface HashCost {
  readonly memoryKib: number;
  readonly passes: number;
}

/** Argon2id (RFC 9106) with what OWASP names: 19 MiB, two passes, one lane. */
const USUAL_COST: HashCost = { memoryKib: 19_456, passes: 2 };
const LANES = 1;
const HASH_BYTES = 32;
const SALT_BYTES = 16;

/** Hashes wait for each other, so that no flood of them takes the threads that files and names need; so many may wait. */
const MAX_WAITING = 50;

const PHC = /^\$argon2id\$v=19\$m=(\d{1,8}),t=(\d{1,3}),p=(\d{1,3})\$([\w+/]+)\$([\w+/]+)$/;

/** Shortest password, characters; NIST SP 800-63B 5.1.1 asks for eight. */
const SHORTEST = 10;
export const LONGEST_PASSWORD = 128;

/** Makes and checks hashes of passwords, one after another. */
export class Passwords {
  readonly #cost: HashCost;
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  constructor(cost = USUAL_COST) {
    this.#cost = cost;
  }

  /** A hash as text: `$argon2id$v=19$m=...,t=...,p=...$salt$hash`. */
  async hash(password: string): Promise<string> {
    const { memoryKib, passes } = this.#cost;
    const nonce = randomBytes(SALT_BYTES);
    const settings = { memory: memoryKib, passes, parallelism: LANES, tagLength: HASH_BYTES };
    const hash = await this.#inTurn({ message: password, nonce, ...settings });
    return `$argon2id$v=19$m=${memoryKib},t=${passes},p=${LANES}$${unpadded(nonce)}$${unpadded(hash)}`;
  }

  /**
   * Whether the hash is of this password. Undefined, of somebody who is not there, takes as long. Throws AuthError `too-many-tries`
   * while too many wait.
   */
  async check(password: string, hash: string | undefined): Promise<boolean> {
    const [, memory, passes, lanes, salt, expected] = PHC.exec(hash ?? '') ?? [];
    if (salt === undefined || expected === undefined) {
      await this.hash(password);
      return false;
    }
    const known = Buffer.from(expected, 'base64');
    const given = await this.#inTurn({
      message: password,
      nonce: Buffer.from(salt, 'base64'),
      memory: Number(memory),
      passes: Number(passes),
      parallelism: Number(lanes),
      tagLength: known.length,
    });
    return timingSafeEqual(known, given);
  }

  async #inTurn(parameters: Argon2Parameters): Promise<Buffer> {
    if (this.#waiting >= MAX_WAITING) {
      throw new AuthError('too-many-tries', 'too many sign in at this moment', { retryAfterMs: 5_000 });
    }
    this.#waiting++;
    const turn = this.#last.then(() => derive(parameters));
    this.#last = turn.catch(() => {});
    try {
      return await turn;
    } finally {
      this.#waiting--;
    }
  }
}

function derive(parameters: Argon2Parameters): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    argon2('argon2id', parameters, (error, key) => (error ? reject(error) : resolve(key)));
  });
}

const unpadded = (bytes: Buffer) => bytes.toString('base64').replaceAll('=', '');

/** A password that is told once and then changed, 16 characters (96 bits). */
export const oneTimePassword = (ids: Pick<IdSource, 'token'>): string => ids.token().slice(0, 16);

/** Throws AuthError `weak-password`, with what to do. */
export function requireStrength(password: string, login: string): void {
  const refuse = (why: string) => {
    throw new AuthError('weak-password', `the new password ${why}`);
  };
  if (password.length < SHORTEST) refuse(`is shorter than ${SHORTEST} characters`);
  if (password.toLowerCase().includes(login)) refuse('holds the login; leave it out');
  if (new Set(password).size < 5) refuse('repeats the same characters; take five different ones at least');
}
