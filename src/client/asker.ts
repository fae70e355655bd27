import { ONCE, type Operations, type RawBody } from './operations.ts';
import { errorOf, PbxError } from './pbx-error.ts';
import { type Backoff, delayMs, idempotencyKey, wait } from './waiting.ts';

/** `POST /calls/{id}/hold` ... */
export type OperationName = keyof Operations;
export type Answer<Name extends OperationName> = Operations[Name]['answer'];

/** How something is asked. */
export interface RequestOptions {
  readonly signal?: AbortSignal;
  /** The company, of who may see several; default: that of the client. */
  readonly tenant?: string;
  /** The revision that a change is made of, as it was read: another one is refused with `changed-meanwhile`. */
  readonly revision?: number;
  /** Default: that of the client. */
  readonly timeoutMs?: number;
  /** Of what happens once however often it is asked; default: a fresh one. */
  readonly idempotencyKey?: string;
}

/** `path`, `query` and `body` of an operation, as far as it has them. */
export type Asked<Name extends OperationName> = Omit<Operations[Name], 'answer'> & RequestOptions;

/** May be left out where nothing has to be said. */
export type Args<Name extends OperationName> =
  object extends Asked<Name> ? [asked?: Asked<Name>] : [asked: Asked<Name>];

export interface AskerOptions {
  /** `https://pbx.example.com`; in a page of the PBX itself it may be left out. */
  readonly url: string;
  /** API key `pbx_...`; left out: the session's cookie, in a page of the same origin. */
  readonly key?: string;
  /** The company, of who may see several. */
  readonly tenant?: string;
  /** Of titles and details of errors: `zh-CN`, `en`. */
  readonly language?: string;
  /** An answer takes so long at most; default 30 s. */
  readonly timeoutMs?: number;
  /** Further tries of what may be asked again, when nobody answers or it is told to come later; default 2. */
  readonly retries?: number;
  /** Default: that of the platform. */
  readonly fetch?: typeof fetch;
}

/** What any operation may be asked with. */
interface AnyAsked extends RequestOptions {
  readonly path?: Readonly<Record<string, string | number>>;
  readonly query?: object;
  readonly body?: unknown;
}

const SAFE: ReadonlySet<string> = new Set(['GET', 'HEAD']);
const AGAIN: ReadonlySet<number> = new Set([429, 502, 503, 504]);
/** Who is told to wait longer hears that instead. */
const LONGEST_WAIT_MS = 30_000;
const BACKOFF: Backoff = { firstMs: 300, longestMs: 5000 };

/** Asks the API over HTTP. */
export class Asker {
  readonly #options: AskerOptions;
  readonly #fetch: typeof fetch;
  /** Of the session: what changes something says it, too. */
  #csrf: string | undefined;

  constructor(options: AskerOptions) {
    this.#options = options;
    const ask = options.fetch ?? globalThis.fetch;
    this.#fetch = (url, init) => ask(url, init);
  }

  /** Resolves with what is answered: JSON, nothing, or the Response where it is neither. Throws PbxError. */
  async request<Name extends OperationName>(name: Name, asked: AnyAsked = {}): Promise<Answer<Name>> {
    return (await this.#withRetries(name, asked, async (response) => {
      if (response.status === 204) return undefined;
      const isJson = response.headers.get('content-type')?.startsWith('application/json') ?? false;
      const answer: unknown = isJson ? await response.json() : response;
      if (name === 'POST /session' || name === 'POST /me/password') this.#csrf = csrfIn(answer);
      return answer;
    })) as Answer<Name>;
  }

  async #withRetries<T>(name: string, asked: AnyAsked, read: (response: Response) => Promise<T>): Promise<T> {
    const [method = '', template = ''] = name.split(' ');
    const isOnce = (ONCE as readonly string[]).includes(name);
    const key = asked.idempotencyKey ?? (isOnce ? idempotencyKey() : undefined);
    const retries = SAFE.has(method) || isOnce ? (this.#options.retries ?? 2) : 0;
    const url = this.#url(template, asked);
    let hasNewCsrf = false;
    for (let failures = 0; ; ) {
      asked.signal?.throwIfAborted();
      const headers = await this.#headers(method, asked, key);
      try {
        return await this.#once(url, { method, headers, body: bodyOf(asked.body) }, asked, read);
      } catch (error) {
        if (!(error instanceof PbxError)) throw error;
        if (error.code === 'no-csrf-token' && !hasNewCsrf) {
          // The session was made anew, by another page say.
          hasNewCsrf = true;
          this.#csrf = undefined;
          continue;
        }
        const later = error.retryAfterMs ?? delayMs(BACKOFF, failures);
        const isWorthIt = error.status === 0 || AGAIN.has(error.status);
        if (failures >= retries || !isWorthIt || later > LONGEST_WAIT_MS) throw error;
        failures += 1;
        await wait(later, asked.signal);
      }
    }
  }

  async #once<T>(
    url: string,
    init: { readonly method: string; readonly headers: Headers; readonly body: RawBody | string | undefined },
    { signal, timeoutMs = this.#options.timeoutMs ?? 30_000 }: RequestOptions,
    read: (response: Response) => Promise<T>,
  ): Promise<T> {
    const patience = new AbortController();
    const timer = setTimeout(() => patience.abort(), timeoutMs);
    const signals = signal ? [signal, patience.signal] : [patience.signal];
    try {
      const response = await this.#fetch(url, {
        ...init,
        ...streamed(init.body),
        signal: AbortSignal.any(signals),
      } as RequestInit);
      if (!response.ok) throw await errorOf(response);
      return await read(response);
    } catch (error) {
      if (error instanceof PbxError) throw error;
      signal?.throwIfAborted();
      const detail = patience.signal.aborted ? 'no answer in time' : 'nobody answers';
      throw new PbxError({ code: 'unreachable', title: 'The PBX cannot be reached', detail }, 0, {
        cause: error,
      });
    } finally {
      clearTimeout(timer);
    }
  }

  #url(template: string, { path = {}, query = {} }: AnyAsked): string {
    const filled = template.replace(/\{(\w+)\}/g, (_, name: string) =>
      encodeURIComponent(String(path[name])),
    );
    const words = Object.entries(query).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, String(value)] as [string, string]],
    );
    const search = new URLSearchParams(words).toString();
    return `${this.#options.url.replace(/\/+$/, '')}/api/v1${filled}${search === '' ? '' : `?${search}`}`;
  }

  async #headers(method: string, asked: AnyAsked, key: string | undefined): Promise<Headers> {
    const { key: bearer, tenant, language } = this.#options;
    const headers = new Headers();
    const set = (name: string, value: string | undefined) => value !== undefined && headers.set(name, value);
    set('accept-language', language);
    set('authorization', bearer && `Bearer ${bearer}`);
    set('pbx-tenant', asked.tenant ?? tenant);
    set('if-match', asked.revision === undefined ? undefined : `"${asked.revision}"`);
    set('idempotency-key', key);
    if (isJson(asked.body)) headers.set('content-type', 'application/json');
    if (bearer === undefined && !SAFE.has(method)) set('pbx-csrf', await this.#csrfToken(asked));
    return headers;
  }

  /** That of the session, of which a page that was loaded anew knows nothing; undefined: nobody is signed in. */
  async #csrfToken({ signal }: AnyAsked): Promise<string | undefined> {
    this.#csrf ??= csrfIn(await this.request('GET /me', signal ? { signal } : {}).catch(() => undefined));
    return this.#csrf;
  }
}

function csrfIn(answer: unknown): string | undefined {
  const { csrf } = (answer ?? {}) as { readonly csrf?: string };
  return csrf;
}

/** Files and streams go as they are, plain values as JSON. */
const isRaw = (body: unknown): body is RawBody =>
  [Blob, ArrayBuffer, ReadableStream].some((kind) => body instanceof kind) || ArrayBuffer.isView(body);
const isJson = (body: unknown) => body !== undefined && !isRaw(body);

const bodyOf = (body: unknown): RawBody | string | undefined =>
  body === undefined || isRaw(body) ? body : JSON.stringify(body);

/** Fetch takes a stream with that word only. */
const streamed = (body: RawBody | string | undefined) =>
  body instanceof ReadableStream ? { duplex: 'half' as const } : {};
