import type { CauseSlug } from './cause.ts';
import { ERROR_CODES, type ErrorCode } from './error-codes.ts';

/** One of several things that are wrong with what was sent. */
export interface Flaw {
  /** JSON pointer (RFC 6901) to it in what was sent; '' is all of it. */
  readonly pointer: string;
  /** Stable slug. */
  readonly code: string;
  readonly detail: string;
  /** What to do. */
  readonly fix?: string | undefined;
}

/**
 * Base of every error that the engine raises on purpose.
 * `code` is one of the table in error-codes.ts; the message says what happened, where, and what to do.
 */
export class PbxError extends Error {
  readonly code: ErrorCode;
  /** Each thing that is wrong with what was sent, when it is known. */
  readonly flaws: readonly Flaw[] | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    { flaws, ...options }: ErrorOptions & { readonly flaws?: readonly Flaw[] } = {},
  ) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
    this.flaws = flaws;
  }
}

/** The object was closed or the call ended while the operation was under way. */
export class ClosedError extends PbxError {
  constructor(what: string, options?: ErrorOptions) {
    super('closed', `${what} is closed`, options);
  }
}

/** An operation did not finish within its limit. */
export class DeadlineError extends PbxError {
  constructor(what: string, limitMs: number, options?: ErrorOptions) {
    super('deadline', `${what} did not finish within ${limitMs} ms`, options);
  }
}

/** Where in a file a mistake was found; lines and columns count from 1. */
export interface Place {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
}

/** A mistake in the configuration or a dialplan: stops `start` with exit code 78 (EX_CONFIG). */
export class ConfigError extends PbxError {
  readonly place: Place | undefined;
  readonly fix: string | undefined;
  constructor(message: string, place?: Place, fix?: string, options?: ErrorOptions) {
    super('config', message, options);
    this.place = place;
    this.fix = fix;
  }

  /** `file:line:column: what is wrong; what to do`. */
  override toString(): string {
    const { place } = this;
    const where = place ? `${[place.file, place.line, place.column].filter(Boolean).join(':')}: ` : '';
    return `${where}${this.message}${this.fix ? `; ${this.fix}` : ''}`;
  }
}

/** How a call ends that fails with `error`; what nobody raised on purpose is a failure of ours. */
export function causeOf(error: unknown): CauseSlug {
  return error instanceof PbxError ? ERROR_CODES[error.code].cause : 'failure';
}

/** `error` as an Error, whatever was thrown. */
export function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
