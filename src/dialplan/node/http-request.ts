/** What an `http` node sends: its texts with the values of the call and the secrets of the company filled in. */
import type { NodeRun } from './node-kind.ts';

/** What JSON can say. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** `{secret.NAME}` or `{variable}`. */
const PLACEHOLDER = /\{(?:secret\.([A-Za-z0-9][A-Za-z0-9_.-]{0,63})|(\w+))\}/g;

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
type Headers = Readonly<Record<string, string>>;

/** What the node says of it. */
interface RequestTexts {
  readonly url: string;
  readonly method?: Method;
  readonly headers?: Headers;
  readonly body?: Json;
}

interface FilledRequest {
  readonly url: string;
  readonly method: Method;
  readonly headers: Headers;
  readonly body?: string;
  /** Secrets in it. */
  readonly told: readonly string[];
}

/** Throws for a secret that is not there, or not for the host that is asked. */
export function filledRequest(node: RequestTexts, run: NodeRun): FilledRequest {
  const url = node.url.replace(PLACEHOLDER, (_, __, name?: string) =>
    encodeURIComponent(variableOf(name, run)),
  );
  const told = new Set<string>();
  const fill = (text: string) =>
    text.replace(PLACEHOLDER, (_, secret?: string, name?: string) => {
      if (secret === undefined) return variableOf(name, run);
      const value = secretFor(new URL(url).hostname, secret, run);
      told.add(value);
      return value;
    });
  const hasBody = node.body !== undefined;
  const headers: Record<string, string> = hasBody ? { 'content-type': 'application/json' } : {};
  for (const [name, text] of Object.entries(node.headers ?? {})) headers[name.toLowerCase()] = fill(text);
  return {
    url,
    method: node.method ?? (hasBody ? 'POST' : 'GET'),
    headers,
    ...(hasBody && { body: JSON.stringify(filledJson(node.body!, fill)) }),
    told: [...told],
  };
}

/** Names of the secrets in headers or a body. */
export function secretsIn(texts: Json | Headers | undefined): ReadonlySet<string> {
  const names = new Set<string>();
  if (texts === undefined) return names;
  filledJson(texts as Json, (text) => {
    for (const [, secret] of text.matchAll(PLACEHOLDER)) if (secret !== undefined) names.add(secret);
    return text;
  });
  return names;
}

/** Keys stay as they are written. */
function filledJson(json: Json, fill: (text: string) => string): Json {
  if (typeof json === 'string') return fill(json);
  if (typeof json !== 'object' || json === null) return json;
  if (Array.isArray(json)) return json.map((each: Json) => filledJson(each, fill));
  return Object.fromEntries(Object.entries(json).map(([key, each]) => [key, filledJson(each, fill)]));
}

function variableOf(name: string | undefined, run: NodeRun): string {
  if (name === 'caller') return run.caller.number;
  if (name === 'called') return run.call.called;
  return run.variables.get(name ?? '') ?? '';
}

function secretFor(hostname: string, name: string, run: NodeRun): string {
  const secret = run.secret(name);
  if (!secret) throw new Error(`there is no secret ${name}`);
  const host = hostname.replace(/^\[|\]$/g, '');
  if (!secret.hosts.some((each) => each.toLowerCase() === host))
    throw new Error(`secret ${name} is not for ${host}`);
  return secret.value;
}
