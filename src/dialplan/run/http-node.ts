import { asError } from '../../shared/errors.ts';
import type { HttpNode } from '../node/nodes.ts';
import type { FlowRun, Way } from './flow-run.ts';

const TIMEOUT_MS = 2000;
const MAX_ANSWER_BYTES = 64 * 1024;

/** Asks an outside service; whatever goes wrong, the call goes on with `otherwise`. */
export async function httpNode(node: HttpNode, run: FlowRun): Promise<Way> {
  const { call } = run;
  const timeoutMs = node.timeoutMs ?? TIMEOUT_MS;
  let answer: unknown;
  try {
    answer = await ask(node, timeoutMs, run);
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
}

async function ask(node: HttpNode, timeoutMs: number, run: FlowRun): Promise<unknown> {
  const late = new AbortController();
  const timer = run.state.clock.after(timeoutMs, () => late.abort(new Error(`no answer in ${timeoutMs} ms`)));
  try {
    const signal = AbortSignal.any([late.signal, run.call.signal]);
    const response = await run.state.fetch(fillIn(node.url, run), { method: node.method ?? 'GET', signal });
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

function fillIn(url: string, run: FlowRun): string {
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
