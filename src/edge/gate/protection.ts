import { Header, type SipRequest } from '../../sip/message/index.ts';
import type { TransportAddress } from '../../sip/transport/transport.ts';
import type { Ban } from '../edge.ts';
import { RateLimiter } from './rate-limiter.ts';

/** What keeps hostile and broken peers from harming the others. */
export interface ProtectionOptions {
  /** Peers by address that none of this is for: the trunks of the configuration. */
  readonly trusts: (address: string) => boolean;
  /** Addresses of phones that are registered: never banned. Limits stay. */
  readonly spares?: (address: string) => boolean;
  /** What all others get for calls above their limit, or while we are overloaded: no answer at all. Default: 503. */
  readonly silent?: boolean;
  /** New calls a second that one other address may place on average; four times as many at once. Default 10. */
  readonly invitesPerSecond?: number;
  /** The same for REGISTER. Default 10. */
  readonly registersPerSecond?: number;
  /** How long a scanner is not heard. Default ten minutes. */
  readonly banMs?: number;
}

/** Names that the usual scanning tools give themselves in User-Agent, in lower case. */
const SCANNERS: readonly string[] = [
  'friendly-scanner',
  'friendly-request',
  'sipvicious',
  'sip-scan',
  'sipcli',
  'sundayddr',
  'iwar',
  'sipsak',
  'smap',
  'pplsip',
  'vaxsipuseragent',
];

const DEFAULT_PER_SECOND = 10;
const DEFAULT_BAN_MS = 10 * 60_000;
/** Bans kept at most: an attacker with more addresses than that is a matter for the firewall. */
const MAX_BANS = 50_000;

/** Where a request came from. */
export type RequestSource = Pick<TransportAddress, 'address' | 'transport'>;

/**
 * Bans scanners by address and limits INVITE and REGISTER by source. Works before a transaction is made.
 *
 * A ban needs a connection: anybody can send a datagram in the name of an office, and would silence it. What a scanner
 * sends by UDP is dropped, each for itself.
 */
export class Protection {
  readonly #options: ProtectionOptions;
  readonly #banMs: number;
  readonly #invites: RateLimiter;
  readonly #registers: RateLimiter;
  readonly #now: () => number;
  /** In the order in which they were made. */
  readonly #bans = new Map<string, { readonly why: string; readonly until: number }>();
  readonly #onBan: (address: string, why: string) => void;
  readonly #onScanner: (address: string) => void;

  /** `now` in milliseconds, monotonic. `onBan` is told once for each ban, `onScanner` of each request that is dropped without. */
  constructor(
    options: ProtectionOptions,
    now: () => number,
    onBan: (address: string, why: string) => void,
    onScanner: (address: string) => void,
  ) {
    this.#options = options;
    this.#banMs = options.banMs ?? DEFAULT_BAN_MS;
    this.#invites = new RateLimiter(options.invitesPerSecond ?? DEFAULT_PER_SECOND, now);
    this.#registers = new RateLimiter(options.registersPerSecond ?? DEFAULT_PER_SECOND, now);
    this.#now = now;
    this.#onBan = onBan;
    this.#onScanner = onScanner;
  }

  /** Sources that are banned now, the oldest ban first. */
  get bans(): readonly Ban[] {
    const now = this.#now();
    return [...this.#bans]
      .filter(([address]) => this.#isBanned(address))
      .map(([address, { why, until }]) => ({
        address,
        why,
        ageMs: now - (until - this.#banMs),
        leftMs: until - now,
      }));
  }

  /** Hears a source again; false: it was not banned. */
  lift(address: string): boolean {
    return this.#isBanned(address) && this.#bans.delete(address);
  }

  /** Whether a request that is refused gets no answer, as a stranger's. */
  silences(method: string, address: string): boolean {
    const { silent = false, trusts, spares } = this.#options;
    return silent && method === 'INVITE' && !trusts(address) && !spares?.(address);
  }

  /** Whether the source is banned, or gives itself away as a scanner by this request. */
  drops(request: SipRequest, { address, transport }: RequestSource): boolean {
    if (this.#bans.size > 0 && this.#isBanned(address)) return true;
    const { method } = request;
    if (method !== 'INVITE' && method !== 'REGISTER' && method !== 'OPTIONS') return false;
    // A request in a dialog comes from somebody who has been let in.
    if (request.to.tag !== '') return false;
    const why = scanner(request);
    if (why === undefined || this.#options.trusts(address)) return false;
    if (transport !== 'udp' && !this.#options.spares?.(address)) this.#ban(address, why);
    else this.#onScanner(address);
    return true;
  }

  /** Whether the source sends new INVITE or REGISTER requests faster than it may. */
  exceeds(method: string, address: string): boolean {
    if (method !== 'INVITE' && method !== 'REGISTER') return false;
    if (this.#options.trusts(address)) return false;
    return !(method === 'INVITE' ? this.#invites : this.#registers).take(address);
  }

  #isBanned(address: string): boolean {
    const ban = this.#bans.get(address);
    if (!ban) return false;
    if (this.#now() < ban.until) return true;
    this.#bans.delete(address);
    return false;
  }

  #ban(address: string, why: string): void {
    if (this.#bans.size >= MAX_BANS) {
      const [oldest] = this.#bans.keys();
      this.#bans.delete(oldest!);
    }
    this.#bans.set(address, { why, until: this.#now() + this.#banMs });
    this.#onBan(address, why);
  }
}

/** Whether `text` holds `word` with no letter beside it: `iwar` is a scanner, Tiwari a man. */
function hasWord(text: string, word: string): boolean {
  const at = text.indexOf(word);
  return at >= 0 && !isLetter(text.charCodeAt(at - 1)) && !isLetter(text.charCodeAt(at + word.length));
}

/** Of lower case; false for NaN, where the text ends. */
const isLetter = (code: number): boolean => code >= 97 && code <= 122;

/** What gives a scanner away. */
function scanner(request: SipRequest): string | undefined {
  const agent = request.get(Header.UserAgent);
  if (agent !== undefined) {
    const lower = agent.toLowerCase();
    for (const name of SCANNERS) if (hasWord(lower, name)) return `User-Agent ${name}`;
  }
  return request.get(Header.To) === '' ? 'empty To' : undefined;
}
