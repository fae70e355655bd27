import { CAUSES, type CauseSlug } from '../../shared/cause.ts';
import { isToken } from '../../sip/message/index.ts';
import { type HeaderFields, SERVED_METHODS } from '../edge.ts';

/** Methods that the edge knows; those that nobody serves get 405, all others 501 (RFC 3261 21.5.2). */
export const METHODS = [...SERVED_METHODS, 'MESSAGE', 'PUBLISH'] as const;

/** Option tags that the edge supports (RFC 3261 27.1). */
export const EXTENSIONS: readonly string[] = [
  '100rel',
  'timer',
  'replaces',
  'norefersub',
  'path',
  'outbound',
];

/** Header line of requests and 2xx that may change a session, and of 405 (RFC 3261 20.5). */
export const ALLOW_LINE = `Allow: ${SERVED_METHODS.join(', ')}\r\n`;
/** Header line of requests and 2xx that may change a session (RFC 3261 20.37). */
export const SUPPORTED_LINE = 'Supported: 100rel, timer, replaces\r\n';
/** Header line of 415 and of answers to OPTIONS (RFC 3261 11.2, 21.4.13). */
export const ACCEPT_LINE = 'Accept: application/sdp, application/dtmf-relay, application/dtmf\r\n';

/** Headers that the edge writes itself: those of the PBX must not stand beside them. */
const OWN: ReadonlySet<string> = new Set([
  'via',
  'from',
  'to',
  'call-id',
  'cseq',
  'max-forwards',
  'route',
  'record-route',
  'content-length',
  'content-type',
]);

/** The lines of the PBX's headers. Line ends in values become spaces: nothing can be smuggled into a message. */
export function headerLines(fields: HeaderFields | undefined): string {
  if (!fields) return '';
  let text = '';
  for (const name in fields) {
    if (OWN.has(name.toLowerCase()) || !isToken(name)) continue;
    const value = fields[name]!;
    if (typeof value === 'string') text += `${name}: ${oneLine(value)}\r\n`;
    else for (const one of value) text += `${name}: ${oneLine(one)}\r\n`;
  }
  return text;
}

/** Whether the PBX gave a header of that name (lower case). */
export function hasHeader(fields: HeaderFields | undefined, lowerName: string): boolean {
  return fields !== undefined && Object.keys(fields).some((name) => name.toLowerCase() === lowerName);
}

/** `value` without line ends and NUL. */
export function oneLine(value: string): string {
  return /[\r\n\0]/.test(value) ? value.replace(/[\r\n\0]+[ \t]*/g, ' ') : value;
}

/** RFC 3261 21.5.4: seconds after which a refused caller may come back, spread so that not all come at once. */
const RETRY_AFTER_SECONDS = { least: 2, spread: 8 } as const;

/** Header line of a 503: when to come back. `random`: from 0 to 1. */
export function retryAfterLine(random: number): string {
  const { least, spread } = RETRY_AFTER_SECONDS;
  return `Retry-After: ${least + Math.floor(random * spread)}\r\n`;
}

const REASON_LINES = new Map<CauseSlug, string>(
  Object.entries(CAUSES).map(([slug, { q850 }]) => [
    slug as CauseSlug,
    `Reason: Q.850;cause=${q850};text="${slug}"\r\n`,
  ]),
);

/** RFC 3326: why we end a leg. `q850`: of the far end that made us end it. */
export function reasonLine(cause: CauseSlug, q850?: number): string {
  if (q850 !== undefined) return `Reason: Q.850;cause=${q850}\r\n`;
  return REASON_LINES.get(cause) ?? '';
}
