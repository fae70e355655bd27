import { timingSafeEqual } from 'node:crypto';
import type { Clock } from '../../shared/clock.ts';
import type { IdSource } from '../../shared/ids.ts';
import {
  ALGORITHM_TOKEN,
  type DigestAlgorithm,
  digestHash,
  digestResponse,
  parseDigestCredentials,
} from './digest.ts';
import { Nonces } from './nonces.ts';

/** Secrets of one user by algorithm: H(username:realm:password), lower-case hex. */
export type Ha1 = Readonly<Partial<Record<DigestAlgorithm, string>>>;

/** What a guard asks for, and whom it knows. */
export interface DigestGuardOptions {
  readonly realm: string;
  /** Offered in this order (RFC 8760 2.4). */
  readonly algorithms: readonly DigestAlgorithm[];
  readonly clock: Clock;
  readonly ids: IdSource;
  /** The secret of a user; undefined: there is no such user. */
  readonly secretOf: (username: string) => Ha1 | undefined;
}

/** What is checked: the request's method, where it came from, and its Authorization values. */
export interface GuardedRequest {
  readonly method: string;
  readonly address: string;
  readonly authorization: readonly string[];
}

/**
 * - `granted`: `username` has proved to know its password.
 * - `challenge`: no usable credentials; send 401 with the header values.
 * - `denied`: wrong password or unknown user, which nobody can tell apart.
 */
export type DigestVerdict =
  | { readonly verdict: 'granted'; readonly username: string }
  | { readonly verdict: 'challenge'; readonly headers: readonly string[] }
  | { readonly verdict: 'denied'; readonly username: string };

/**
 * The server's side of Digest (RFC 3261 22.1, 22.4): challenges, and checks answers. For an unknown user the same
 * work is done with a secret made up from the name, so that neither answer nor time tells who exists.
 */
export class DigestGuard {
  readonly #options: DigestGuardOptions;
  readonly #nonces: Nonces;
  readonly #decoy: string;

  constructor(options: DigestGuardOptions) {
    this.#options = options;
    this.#nonces = new Nonces(options.clock, options.ids);
    this.#decoy = options.ids.token();
  }

  check(request: GuardedRequest): DigestVerdict {
    const credentials = this.#credentialsOf(request);
    if (!credentials) return this.#challenge(request.address, false);
    const { username, nonce, nc, qop, algorithm } = credentials;
    // Without qop a client has no count: its nonce is good once.
    const count = qop === undefined ? Number.MAX_SAFE_INTEGER : Number.parseInt(nc, 16);
    const verdict = this.#nonces.judge(nonce, request.address, count);
    if (verdict === 'foreign') return this.#challenge(request.address, false);
    const known = this.#options.secretOf(username)?.[algorithm];
    const secret = known ?? digestHash(algorithm, `${this.#decoy}:${username}`);
    const expected = digestResponse(algorithm, secret, request.method, credentials);
    if (!sameText(expected, credentials.response) || known === undefined)
      return { verdict: 'denied', username };
    // RFC 7616 3.3: stale says that the password was right and only the nonce must be new.
    if (verdict === 'stale') return this.#challenge(request.address, true);
    this.#nonces.use(nonce, count);
    return { verdict: 'granted', username };
  }

  /**
   * The first credentials for our realm, in an algorithm that we offer. Their uri may differ from the Request-URI:
   * proxies rewrite the latter, and clients in use (SIPp) write the server's address (RFC 3261 22.4 (1), RFC 7616
   * 3.4.6). What that check would prevent, reuse for another target, the nonce count prevents.
   */
  #credentialsOf({ authorization }: GuardedRequest) {
    for (const value of authorization) {
      const credentials = parseDigestCredentials(value);
      if (credentials?.realm !== this.#options.realm) continue;
      const { algorithm, qop } = credentials;
      if (algorithm === undefined || !this.#options.algorithms.includes(algorithm)) continue;
      // RFC 3261 22.4 (8): only auth is offered, and clients without qop are served.
      if (qop !== undefined && qop !== 'auth') continue;
      return { ...credentials, algorithm };
    }
    return undefined;
  }

  #challenge(address: string, stale: boolean): DigestVerdict {
    const nonce = this.#nonces.create(address);
    const headers = this.#options.algorithms.map(
      (algorithm) =>
        `Digest realm="${this.#options.realm}", nonce="${nonce}", algorithm=${ALGORITHM_TOKEN[algorithm]}, qop="auth"${stale ? ', stale=true' : ''}`,
    );
    return { verdict: 'challenge', headers };
  }
}

function sameText(expected: string, given: string): boolean {
  const left = Buffer.from(expected);
  const right = Buffer.from(given);
  return left.length === right.length && timingSafeEqual(left, right);
}
