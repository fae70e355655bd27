import { isErrorCode } from '../../shared/error-codes.ts';
import { PbxError } from '../../shared/errors.ts';
import type { Failure } from './protocol.ts';

/** A failure in a worker as an error of this thread: one of ours, or the system's with its code (ENOENT ...). */
export function errorOf({ code, message }: Pick<Failure, 'code' | 'message'>): Error {
  return isErrorCode(code) ? new PbxError(code, message) : Object.assign(new Error(message), { code });
}

/** An error as it crosses the thread border. */
export function failureOf(error: unknown): Failure {
  if (!(error instanceof Error)) return { code: 'unknown', message: String(error), stack: undefined };
  const { code } = error as { code?: unknown };
  return { code: typeof code === 'string' ? code : 'unknown', message: error.message, stack: error.stack };
}
