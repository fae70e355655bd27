import type { ErrorCode } from '../shared/error-codes.ts';
import type { Problem } from './operations.ts';

/** Codes that come from no PBX: nobody answered; what answered was no PBX, a proxy say. */
type OwnCode = 'unreachable' | 'http-error';

/** What went wrong, as the PBX says it (RFC 9457). Tell cases apart by `code`, which is stable; `message` is for people. */
export class PbxError extends Error {
  override readonly name = 'PbxError';
  readonly code: ErrorCode | OwnCode;
  /** Of HTTP; 0: nobody answered. */
  readonly status: number;
  /** What the code means, in the language that was asked for. */
  readonly title: string;
  /** What is wrong in this case. */
  readonly detail: string;
  /** Where several things are wrong: each with a JSON pointer into what was sent. */
  readonly errors: NonNullable<Problem['errors']>;
  /** Of 409: what state it is in. */
  readonly state: string | undefined;
  /** When to ask again, of 429 and 503. */
  readonly retryAfterMs: number | undefined;

  constructor(
    problem: Partial<Problem>,
    status: number,
    more: { cause?: unknown; retryAfterMs?: number } = {},
  ) {
    const { code = 'http-error', title = `HTTP ${status}`, detail = title, errors = [], state } = problem;
    super(`${code}: ${detail}`, { cause: more.cause });
    this.code = code as ErrorCode;
    this.status = status;
    this.title = title;
    this.detail = detail;
    this.errors = errors;
    this.state = state;
    this.retryAfterMs = more.retryAfterMs;
  }
}

/** The error of an answer that is no success. */
export async function errorOf(response: Response): Promise<PbxError> {
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  const more = Number.isFinite(seconds) ? { retryAfterMs: seconds * 1000 } : {};
  const type = response.headers.get('content-type') ?? '';
  const problem = (type.includes('json') ? await response.json().catch(() => ({})) : {}) as Partial<Problem>;
  if (!type.includes('json')) await response.body?.cancel();
  return new PbxError(problem, response.status, more);
}
