import { PbxError } from '../../shared/errors.ts';
import type { Failure } from './protocol.ts';

/** A failure in a worker as an error of this thread. */
export function errorOf({ code, message }: Failure): PbxError {
  return new PbxError(code, message);
}

/** An error as it crosses the thread border. */
export function failureOf(error: unknown): Failure {
  if (!(error instanceof Error)) return { code: 'unknown', message: String(error) };
  const { code } = error as { code?: unknown };
  return { code: typeof code === 'string' ? code : 'unknown', message: error.message };
}
