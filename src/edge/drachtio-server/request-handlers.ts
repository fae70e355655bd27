import type { Timer } from '../../shared/clock.ts';
import { asError } from '../../shared/errors.ts';
import type { SipRequest } from '../../sip/message/index.ts';
import type { TransportAddress } from '../../sip/transport/transport.ts';
import type { AppRing } from './app-ring.ts';
import type { ClientConnection } from './client-connection.ts';
import type { ServerContext } from './server-context.ts';

/** Who is asked by HTTP where requests of these methods go: to an application that we connect to, or one by its tag. */
export interface HandlerRule {
  /** Methods, `*` for all. */
  readonly methods: readonly string[];
  /**
   * Gets the request's facts as query. Answers `{ action: 'route', data }` with `data: { uri: 'host:port' }` to connect
   * to an application (outbound mode; by TLS with `host:port;transport=tls`) or `data: { tag }` for one that has come to us and authenticated with that tag,
   * or `{ action: 'reject', data: { status, reason } }`.
   */
  readonly url: string;
}

/** An application that waits to be connected to. */
export interface ApplicationAddress {
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
}

/** Gets the outcome, once. */
export interface HandlerUser {
  onClient(client: ClientConnection): void;
  onStatus(status: number, reason: string | undefined): void;
}

interface Verdict {
  readonly action?: string;
  readonly data?: {
    readonly uri?: string;
    readonly tag?: string;
    readonly status?: number;
    readonly reason?: string;
  };
}

const ANSWER_LIMIT_MS = 5000;

/** A request that waits for its application. */
interface Waiting {
  readonly user: HandlerUser;
  readonly limit: Timer;
}

/** Asks where requests go, and connects to applications that wait for us: one connection each, used again while it is open. */
export class RequestHandlers {
  readonly #context: ServerContext;
  readonly #rules: readonly HandlerRule[];
  readonly #ring: AppRing;
  readonly #connect: (target: ApplicationAddress) => ClientConnection;
  /** Connections by `host:port;transport`, and what waits for them to be authenticated. */
  readonly #clients = new Map<
    string,
    { readonly client: ClientConnection; readonly waiting: Set<Waiting> }
  >();
  readonly #asking = new Set<AbortController>();

  constructor(
    context: ServerContext,
    rules: readonly HandlerRule[],
    ring: AppRing,
    connect: (target: ApplicationAddress) => ClientConnection,
  ) {
    this.#context = context;
    this.#rules = rules;
    this.#ring = ring;
    this.#connect = connect;
  }

  /** Requests that wait for a verdict or an application. */
  get size(): number {
    let size = this.#asking.size;
    for (const { waiting } of this.#clients.values()) size += waiting.size;
    return size;
  }

  ruleFor(method: string): HandlerRule | undefined {
    return this.#rules.find(({ methods }) => methods.includes('*') || methods.includes(method));
  }

  /** Returns what withdraws the request: its user hears nothing any more. */
  ask(rule: HandlerRule, request: SipRequest, source: TransportAddress, user: HandlerUser): () => void {
    const { clock, logger } = this.#context;
    const asker = new Asker(user);
    const abort = new AbortController();
    const limit = clock.after(ANSWER_LIMIT_MS, () => abort.abort());
    this.#asking.add(abort);
    verdictOf(rule.url, request, source, abort.signal)
      .then((verdict) => this.#act(verdict, request.method, asker))
      .catch((error) => {
        if (asker.isGone) return;
        logger.warn({ err: asError(error), url: rule.url }, 'a request handler gave no usable answer');
        asker.onStatus(503, undefined);
      })
      .finally(() => {
        limit.cancel();
        this.#asking.delete(abort);
      });
    return () => {
      asker.leave();
      limit.cancel();
      abort.abort();
      this.#asking.delete(abort);
      for (const { waiting } of this.#clients.values()) forget(waiting, asker);
    };
  }

  /** A client is authenticated; false when it is none of ours. */
  ready(client: ClientConnection): boolean {
    for (const entry of this.#clients.values()) {
      if (entry.client !== client) continue;
      for (const { user, limit } of entry.waiting) {
        limit.cancel();
        user.onClient(client);
      }
      entry.waiting.clear();
      return true;
    }
    return false;
  }

  gone(client: ClientConnection): void {
    for (const [at, entry] of this.#clients) {
      if (entry.client !== client) continue;
      this.#clients.delete(at);
      this.#giveUp(entry.waiting);
    }
  }

  close(): void {
    for (const abort of this.#asking) abort.abort();
    for (const { client, waiting } of [...this.#clients.values()]) {
      this.#giveUp(waiting);
      client.close();
    }
  }

  #act(verdict: Verdict, method: string, user: HandlerUser): void {
    const { action, data = {} } = verdict;
    const target = parseTarget(data.uri);
    if (action === 'route' && target) return this.#route(target, user);
    if (action === 'route' && data.uri === undefined && data.tag) return this.#give(method, data.tag, user);
    const status = action === 'reject' ? (data.status ?? 603) : 500;
    user.onStatus(status >= 300 && status < 700 ? status : 500, data.reason);
  }

  #give(method: string, tag: string, user: HandlerUser): void {
    const client = this.#ring.pick(method, tag);
    if (client) return user.onClient(client);
    this.#context.logger.warn({ tag, method }, 'no application has the tag');
    // As drachtio-server does.
    user.onStatus(480, undefined);
  }

  #route(target: ApplicationAddress, user: HandlerUser): void {
    const at = `${target.host}:${target.port};${target.tls ? 'tls' : 'tcp'}`;
    let entry = this.#clients.get(at);
    if (!entry) {
      entry = { client: this.#connect(target), waiting: new Set() };
      this.#clients.set(at, entry);
    }
    if (entry.client.authenticated) return user.onClient(entry.client);
    const { waiting } = entry;
    const one: Waiting = {
      user,
      limit: this.#context.clock.after(ANSWER_LIMIT_MS, () => {
        waiting.delete(one);
        user.onStatus(503, undefined);
      }),
    };
    waiting.add(one);
  }

  #giveUp(waiting: Set<Waiting>): void {
    for (const { user, limit } of waiting) {
      limit.cancel();
      user.onStatus(503, undefined);
    }
    waiting.clear();
  }
}

function forget(waiting: Set<Waiting>, asker: HandlerUser): void {
  for (const one of waiting) {
    if (one.user !== asker) continue;
    one.limit.cancel();
    waiting.delete(one);
  }
}

/** Who waits for a verdict, until it leaves. */
class Asker implements HandlerUser {
  #user: HandlerUser | undefined;

  constructor(user: HandlerUser) {
    this.#user = user;
  }

  get isGone(): boolean {
    return this.#user === undefined;
  }

  leave(): void {
    this.#user = undefined;
  }

  onClient(client: ClientConnection): void {
    this.#user?.onClient(client);
  }

  onStatus(status: number, reason: string | undefined): void {
    this.#user?.onStatus(status, reason);
  }
}

/** `host:port` or `host:port;transport=tls`, as drachtio-server takes them; undefined for others. */
function parseTarget(uri: string | undefined): ApplicationAddress | undefined {
  const match = /^(?:tcp:\/\/)?\[?([^\]/]+?)\]?:(\d{1,5})(?:;transport=(tcp|tls))?$/.exec(uri ?? '');
  const port = Number(match?.[2]);
  return match && port <= 65_535 ? { host: match[1]!, port, tls: match[3] === 'tls' } : undefined;
}

async function verdictOf(
  url: string,
  request: SipRequest,
  source: TransportAddress,
  signal: AbortSignal,
): Promise<Verdict> {
  const asked = new URL(url);
  const facts = {
    method: request.method,
    uriUser: request.requestUri.user,
    uri: request.requestUriText,
    from: request.from.uri.text,
    to: request.to.uri.text,
    callId: request.callId,
    source_address: source.address,
    source_port: String(source.port),
    protocol: source.transport,
  };
  for (const [name, value] of Object.entries(facts)) asked.searchParams.set(name, value);
  const response = await fetch(asked, { signal, headers: { accept: 'application/json' } });
  if (!response.ok) throw new Error(`status ${response.status}`);
  return (await response.json()) as Verdict;
}
