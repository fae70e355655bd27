import type { EdgeReply, EdgeRequest, NameAddress } from '../edge/edge.ts';
import { parseUri } from '../sip/message/uri.ts';

/** A contact that a REGISTER adds, refreshes or, with `expiresMs` 0, removes. */
export interface ContactChange {
  /** What tells bindings of one AOR apart. */
  readonly key: string;
  readonly uri: string;
  /** Preference, 0 to 1000. */
  readonly q: number;
  readonly expiresMs: number;
  /** Registered as a flow (RFC 5626 6): calls go over the connection that the REGISTER came on. */
  readonly outbound: boolean;
}

/** What a REGISTER asks for. */
export type RegisterPlan =
  | { readonly kind: 'query' }
  | { readonly kind: 'removeAll' }
  | { readonly kind: 'update'; readonly changes: readonly ContactChange[] }
  | { readonly kind: 'refused'; readonly reply: EdgeReply };

/** What the configuration allows a registration. */
export interface RegistrationLimits {
  readonly minMs: number;
  readonly maxMs: number;
  readonly contacts: number;
}

/** RFC 3261 10.2.1.1: what a malformed or missing expiry means. */
const DEFAULT_EXPIRES_S = 3600;
const EXTENSIONS = ['path', 'outbound'];
/** Longest Contact, with its instance, and longest Path: each is kept in memory and in the store. */
const MAX_LENGTH = 1000;

/**
 * Reads the Contacts of a REGISTER (RFC 3261 10.3 steps 2 and 6 to 8). Pure; touches no binding. `random` in [0, 1)
 * shortens what is granted by up to a tenth, so that phones that started together do not refresh together.
 */
export function planRegister(
  request: EdgeRequest,
  limits: RegistrationLimits,
  random: () => number,
): RegisterPlan {
  const unknown = requiredExtensions(request).filter((name) => !EXTENSIONS.includes(name));
  if (unknown.length > 0) return refuse(420, 'Bad Extension', { Unsupported: unknown.join(', ') });
  const values = request.headers('Contact');
  if (values.length === 0) return { kind: 'query' };
  if (values.some((value) => value.trim() === '*')) {
    // RFC 3261 10.2.2: the wildcard stands alone and only removes.
    const isRemoval = secondsOf(request.header('Expires')) === 0;
    return values.length === 1 && isRemoval ? { kind: 'removeAll' } : refuse(400, 'Invalid Wildcard Contact');
  }
  const contacts = request.addresses('Contact');
  if (contacts.length !== values.length) return refuse(400, 'Malformed Contact');
  if (contacts.length > limits.contacts) return refuse(403, 'Too Many Contacts');
  if (request.headers('Path').join().length > MAX_LENGTH) return refuse(400, 'Path Too Long');
  const changes: ContactChange[] = [];
  for (const contact of contacts) {
    const requested = secondsOf(contact.params.get('expires') ?? request.header('Expires')) * 1000;
    // RFC 3261 10.3 step 7: too brief.
    if (requested > 0 && requested < limits.minMs) {
      return refuse(423, 'Interval Too Brief', { 'Min-Expires': String(Math.ceil(limits.minMs / 1000)) });
    }
    const granted = Math.min(requested, limits.maxMs);
    const expiresMs = granted === 0 ? 0 : Math.max(limits.minMs, Math.round(granted * (1 - 0.1 * random())));
    const change = changeOf(contact, expiresMs, request);
    if (!change) return refuse(400, 'Malformed Contact');
    if (change.uri.length > MAX_LENGTH || change.key.length > MAX_LENGTH)
      return refuse(400, 'Contact Too Long');
    changes.push(change);
  }
  return { kind: 'update', changes };
}

function refuse(status: number, reason: string, headers?: Record<string, string>): RegisterPlan {
  return { kind: 'refused', reply: { status, reason, ...(headers && { headers }) } };
}

function changeOf(contact: NameAddress, expiresMs: number, request: EdgeRequest): ContactChange | undefined {
  const uri = parseUri(contact.uri);
  if (uri?.kind !== 'sip' && uri?.kind !== 'sips') return undefined;
  const q = qOf(contact.params.get('q'));
  const instance = contact.params.get('+sip.instance');
  const regId = contact.params.get('reg-id');
  // RFC 5626 6: only with all of these does the registration name a flow.
  const isOutbound =
    instance !== undefined &&
    regId !== undefined &&
    request.flow !== undefined &&
    optionTags(request, 'Supported').includes('outbound');
  const transport = uri.param('transport')?.toLowerCase() ?? '';
  const key = isOutbound
    ? `${instance};${regId}`
    : `${uri.kind}:${uri.user}@${uri.host.toLowerCase()}:${uri.port ?? ''};${transport}`;
  return { key, uri: contact.uri, q, expiresMs, outbound: isOutbound };
}

/** Option tags of Require, Supported ..., in lower case. */
export function optionTags(request: EdgeRequest, header: string): string[] {
  return request
    .headers(header)
    .flatMap((value) => value.split(','))
    .map((tag) => tag.trim().toLowerCase())
    .filter((tag) => tag !== '');
}

function requiredExtensions(request: EdgeRequest): string[] {
  return optionTags(request, 'Require');
}

/** Delta seconds; RFC 3261 20.19 limits them to 2^32-1. */
function secondsOf(text: string | undefined): number {
  return text !== undefined && /^\d{1,10}$/.test(text.trim()) ? Number(text) : DEFAULT_EXPIRES_S;
}

/** `0.7` as 700; 1000 when it is missing or malformed. */
function qOf(text: string | undefined): number {
  return text !== undefined && /^(0(\.\d{0,3})?|1(\.0{0,3})?)$/.test(text)
    ? Math.round(Number(text) * 1000)
    : 1000;
}
