import type { IdSource } from '../../shared/ids.ts';
import { Header, quote, type SipResponse } from '../message/index.ts';
import {
  ALGORITHM_TOKEN,
  type DigestAlgorithm,
  digestHa1,
  digestResponse,
  parseDigestFields,
} from './digest.ts';

/** Account at one peer. */
export interface PeerAccount {
  readonly username: string;
  readonly password: string;
  /** Only this realm is answered; `undefined`: the realm of the peer's first challenge. */
  readonly realm?: string;
}

/** The request to repeat. */
export interface ChallengedRequest {
  readonly method: string;
  /** Request-URI. */
  readonly uri: string;
}

type Challenge = ReadonlyMap<string, string>;

/**
 * The client's side of Digest (RFC 3261 22.2, RFC 7616, RFC 8760). Answers only the realm that an account is for: a
 * stranger who challenges learns nothing that he could use at the peer.
 */
export class DigestClient {
  readonly #ids: IdSource;
  /** Realm that an account without one turned out to be for. */
  readonly #realms = new WeakMap<PeerAccount, string>();

  constructor(ids: IdSource) {
    this.#ids = ids;
  }

  /**
   * Answer to the challenges of a 401 or 407: a header line ended by CRLF; `undefined` when none of them is for
   * this account, or in an algorithm that we speak.
   */
  answer(response: SipResponse, request: ChallengedRequest, account: PeerAccount): string | undefined {
    const isProxy = response.status === 407;
    const challenges = response
      .all(isProxy ? Header.ProxyAuthenticate : Header.WwwAuthenticate)
      .map((value) => parseDigestFields(value))
      .filter((challenge) => challenge !== undefined);
    const realm = account.realm ?? this.#realms.get(account) ?? challenges[0]?.get('realm');
    // RFC 8760 2.4: the first one that we speak is the one that the server likes best.
    const challenge = challenges.find((one) => one.get('realm') === realm && isAnswerable(one));
    if (!challenge || realm === undefined) return undefined;
    if (account.realm === undefined) this.#realms.set(account, realm);
    const name = isProxy ? 'Proxy-Authorization' : 'Authorization';
    return `${name}: ${this.#credentials(challenge, realm, request, account)}\r\n`;
  }

  #credentials(
    challenge: Challenge,
    realm: string,
    { method, uri }: ChallengedRequest,
    { username, password }: PeerAccount,
  ): string {
    const algorithm = algorithmOf(challenge) ?? 'md5';
    const nonce = challenge.get('nonce') ?? '';
    const opaque = challenge.get('opaque');
    const qop = challenge.has('qop') ? 'auth' : undefined;
    // A new challenge brings a new nonce, whose first count is 1.
    const fields = { nonce, uri, qop, nc: '00000001', cnonce: this.#ids.token() };
    const proof = digestResponse(algorithm, digestHa1(algorithm, username, realm, password), method, fields);
    let value = `Digest username=${quote(username)}, realm=${quote(realm)}, nonce=${quote(nonce)}, uri=${quote(uri)}`;
    value += `, response="${proof}", algorithm=${ALGORITHM_TOKEN[algorithm]}`;
    if (qop) value += `, qop=${qop}, nc=${fields.nc}, cnonce="${fields.cnonce}"`;
    return opaque === undefined ? value : `${value}, opaque=${quote(opaque)}`;
  }
}

function algorithmOf(challenge: Challenge): DigestAlgorithm | undefined {
  const name = (challenge.get('algorithm') ?? 'MD5').toLowerCase();
  return name === 'md5' || name === 'sha-256' ? name : undefined;
}

function isAnswerable(challenge: Challenge): boolean {
  if (algorithmOf(challenge) === undefined || !challenge.get('nonce')) return false;
  const qop = challenge.get('qop');
  return qop === undefined || qop.split(',').some((option) => option.trim().toLowerCase() === 'auth');
}
