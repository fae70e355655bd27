import { asError, PbxError } from '../../shared/errors.ts';
import type { Builders, DeclaredNames } from '../write/builder-names.ts';
import { rememberPlace } from '../write/places.ts';
import { filledRequest, type Json, secretsIn } from './http-request.ts';
import { NEXT, NOWHERE, type NodeKind, type NodeRun } from './node-kind.ts';
import type { Flow, FlowNode } from './tree.ts';

/**
 * Asks an outside service over HTTP. `{caller}`, `{called}` and `{variable}` are filled in: percent-encoded in the URL, as they
 * are in headers and in the texts of the body. There `{secret.NAME}` is a secret of the company, which is sent to its own
 * hosts only and told to nobody else.
 */
export interface HttpNode {
  readonly type: 'http';
  /** `https://...` at a public address; others, and `http://`, as far as the operator allows (`http.outbound.allow`). */
  readonly url: string;
  /** Default GET, with a body POST. */
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** `{ authorization: 'Bearer {secret.crm}' }`. */
  readonly headers?: { readonly [name: string]: string };
  /** Sent as JSON: `{ phone: '{caller}' }`. */
  readonly body?: Json;
  /** Default 2000. */
  readonly timeoutMs?: number;
  /** Variables to set from the JSON answer, by dotted path: `{ tier: 'customer.tier', first: 'orders.0.id' }`. */
  readonly save?: { readonly [variable: string]: string };
  /** Path of the value that chooses the branch. */
  readonly select?: string;
  readonly values?: { readonly [value: string]: Flow };
  /** No answer in time, an error, or what is no JSON. Left out: `otherwise`. */
  readonly failed?: Flow;
  /** A value without a branch. */
  readonly otherwise?: Flow;
}

declare module './tree.ts' {
  interface Nodes {
    readonly http: HttpNode;
  }
}

declare module '../write/builder-names.ts' {
  interface Builders<D extends DeclaredNames> {
    /** Asks an outside service, with a time limit and a default. */
    http(options: HttpOptions): FlowNode;
  }
}

export type HttpOptions = Omit<HttpNode, 'type'>;

const buildHttp: Builders<DeclaredNames>['http'] = (options) =>
  rememberPlace({ type: 'http', ...options }, buildHttp);

const TIMEOUT_MS = 2000;
const MAX_ANSWER_BYTES = 64 * 1024;

export const http: NodeKind<HttpNode> = {
  word: { en: 'http request', zh: '接口请求' },
  build: buildHttp,
  fields: {
    url: 'url',
    method: 'method?',
    headers: 'headers?',
    body: 'json?',
    timeoutMs: 'ms?',
    save: 'textMap?',
    select: 'text?',
    values: 'flows?',
    failed: 'flow?',
    otherwise: 'flow?',
  },
  title: ({ url }) => `http ${/^https?:\/\/([^/{?]+)/.exec(url)?.[1] ?? url}`,
  /** Whatever goes wrong, the call goes on with `failed` or `otherwise`. */
  async run(node, run) {
    const { call } = run;
    let answer: unknown;
    let told: readonly string[];
    try {
      ({ answer, told } = await ask(node, run));
    } catch (error) {
      if (call.ended) throw error;
      const branch = node.failed ? 'failed' : 'otherwise';
      call.step(`http → ${branch}`, whyFailed(node, error));
      return { take: node[branch] };
    }
    for (const [variable, path] of Object.entries(node.save ?? {})) {
      const value = valueAt(answer, path);
      // A service that repeats what it was told must not put a secret on the call.
      if (value !== undefined && !told.some((secret) => value.includes(secret)))
        call.variables.set(variable, value);
    }
    if (node.select === undefined) {
      call.step('http', `${hostOf(node.url)} answered`);
      return 'next';
    }
    const value = valueAt(answer, node.select);
    const known = value !== undefined && Object.hasOwn(node.values ?? {}, value);
    const shown = value !== undefined && told.some((secret) => value.includes(secret)) ? 'secret' : value;
    call.step(`http → ${known ? shown : 'otherwise'}`, `${node.select} is ${shown ?? 'missing'}`);
    return { take: known ? node.values![value] : node.otherwise };
  },
  hasDefault,
  exits: (node, ways) => ways.branches(hasDefault(node) ? NOWHERE : NEXT),
  mistake(node, { secrets }) {
    if (/\{secret\./.test(node.url)) {
      const fix = 'send it in a header: URLs are written down on their way';
      return { field: 'url', message: 'a secret stands in the URL', fix };
    }
    if (node.body !== undefined && node.method === 'GET')
      return { field: 'method', message: 'a GET has no body', fix: 'write POST' };
    const host = hostOf(node.url);
    for (const field of ['headers', 'body'] as const) {
      for (const name of secretsIn(node[field])) {
        const hosts = secrets.get(name);
        if (!hosts) {
          const fix = `add it: secrets: { ${name}: { value: ..., hosts: [${host}] } }`;
          return { field, message: `there is no secret '${name}'`, fix };
        }
        if (!hosts.includes(host)) {
          const fix = `add it to the hosts of the secret, which are ${hosts.join(', ')}`;
          return { field, message: `secret '${name}' is not for ${host}`, fix };
        }
      }
    }
    return undefined;
  },
};

function hasDefault({ otherwise, select }: HttpNode): boolean {
  return otherwise !== undefined && select !== undefined;
}

/** The answer, and the secrets that the service was told. */
async function ask(
  node: HttpNode,
  run: NodeRun,
): Promise<{ readonly answer: unknown; readonly told: readonly string[] }> {
  const { told, ...request } = filledRequest(node, run);
  const { status, body, isWhole } = await run.outbound.ask({
    ...request,
    limitMs: node.timeoutMs ?? TIMEOUT_MS,
    maxBytes: MAX_ANSWER_BYTES,
    signal: run.call.signal,
  });
  if (status < 200 || status > 299) throw new Error(`status ${status}`);
  if (!isWhole) throw new Error(`answer above ${MAX_ANSWER_BYTES} bytes`);
  return { answer: parsed(body), told };
}

/** What is no JSON may be anything, the parser's words for it too: it is not repeated. */
function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    throw new Error('the answer is no JSON');
  }
}

/** For the trace: what was asked may hold a PIN, so only the host is said. */
function whyFailed({ url }: HttpNode, error: unknown): string {
  const { message } = asError(error);
  return error instanceof PbxError ? message : `${hostOf(url)}: ${message}`;
}

/** Without port, in lower case; the host of a URL stands as it is, whatever is filled in behind it. */
function hostOf(url: string): string {
  const host = /^https?:\/\/(\[[^\]]*\]|[^/{?#:]+)/.exec(url)?.[1] ?? 'service';
  return host.replace(/^\[|\]$/g, '').toLowerCase();
}

/** The text, number or flag at a dotted path of a JSON answer. */
function valueAt(answer: unknown, path: string): string | undefined {
  let value = answer;
  for (const key of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : undefined;
}
