import { type DestinationStream, type Logger as PinoLogger, pino } from 'pino';

/** Least severity that is written. */
export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';

/** Structured log: one JSON line an event. Callers pass fields first, then a constant message. */
export type Logger = Pick<PinoLogger, 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal'> & {
  readonly level: string;
  /** A logger that adds `fields` to each line, such as `{ room: 'sip' }` or `{ callId }`. */
  child(fields: Record<string, unknown>): Logger;
};

/** Fields that never reach a log, at the top level and one below. */
const SECRET_FIELDS = ['password', 'secret', 'token', 'ha1', 'authorization', 'pin'];

/** Characters that JSON lets through and a terminal obeys: DEL, C1 controls, marks that turn writing round. */
const TERMINAL_CODES = /[\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** JSON as it may be shown on a terminal: what a caller put in a name does not steer it. */
export function terminalSafe(json: string): string {
  return json.replace(TERMINAL_CODES, (code) => `\\u${code.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** A logger that writes JSON lines to `destination` (standard output by default). */
export function createLogger(level: LogLevel = 'info', destination?: DestinationStream): Logger {
  return pino(
    {
      level,
      base: null,
      hooks: { streamWrite: terminalSafe },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: SECRET_FIELDS.flatMap((field) => [field, `*.${field}`]), censor: '***' },
    },
    destination ?? standardOutput(),
  ) as unknown as Logger;
}

/** Where logs go, written when there is time. */
export const standardOutput = () => pino.destination({ fd: 1, sync: false });

/** A logger that writes nothing. */
export const silentLogger: Logger = createLogger('silent');
