import type { Config, ExtensionConfig } from '../config/config.ts';
import type { EdgeReply, EdgeRequest, EdgeRoute, SocketAddress } from '../edge/edge.ts';
import type { Clock, Timer } from '../shared/clock.ts';
import { TypedEvents } from '../shared/events.ts';
import type { IdSource } from '../shared/ids.ts';
import type { Logger } from '../shared/logger.ts';
import { DigestGuard } from '../sip/auth/digest-guard.ts';
import { hostForUri, parseUri } from '../sip/message/uri.ts';
import type { Store } from '../store/store.ts';
import { openAccounts } from './accounts.ts';
import { type Binding, Bindings } from './bindings.ts';
import { FailureLimiter } from './failure-limiter.ts';
import { type ContactChange, optionTags, planRegister } from './register-request.ts';

/** What a registrar is made of. */
export interface RegistrarParts {
  readonly config: Pick<Config, 'extensions' | 'sip' | 'dataDir'>;
  readonly store: Pick<Store, 'accounts' | 'bindings'>;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly logger: Logger;
}

/** Who sent a request, proved by digest. */
export interface Identity {
  readonly extension: string;
  readonly tenant: string;
}

/** A way to a phone, with the IP address that it registered from: a phone behind NAT sends its RTP from there, too. */
export interface PhoneRoute extends EdgeRoute {
  readonly signallingAddress: string;
}

export interface RegistrarEvents {
  /** A phone of the extension has registered, or refreshed. */
  registered: { readonly tenant: string; readonly extension: string };
}

/** Wrong passwords for one account from one address, and from one address in all, before no answer helps any more. */
const MAX_ACCOUNT_FAILURES = 10;
const MAX_ADDRESS_FAILURES = 100;
/** The answer to the first wrong password waits so long, each further one twice as long, up to the last. */
const FIRST_DELAY_MS = 250;
const LAST_DELAY_MS = 4000;
/** Refusals that wait at the same time; more are answered at once. */
const MAX_WAITING = 1000;
/** RFC 5626 4.4: the phone must send something on its flow this often, seconds. */
const FLOW_TIMER_S = 120;

const DENIED: EdgeReply = { status: 403, reason: 'Forbidden' };

/**
 * The registrar (RFC 3261 10): says who a phone is and where it can be reached. Nobody learns from it which
 * extensions exist: an unknown one gets the same challenge and, later, the same refusal as a wrong password.
 */
export class Registrar {
  readonly events = new TypedEvents<RegistrarEvents>();
  readonly #config: RegistrarParts['config'];
  readonly #clock: Clock;
  readonly #ids: IdSource;
  readonly #logger: Logger;
  readonly #extensions: ReadonlyMap<string, ExtensionConfig>;
  readonly #guard: DigestGuard;
  readonly #failures: FailureLimiter;
  readonly #bindings: Bindings;
  readonly #hosts: ReadonlySet<string>;
  readonly #fixedHosts: ReadonlySet<string>;
  readonly #waiting = new Map<Timer, () => void>();

  /** Loads accounts and bindings; makes accounts for extensions that have none. */
  static async open(parts: RegistrarParts): Promise<Registrar> {
    const { config, store, clock, ids, logger } = parts;
    const accounts = await openAccounts(config, store.accounts, ids);
    const guard = new DigestGuard({
      realm: config.sip.domain,
      algorithms: config.sip.digest,
      clock,
      ids,
      secretOf: (username) => accounts.get(username),
    });
    const bindings = new Bindings(clock, store.bindings, logger);
    await bindings.load();
    return new Registrar(parts, guard, bindings);
  }

  private constructor(
    { config, clock, ids, logger }: RegistrarParts,
    guard: DigestGuard,
    bindings: Bindings,
  ) {
    this.#config = config;
    this.#clock = clock;
    this.#ids = ids;
    this.#logger = logger;
    this.#guard = guard;
    this.#bindings = bindings;
    this.#failures = new FailureLimiter(clock);
    this.#extensions = new Map(config.extensions.map((extension) => [extension.number, extension]));
    const listeners = config.sip.listen.flatMap(({ host, advertise }) => [host, advertise?.host ?? host]);
    this.#hosts = new Set([config.sip.domain, ...listeners].map((host) => host.toLowerCase()));
    const fixed = config.extensions.map(({ contact }) => contact && parseUri(contact)?.host);
    this.#fixedHosts = new Set(fixed.filter((host) => host !== undefined));
  }

  /** Contacts registered at this moment. */
  get count(): number {
    return this.#bindings.count;
  }

  /** Whether a phone is registered from that address. */
  knows(address: string): boolean {
    return this.#bindings.hasAddress(address);
  }

  /** Answers a REGISTER. Refusals of wrong passwords come late, so that guessing is slow. */
  handle(request: EdgeRequest): EdgeReply | Promise<EdgeReply> {
    const who = this.#authenticate(request);
    if ('delayMs' in who) return this.#later(who.reply, who.delayMs);
    if ('status' in who) return who;
    // RFC 3261 10.3 step 4: a phone changes its own address of record only.
    if (who.username !== request.to.user) return this.#deny(request, who.username, 'registers another user');
    // RFC 3261 10.3 step 5.
    if (!this.#isOurs(request.to.host, request)) return { status: 404, reason: 'Not Found' };
    return this.#register(request, who.username);
  }

  /**
   * Whose phone sent an INVITE: its identity, or a reply to send, or undefined when it does not come from a phone of
   * ours. Only a phone that is registered, has a fixed address or names our domain is asked for a password at all.
   * Refusals of wrong passwords come late, as those of {@link handle}.
   */
  identify(invite: EdgeRequest): Identity | EdgeReply | Promise<EdgeReply> | undefined {
    const { address } = invite.source;
    const isKnownPlace = this.#bindings.hasAddress(address) || this.#fixedHosts.has(hostForUri(address));
    const namesUs = invite.from.host === this.#config.sip.domain.toLowerCase();
    if (!isKnownPlace && !namesUs) return undefined;
    const who = this.#authenticate(invite);
    if ('delayMs' in who) return this.#later(who.reply, who.delayMs);
    if ('status' in who) return who;
    // A phone calls with its own identity only.
    if (who.username !== invite.from.user) return this.#deny(invite, who.username, 'calls as another user');
    const extension = this.#extensions.get(who.username);
    return extension ? { extension: extension.number, tenant: extension.tenant } : DENIED;
  }

  /** Registered contacts of an extension, best first. */
  contacts(extension: string): readonly Binding[] {
    return this.#bindings.of(this.#aorOf(extension));
  }

  /** Ways to the phones of an extension, best first; empty: none is registered. */
  routes(tenant: string, extension: string): readonly PhoneRoute[] {
    if (this.#extensions.get(extension)?.tenant !== tenant) return [];
    const from = { uri: this.#aorOf(extension) };
    return this.contacts(extension).map((binding) => routeTo(binding, from));
  }

  /** Saves bindings, answers what waits, ends all timers. Idempotent. */
  async close(): Promise<void> {
    for (const [timer, answer] of this.#waiting) {
      timer.cancel();
      answer();
    }
    this.#waiting.clear();
    await this.#bindings.close();
  }

  #authenticate(
    request: EdgeRequest,
  ): { username: string } | EdgeReply | { reply: EdgeReply; delayMs: number } {
    const { address } = request.source;
    const blocked = { reply: DENIED, delayMs: LAST_DELAY_MS };
    if (this.#failures.count(address) >= MAX_ADDRESS_FAILURES) return blocked;
    const verdict = this.#guard.check({
      method: request.method,
      address,
      authorization: request.headers('Authorization'),
    });
    if (verdict.verdict === 'challenge')
      return { status: 401, headers: { 'WWW-Authenticate': verdict.headers } };
    const account = `${address} ${verdict.username}`;
    // The right password after too many wrong ones does not help either: guessing finds nothing.
    if (this.#failures.count(account) >= MAX_ACCOUNT_FAILURES) return blocked;
    if (verdict.verdict === 'granted') {
      this.#failures.forget(account);
      return verdict;
    }
    this.#failures.fail(address);
    const count = this.#failures.fail(account);
    this.#logger.warn({ source: address, user: verdict.username, count }, 'wrong password or unknown phone');
    return { reply: DENIED, delayMs: Math.min(LAST_DELAY_MS, FIRST_DELAY_MS * 2 ** (count - 1)) };
  }

  #deny({ source, method }: EdgeRequest, username: string, why: string): EdgeReply {
    this.#logger.warn({ source: source.address, user: username, method }, why);
    return DENIED;
  }

  #later(reply: EdgeReply, delayMs: number): EdgeReply | Promise<EdgeReply> {
    if (this.#waiting.size >= MAX_WAITING) return reply;
    return new Promise((resolve) => {
      const answer = () => {
        this.#waiting.delete(timer);
        resolve(reply);
      };
      const timer = this.#clock.after(delayMs, answer);
      this.#waiting.set(timer, answer);
    });
  }

  #register(request: EdgeRequest, username: string): EdgeReply {
    const { registration } = this.#config.sip;
    const plan = planRegister(request, registration, () => this.#ids.random());
    if (plan.kind === 'refused') return plan.reply;
    const aor = this.#aorOf(username);
    const callId = detached(request.callId);
    const cseq = Number.parseInt(request.header('CSeq') ?? '', 10) || 0;
    // RFC 3261 10.3 steps 6 and 7: all or nothing, and nothing out of order.
    const touched = plan.kind === 'update' ? plan.changes.map(({ key }) => key) : undefined;
    const isOld = (binding: Binding) =>
      (touched === undefined || touched.includes(binding.key)) &&
      binding.callId === callId &&
      cseq <= binding.cseq;
    if (plan.kind !== 'query' && this.#bindings.of(aor).some(isOld)) {
      return { status: 500, reason: 'Out Of Order', headers: { 'Retry-After': '1' } };
    }
    if (plan.kind === 'removeAll')
      for (const binding of this.#bindings.of(aor)) this.#bindings.remove(binding);
    if (plan.kind === 'update') {
      for (const change of plan.changes) this.#apply(request, username, change, { aor, callId, cseq });
    }
    const tenant = this.#extensions.get(username)?.tenant;
    if (tenant !== undefined) this.events.emit('registered', { tenant, extension: username });
    return this.#accepted(request, aor, plan.kind === 'update' ? plan.changes : []);
  }

  #apply(
    request: EdgeRequest,
    username: string,
    change: ContactChange,
    ids: { aor: string; callId: string; cseq: number },
  ): void {
    const { key, uri, q, expiresMs, outbound } = change;
    if (expiresMs === 0) return this.#bindings.remove({ aor: ids.aor, key });
    const before = this.#bindings.of(ids.aor);
    if (
      !before.some((other) => other.key === key) &&
      before.length >= this.#config.sip.registration.contacts
    ) {
      // A phone that restarts under a new port must get in: the contact closest to its end makes room.
      const oldest = before.reduce((one, other) => (other.expiresAt < one.expiresAt ? other : one));
      this.#bindings.remove(oldest);
    }
    this.#bindings.put({
      ...ids,
      tenantId: this.#extensions.get(username)?.tenant ?? '',
      key,
      contact: detached(uri),
      q,
      expiresAt: this.#clock.now() + expiresMs,
      path: request.headers('Path').map(detached),
      source: sourceOf(request.source),
      userAgent: detached(request.header('User-Agent')?.slice(0, 100) ?? '') || undefined,
      flow: request.flow,
      outbound,
    });
  }

  /** RFC 3261 10.3 step 8: 200 with all contacts; RFC 3327 5.3 and RFC 5626 6 for the rest. */
  #accepted(request: EdgeRequest, aor: string, changes: readonly ContactChange[]): EdgeReply {
    const now = this.#clock.now();
    const contacts = this.#bindings.of(aor).map(({ contact, q, expiresAt }) => {
      const preference = q === 1000 ? '' : `;q=${(q / 1000).toFixed(3)}`;
      return `<${contact}>;expires=${Math.ceil((expiresAt - now) / 1000)}${preference}`;
    });
    const path = request.headers('Path');
    const isOutbound = changes.some(({ outbound, expiresMs }) => outbound && expiresMs > 0);
    return {
      status: 200,
      headers: {
        ...(contacts.length > 0 && { Contact: contacts }),
        ...(path.length > 0 && optionTags(request, 'Supported').includes('path') && { Path: path }),
        ...(isOutbound && { Require: 'outbound', 'Flow-Timer': String(FLOW_TIMER_S) }),
        Date: new Date(now).toUTCString(),
      },
    };
  }

  #aorOf(extension: string): string {
    return `sip:${extension}@${this.#config.sip.domain}`;
  }

  /** Phones name the domain, or the address that they reach us at. */
  #isOurs(host: string, request: EdgeRequest): boolean {
    const plain = host.toLowerCase();
    return this.#hosts.has(plain) || plain === hostForUri(request.receivedOn.address).toLowerCase();
  }
}

/** A copy: a part of a message's text would keep the whole message in memory as long as the binding lives. */
function detached(text: string): string {
  return Buffer.from(text).toString();
}

function sourceOf({ transport, address, port }: SocketAddress): string {
  return `${transport}:${address}:${port}`;
}

/**
 * How a contact is reached: over the connection that it registered on; through its Path; at the address that the
 * registration came from when the contact names another one (a phone behind NAT, RFC 3581); else as it says.
 */
function routeTo(binding: Binding, from: EdgeRoute['from']): PhoneRoute {
  const { contact, path, flow, source } = binding;
  const [transport = 'udp'] = source.split(':', 1);
  const signallingAddress = source.slice(transport.length + 1, source.lastIndexOf(':'));
  const route = { uri: contact, from, signallingAddress, ...(path.length > 0 && { routeSet: path }) };
  if (flow !== undefined) return { ...route, flow };
  if (path.length > 0) return route;
  const host = hostForUri(signallingAddress);
  const port = source.slice(source.lastIndexOf(':') + 1);
  if (transport !== 'udp' || parseUri(contact)?.host === host) return route;
  return { ...route, nextHop: `sip:${host}:${port};transport=udp` };
}
