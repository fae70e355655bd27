import { asError } from '../../shared/errors.ts';
import type { Builders, DeclaredNames } from '../write/builder-names.ts';
import { rememberPlace } from '../write/places.ts';
import { NEXT, NOWHERE, type NodeKind, type NodeRun } from './node-kind.ts';
import type { Flow, FlowNode } from './tree.ts';

/** Asks an outside service over HTTP. `{caller}`, `{called}` and `{variable}` are filled in, percent-encoded. */
export interface HttpNode {
  readonly type: 'http';
  readonly url: string;
  readonly method?: 'GET' | 'POST';
  /** Default 2000. */
  readonly timeoutMs?: number;
  /** Variables to set from the JSON answer, by dotted path: `{ tier: 'customer.tier' }`. */
  readonly save?: { readonly [variable: string]: string };
  /** Path of the value that chooses the branch. */
  readonly select?: string;
  readonly values?: { readonly [value: string]: Flow };
  /** No answer in time, an error, or a value without a branch. */
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
  build: buildHttp,
  fields: {
    url: 'url',
    method: 'method?',
    timeoutMs: 'ms?',
    save: 'textMap?',
    select: 'text?',
    values: 'flows?',
    otherwise: 'flow?',
  },
  title: ({ url }) => `http ${/^https?:\/\/([^/{?]+)/.exec(url)?.[1] ?? url}`,
  /** Whatever goes wrong, the call goes on with `otherwise`. */
  async run(node, run) {
    const { call } = run;
    let answer: unknown;
    try {
      answer = await ask(node, node.timeoutMs ?? TIMEOUT_MS, run);
    } catch (error) {
      if (call.ended) throw error;
      call.step('http → otherwise', `${hostOf(node.url)}: ${asError(error).message}`);
      return { take: node.otherwise };
    }
    for (const [variable, path] of Object.entries(node.save ?? {})) {
      const value = valueAt(answer, path);
      if (value !== undefined) call.variables.set(variable, value);
    }
    if (node.select === undefined) {
      call.step('http', `${hostOf(node.url)} answered`);
      return 'next';
    }
    const value = valueAt(answer, node.select);
    const known = value !== undefined && Object.hasOwn(node.values ?? {}, value);
    call.step(`http → ${known ? value : 'otherwise'}`, `${node.select} is ${value ?? 'missing'}`);
    return { take: known ? node.values![value] : node.otherwise };
  },
  hasDefault,
  exits: (node, ways) => ways.branches(hasDefault(node) ? NOWHERE : NEXT),
};

function hasDefault({ otherwise, select }: HttpNode): boolean {
  return otherwise !== undefined && select !== undefined;
}

async function ask(node: HttpNode, timeoutMs: number, run: NodeRun): Promise<unknown> {
  const late = new AbortController();
  const timer = run.clock.after(timeoutMs, () => late.abort(new Error(`no answer in ${timeoutMs} ms`)));
  try {
    const signal = AbortSignal.any([late.signal, run.call.signal]);
    const response = await run.fetch(fillIn(node.url, run), { method: node.method ?? 'GET', signal });
    if (!response.ok) throw new Error(`status ${response.status}`);
    return JSON.parse(await textOf(response));
  } finally {
    timer.cancel();
  }
}

/** The body as text. Throws once it is too long: a stream without end must not fill the memory. */
async function textOf(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > MAX_ANSWER_BYTES) throw new Error(`answer above ${MAX_ANSWER_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function fillIn(url: string, run: NodeRun): string {
  return url.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value =
      name === 'caller'
        ? run.caller.number
        : name === 'called'
          ? run.call.called
          : (run.variables.get(name) ?? '');
    return encodeURIComponent(value);
  });
}

/** For the trace: what was asked may hold a PIN. */
function hostOf(url: string): string {
  return /^https?:\/\/([^/{?]+)/.exec(url)?.[1] ?? 'service';
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
