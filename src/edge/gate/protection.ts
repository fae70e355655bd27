import { Header, type SipRequest } from '../../sip/message/index.ts';
import { RateLimiter } from './rate-limiter.ts';

/** What keeps hostile and broken peers from harming the others. */
export interface ProtectionOptions {
  /** Peers by address that none of this is for: the trunks of the configuration. */
  readonly trusts: (address: string) => boolean;
  /** Addresses of phones that are registered: a forged datagram must not silence a whole office. Limits stay. */
  readonly spares?: (address: string) => boolean;
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

/** Bans scanners by address and limits INVITE and REGISTER by source. Works before a transaction is made. */
export class Protection {
  readonly #options: ProtectionOptions;
  readonly #banMs: number;
  readonly #invites: RateLimiter;
  readonly #registers: RateLimiter;
  readonly #now: () => number;
  /** End of each ban, in the order in which they were made. */
  readonly #bans = new Map<string, number>();
  readonly #onBan: (address: string, why: string) => void;

  /** `now` in milliseconds, monotonic. `onBan` is told once for each ban. */
  constructor(options: ProtectionOptions, now: () => number, onBan: (address: string, why: string) => void) {
    this.#options = options;
    this.#banMs = options.banMs ?? DEFAULT_BAN_MS;
    this.#invites = new RateLimiter(options.invitesPerSecond ?? DEFAULT_PER_SECOND, now);
    this.#registers = new RateLimiter(options.registersPerSecond ?? DEFAULT_PER_SECOND, now);
    this.#now = now;
    this.#onBan = onBan;
  }

  /** Addresses that are banned now. */
  get bans(): readonly string[] {
    return [...this.#bans.keys()].filter((address) => this.#isBanned(address));
  }

  /** Whether the source is banned, or gives itself away as a scanner by this request and is banned from now on. */
  drops(request: SipRequest, address: string): boolean {
    if (this.#bans.size > 0 && this.#isBanned(address)) return true;
    const { method } = request;
    if (method !== 'INVITE' && method !== 'REGISTER' && method !== 'OPTIONS') return false;
    // A request in a dialog comes from somebody who has been let in.
    if (request.to.tag !== '') return false;
    const why = scanner(request);
    if (why === undefined || this.#options.trusts(address)) return false;
    if (!this.#options.spares?.(address)) this.#ban(address, why);
    return true;
  }

  /** Whether the source sends new INVITE or REGISTER requests faster than it may. */
  exceeds(method: string, address: string): boolean {
    if (method !== 'INVITE' && method !== 'REGISTER') return false;
    if (this.#options.trusts(address)) return false;
    return !(method === 'INVITE' ? this.#invites : this.#registers).take(address);
  }

  #isBanned(address: string): boolean {
    const until = this.#bans.get(address);
    if (until === undefined) return false;
    if (this.#now() < until) return true;
    this.#bans.delete(address);
    return false;
  }

  #ban(address: string, why: string): void {
    if (this.#bans.size >= MAX_BANS) {
      const [oldest] = this.#bans.keys();
      this.#bans.delete(oldest!);
    }
    this.#bans.set(address, this.#now() + this.#banMs);
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
