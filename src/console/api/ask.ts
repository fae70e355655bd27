/** Requests to the API with the session's cookie. */
import type { Language } from '../i18n/words.ts';
import { serverClock } from './server-clock.ts';
import type { Problem } from './types.ts';

/** What every request is asked with. */
interface Asking {
  /** For the header Pbx-Csrf. */
  csrf: string | undefined;
  /** The company, of who may see several. */
  company: string | undefined;
  language: Language;
  /** Of a phone bar in a page of others, which has no cookie. */
  bearer?: string;
}

export const asking: Asking = { csrf: undefined, company: undefined, language: 'zh-CN' };

/** A request that failed, with what the server says of it. Code `network`: there was no answer. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly problem: Problem | undefined;

  constructor(status: number, code: string, title: string, problem?: Problem) {
    super(problem?.detail ?? title);
    this.status = status;
    this.code = code;
    this.title = title;
    this.problem = problem;
  }
}

export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

export interface Ask {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly query?: Query | undefined;
  readonly body?: unknown;
  /** Sent as it is, in place of a body. */
  readonly file?: { readonly content: Blob; readonly type: string };
  readonly signal?: AbortSignal;
  /** Default: JSON. */
  readonly accept?: string;
  /** The revision that is changed (`If-Match`). */
  readonly revision?: number;
  /** Of no company: what the whole installation has. */
  readonly ofAll?: boolean;
  /** It goes on when the page is left: what is said last. 64 kB at most. */
  readonly keepalive?: boolean;
}

const PREFIX = '/api/v1';

/** Path of a route with what it is asked by. */
export function pathOf(path: string, query: Query = {}): string {
  const given = Object.entries(query).flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [[name, String(value)] as const],
  );
  const text = new URLSearchParams(given.map(([name, value]): [string, string] => [name, value])).toString();
  return `${PREFIX}${path}${text && `?${text}`}`;
}

/** Asks the API; resolves with the body, undefined where there is none. Throws {@link ApiError}. */
export async function ask<Answer>(path: string, { accept, ...how }: Ask = {}): Promise<Answer> {
  const response = await send(path, { accept: accept ?? 'application/json', ...how });
  if (response.status === 204) return undefined as Answer;
  const isJson = response.headers.get('content-type')?.includes('json');
  return (isJson ? await response.json() : await response.text()) as Answer;
}

/** What each request says of who asks. */
export function headersOf({ method = 'GET', body, file, accept = 'application/json', revision, ofAll }: Ask) {
  const { csrf, company, language, bearer } = asking;
  return {
    accept: `${accept}, application/problem+json`,
    'accept-language': language,
    ...(body !== undefined && { 'content-type': 'application/json' }),
    ...(file && { 'content-type': file.type }),
    ...(revision !== undefined && { 'if-match': `"${revision}"` }),
    ...(method !== 'GET' && csrf !== undefined && { 'pbx-csrf': csrf }),
    ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
    ...(company !== undefined && !ofAll && { 'pbx-tenant': company }),
  };
}

async function send(path: string, how: Ask): Promise<Response> {
  const { method = 'GET', query, body, file, signal, keepalive = false } = how;
  const { bearer } = asking;
  const headers = headersOf(how);
  const request = {
    method,
    ...(bearer !== undefined && { credentials: 'omit' as const }),
    headers,
    ...(body !== undefined && { body: JSON.stringify(body) }),
    ...(file && { body: file.content }),
    ...(signal && { signal }),
    keepalive,
  };
  const askedAt = Date.now();
  const response = await fetch(pathOf(path, query), request).catch((error: unknown) => {
    if (signal?.aborted) throw error;
    throw new ApiError(0, 'network', '');
  });
  serverClock.take(response.headers.get('date'), askedAt);
  if (response.ok) return response;
  throw await problemOf(response);
}

async function problemOf(response: Response): Promise<ApiError> {
  const { status, headers, statusText } = response;
  if (!headers.get('content-type')?.includes('problem+json'))
    return new ApiError(status, `http-${status}`, statusText);
  const problem = (await response.json()) as Problem;
  return new ApiError(status, problem.code, problem.title, problem);
}
