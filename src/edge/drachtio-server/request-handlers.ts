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

/**
 * Asks where requests go, and connects to applications that wait for us: a connection for each request, as stock servers
 * make them. Its application ends it (`srf.endSession`) when the request and its call are over, and with it nobody else's.
 */
export class RequestHandlers {
  readonly #context: ServerContext;
  readonly #rules: readonly HandlerRule[];
  readonly #ring: AppRing;
  readonly #connect: (target: ApplicationAddress) => ClientConnection;
  /** Connections that we made, and whose request waits for them to be authenticated. */
  readonly #clients = new Map<ClientConnection, HandlerUser | undefined>();
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
    for (const user of this.#clients.values()) if (user) size++;
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
      this.#withdraw(asker);
    };
  }

  /** A client is authenticated; false when it is none of ours. */
  ready(client: ClientConnection): boolean {
    if (!this.#clients.has(client)) return false;
    const user = this.#clients.get(client);
    this.#clients.set(client, undefined);
    user?.onClient(client);
    return true;
  }

  gone(client: ClientConnection): void {
    const user = this.#clients.get(client);
    this.#clients.delete(client);
    user?.onStatus(503, undefined);
  }

  close(): void {
    for (const abort of this.#asking) abort.abort();
    for (const client of [...this.#clients.keys()]) client.close();
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

  /** A connection that is not authenticated in time is closed, and then {@link gone}. */
  #route(target: ApplicationAddress, user: HandlerUser): void {
    this.#clients.set(this.#connect(target), user);
  }

  /** Its connection has nothing to bring any more. */
  #withdraw(user: HandlerUser): void {
    for (const [client, waiting] of this.#clients) {
      if (waiting !== user) continue;
      this.#clients.delete(client);
      client.close();
    }
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
