import { ConfigError, PbxError } from '../shared/errors.ts';

/** Exit codes, those of BSD's sysexits.h. */
export const EXIT = {
  ok: 0,
  /** EX_USAGE: the command line was wrong. */
  usage: 64,
  /** EX_DATAERR: what is stored, or a table to import, is not what it should be. */
  data: 65,
  /** EX_UNAVAILABLE: a file, a database or an address cannot be used. */
  unavailable: 69,
  /** EX_SOFTWARE: a fault of ours. */
  software: 70,
  /** EX_CONFIG: a mistake in the configuration or a dialplan. */
  config: 78,
} as const;

/** A command has said all there is to say; only the exit code is left. */
export class ExitError extends Error {
  readonly exitCode: number;
  constructor(exitCode: number) {
    super(`exit ${exitCode}`);
    this.exitCode = exitCode;
  }
}

/** What an error means to the person at the keyboard: a text for standard error and the exit code. */
export function explain(error: unknown): { text: string; code: number } {
  if (error instanceof ConfigError) return { text: error.toString(), code: EXIT.config };
  if (error instanceof PbxError) return { text: error.message, code: EXIT.unavailable };
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { text: `a fault of pbx400, please report it:\n${stack}`, code: EXIT.software };
}
