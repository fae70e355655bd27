import type { Config } from '../config/config.ts';
import type { EdgeReply, EdgeRequest } from '../edge/edge.ts';
import type { EntityChange, Provisioned } from '../provisioning/provisioning.ts';
import type { Clock, Timer } from '../shared/clock.ts';
import { asError } from '../shared/errors.ts';
import { type Subscription, TypedEvents } from '../shared/events.ts';
import { FailureLimiter } from '../shared/failure-limiter.ts';
import type { IdSource } from '../shared/ids.ts';
import type { Logger } from '../shared/logger.ts';
import { DigestGuard } from '../sip/auth/digest-guard.ts';
import { hostForUri, parseUri } from '../sip/message/uri.ts';
import type { Store } from '../store/store.ts';
import { Accounts, type NewSecret } from './accounts.ts';
import { aorOf, canonicalAor, placeOf } from './address-of-record.ts';
import { type Binding, Bindings, sourceOf } from './bindings.ts';
import { Domains, type Place } from './domains.ts';
import { type PhoneRoute, routeTo } from './phone-route.ts';
import { type ContactChange, optionTags, planRegister } from './register-request.ts';
import { type Lent, ShortLivedSecrets } from './short-lived.ts';

/** What a registrar is made of. */
export interface RegistrarParts {
  readonly config: Pick<Config, 'sip' | 'dataDir'>;
  readonly provisioning: Provisioned;
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

export interface RegistrarEvents {
  /** The extension has a phone again, after it had none. */
  registered: Identity;
  /** Its last phone has gone, or was not heard of for too long. */
  unregistered: Identity;
  /** A phone of it is where none of it was before: one that registered first, moved, or was started again. */
  located: { readonly tenant: string; readonly extension: string };
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

/** Who has given the right password. */
interface Proved {
  readonly username: string;
  readonly place: Place;
  /** By a secret that was lent to him for a while. */
  readonly lent?: Lent | undefined;
}

/** A refusal that is to wait. */
interface Late {
  readonly reply: EdgeReply;
  readonly delayMs: number;
}

const DENIED: EdgeReply = { status: 403, reason: 'Forbidden' };

/**
 * The registrar (RFC 3261 10): says who a phone is and where it can be reached. Nobody learns from it which
 * extensions exist: an unknown one gets the same challenge and, later, the same refusal as a wrong password.
 */
export class Registrar {
  readonly events = new TypedEvents<RegistrarEvents>();
  /** Of browser phones. */
  readonly shortLived: ShortLivedSecrets;
  readonly #config: RegistrarParts['config'];
  readonly #clock: Clock;
  readonly #ids: IdSource;
  readonly #logger: Logger;
  readonly #provisioning: Provisioned;
  readonly #domains: Domains;
  readonly #accounts: Accounts;
  /** By realm. */
  readonly #guards = new Map<string, DigestGuard>();
  readonly #failures: FailureLimiter;
  readonly #bindings: Bindings;
  readonly #hosts: ReadonlySet<string>;
  #fixedHosts: ReadonlySet<string>;
  readonly #changes: Subscription;
  readonly #waiting = new Map<Timer, () => void>();

  /** Loads accounts and bindings; makes accounts for extensions that have none. */
  static async open(parts: RegistrarParts): Promise<Registrar> {
    const { config, provisioning, store, clock, ids, logger } = parts;
    const base = config.sip.domain.toLowerCase();
    const domains = new Domains(provisioning, base);
    const { dataDir } = config;
    const accounts = await Accounts.open({
      provisioning,
      domains,
      base,
      dataDir,
      store: store.accounts,
      ids,
    });
    const bindings = new Bindings(clock, store.bindings, logger);
    await bindings.load((stored) => canonicalAor(stored, provisioning));
    return new Registrar(parts, domains, accounts, bindings);
  }

  private constructor(
    { config, provisioning, clock, ids, logger }: RegistrarParts,
    domains: Domains,
    accounts: Accounts,
    bindings: Bindings,
  ) {
    this.#config = config;
    this.#clock = clock;
    this.#ids = ids;
    this.#logger = logger;
    this.#provisioning = provisioning;
    this.#domains = domains;
    this.#accounts = accounts;
    this.#bindings = bindings;
    this.shortLived = new ShortLivedSecrets(domains, clock, (contact) => bindings.remove(contact));
    bindings.events.on('gained', ({ aor }) => this.events.emit('registered', placeOf(aor)));
    bindings.events.on('located', ({ aor }) => this.events.emit('located', placeOf(aor)));
    bindings.events.on('lost', ({ aor }) => this.events.emit('unregistered', placeOf(aor)));
    this.#failures = new FailureLimiter(clock);
    const listeners = config.sip.listen.flatMap(({ host, advertise }) => [host, advertise?.host ?? host]);
    this.#hosts = new Set([config.sip.domain, ...listeners].map((host) => host.toLowerCase()));
    this.#fixedHosts = this.#fixed();
    this.#changes = provisioning.events.on('changed', ({ changes }) => this.#reconcile(changes));
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
    const { to } = request;
    const who = this.#authenticate(request, to.host);
    if ('delayMs' in who) return this.#later(who.reply, who.delayMs);
    if ('status' in who) return who;
    // RFC 3261 10.3 step 4: a phone changes its own address of record only.
    if (!names(to.user, who)) return this.#deny(request, who.username, 'registers another user');
    // RFC 3261 10.3 step 5.
    if (!this.#isOurs(to.host, request)) return { status: 404, reason: 'Not Found' };
    return this.#register(request, who);
  }

  /**
   * Whose phone sent an INVITE: its identity, or a reply to send, or undefined when it does not come from a phone of
   * ours. Only a phone that is registered, has a fixed address or names our domain is asked for a password at all.
   * Refusals of wrong passwords come late, as those of {@link handle}.
   */
  identify(invite: EdgeRequest): Identity | EdgeReply | Promise<EdgeReply> | undefined {
    const { address } = invite.source;
    const isKnownPlace = this.#bindings.hasAddress(address) || this.#fixedHosts.has(hostForUri(address));
    const { user, host } = invite.from;
    if (!isKnownPlace && !this.#domains.isOurs(host)) return undefined;
    const who = this.#authenticate(invite, host);
    if ('delayMs' in who) return this.#later(who.reply, who.delayMs);
    if ('status' in who) return who;
    // A phone calls with its own identity only.
    return names(user, who) ? who.place : this.#deny(invite, who.username, 'calls as another user');
  }

  /** Whether a phone sends this by its own name from where it has registered: it is one, whoever else has the address. */
  isRegistered({ from: { user, host }, source }: EdgeRequest): boolean {
    const place = this.#domains.isOurs(host) && this.#domains.placeOf(user, this.#domains.realmOf(host));
    const at = sourceOf(source);
    return place ? this.contacts(place.tenant, place.extension).some((one) => one.source === at) : false;
  }

  /** Registered contacts of an extension, best first. */
  contacts(tenant: string, extension: string): readonly Binding[] {
    return this.#bindings.of(aorOf({ tenant, extension }));
  }

  /** Ways to the phones of an extension, best first; empty: none is registered. */
  routes(tenant: string, extension: string): readonly PhoneRoute[] {
    const from = { uri: `sip:${extension}@${this.#domains.of(tenant)}` };
    return this.contacts(tenant, extension).map((binding) => routeTo(binding, from));
  }

  /** Takes over the contacts that other nodes have registered or removed. */
  refreshBindings(): Promise<void> {
    return this.#bindings.refresh((stored) => canonicalAor(stored, this.#provisioning));
  }

  /** What a phone of an extension registers as: that of its secret, or of the next one. */
  account(place: Place): Pick<NewSecret, 'username' | 'domain'> {
    return this.#accounts.account(place);
  }

  /** See {@link Accounts.newSecret}. */
  newSecret(place: Place): NewSecret {
    return this.#accounts.newSecret(place);
  }

  /** Takes over the accounts that other nodes have made. */
  refreshAccounts(): Promise<void> {
    return this.#accounts.refresh();
  }

  /** A connection is gone ({@link EdgeRequest.flow}): of a browser phone, which is reached by nothing else, that is its end. */
  flowClosed(flow: string): void {
    this.#bindings.flowClosed(flow);
  }

  /** Saves bindings, answers what waits, ends all timers. Idempotent. */
  async close(): Promise<void> {
    for (const [timer, answer] of this.#waiting) {
      timer.cancel();
      answer();
    }
    this.#waiting.clear();
    this.#changes.off();
    await this.#bindings.close();
  }

  /** An extension that is gone loses its phones, a new one gets its account. */
  #reconcile(changes: readonly EntityChange[]): void {
    let added = false;
    for (const { kind, tenant, name, after } of changes) {
      if (kind === 'tenant') this.#guards.clear();
      if (kind !== 'extension') continue;
      if (after) added = true;
      else for (const binding of this.contacts(tenant, name)) this.#bindings.remove(binding);
    }
    this.#fixedHosts = this.#fixed();
    if (!added) return;
    this.#accounts.complete().catch((error: unknown) => {
      this.#logger.error({ error: asError(error).message }, 'accounts of new phones cannot be saved');
    });
  }

  #fixed(): ReadonlySet<string> {
    const hosts = this.#provisioning.snapshot
      .all('extension')
      .map(({ contact }) => contact && parseUri(contact)?.host);
    return new Set(hosts.filter((host) => host !== undefined));
  }

  #guardOf(realm: string): DigestGuard {
    let guard = this.#guards.get(realm);
    if (!guard) {
      const { digest } = this.#config.sip;
      const secretOf = (username: string) =>
        this.shortLived.find(username, realm)?.ha1 ?? this.#accounts.secretOf(username, realm);
      guard = new DigestGuard({ realm, algorithms: digest, clock: this.#clock, ids: this.#ids, secretOf });
      this.#guards.set(realm, guard);
    }
    return guard;
  }

  /** `host`: what the phone takes for its domain. */
  #authenticate(request: EdgeRequest, host: string): Proved | EdgeReply | Late {
    const { address } = request.source;
    const blocked = { reply: DENIED, delayMs: LAST_DELAY_MS };
    if (this.#failures.count(address) >= MAX_ADDRESS_FAILURES) return blocked;
    const realm = this.#domains.realmOf(host);
    const verdict = this.#guardOf(realm).check({
      method: request.method,
      address,
      authorization: request.headers('Authorization'),
    });
    if (verdict.verdict === 'challenge')
      return { status: 401, headers: { 'WWW-Authenticate': verdict.headers } };
    // By realm: companies behind one address do not lock each other out, nor forgive each other's guesses.
    const account = `${address} ${realm} ${verdict.username}`;
    // The right password after too many wrong ones does not help either: guessing finds nothing.
    if (this.#failures.count(account) >= MAX_ACCOUNT_FAILURES) return blocked;
    if (verdict.verdict === 'granted') {
      this.#failures.forget(account);
      const { username } = verdict;
      const lent = this.shortLived.find(username, realm);
      const place = lent ? this.#existing(lent.place) : this.#domains.placeOf(username, realm);
      return place ? { username, place, lent } : DENIED;
    }
    this.#failures.fail(address);
    const count = this.#failures.fail(account);
    this.#warn(address, verdict.username, realm, count);
    return { reply: DENIED, delayMs: Math.min(LAST_DELAY_MS, FIRST_DELAY_MS * 2 ** (count - 1)) };
  }

  /** Whose extension is there still. */
  #existing(place: Place): Place | undefined {
    return this.#provisioning.snapshot.get('extension', place.tenant, place.extension) && place;
  }

  #warn(source: string, user: string, realm: string, count: number): void {
    const owners = this.#domains.has(realm) ? [] : this.#domains.ownersOf(user);
    if (owners.length < 2)
      return this.#logger.warn({ source, user, realm, count }, 'wrong password or unknown phone');
    const set = owners.map((tenant) => this.#domains.of(tenant));
    const text = 'several companies have this extension: set the domain of its company in the phone';
    this.#logger.warn({ source, user, realm, set, count }, text);
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

  #register(request: EdgeRequest, who: Proved): EdgeReply {
    const { registration } = this.#config.sip;
    const plan = planRegister(request, registration, () => this.#ids.random());
    if (plan.kind === 'refused') return plan.reply;
    const aor = aorOf(who.place);
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
      for (const change of plan.changes) this.#apply(request, who, change, { aor, callId, cseq });
    }
    return this.#accepted(request, aor, plan.kind === 'update' ? plan.changes : []);
  }

  #apply(
    request: EdgeRequest,
    { place, lent }: Proved,
    change: ContactChange,
    ids: { aor: string; callId: string; cseq: number },
  ): void {
    const { key, uri, q, expiresMs, outbound } = change;
    if (expiresMs === 0) return this.#bindings.remove({ aor: ids.aor, key });
    const before = this.#bindings.of(ids.aor);
    const known = before.find((other) => other.key === key);
    if (!known && before.length >= this.#config.sip.registration.contacts) {
      // A phone that restarts under a new port must get in: the contact closest to its end makes room.
      const oldest = before.reduce((one, other) => (other.expiresAt < one.expiresAt ? other : one));
      this.#bindings.remove(oldest);
    }
    this.#bindings.put({
      ...ids,
      tenantId: place.tenant,
      key,
      contact: detached(uri),
      q,
      expiresAt: Math.min(this.#clock.now() + expiresMs, lent?.endsAt ?? Number.POSITIVE_INFINITY),
      path: request.headers('Path').map(detached),
      source: sourceOf(request.source),
      userAgent: detached(request.header('User-Agent')?.slice(0, 100) ?? '') || undefined,
      flow: request.flow,
      since: known ? known.since : this.#clock.now(),
      outbound,
    });
    this.shortLived.registered({ aor: ids.aor, key }, lent);
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

  /** Phones name the domain, or the address that they reach us at. */
  #isOurs(host: string, request: EdgeRequest): boolean {
    const plain = host.toLowerCase();
    return (
      this.#hosts.has(plain) ||
      this.#domains.has(plain) ||
      plain === hostForUri(request.receivedOn.address).toLowerCase()
    );
  }
}

/** Whether a user part names who has proved himself: `8001@tenant` may call itself 8001. */
function names(user: string, { username, place }: Proved): boolean {
  return user === username || user === place.extension;
}

/** A copy: a part of a message's text would keep the whole message in memory as long as the binding lives. */
function detached(text: string): string {
  return Buffer.from(text).toString();
}
