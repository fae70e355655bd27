import type { Arrival } from '../call/arrival.ts';
import type { Occasion, RingRoute } from '../call/destination.ts';
import type { HeaderFields } from '../edge/edge.ts';
import type { Provisioned } from '../provisioning/provisioning.ts';
import { maskedNumber } from '../shared/masked-number.ts';
import { escapeUser } from '../sip/message/index.ts';

/** What the phone of an extension is shown of who calls. */
export interface Shown {
  /** Host of our numbers in From. */
  readonly domain: string;
  /** The caller's number: whole, or as who may not see numbers outside is shown it. */
  readonly isWhole: boolean;
  /** It is asked to answer by itself; undefined: as the queue has it. */
  readonly autoAnswer?: boolean | undefined;
}

/**
 * What an INVITE tells a phone of the caller: his number, for callers of a queue with the names of hotline and queue, and the ring
 * tone of the queue (Alert-Info, RFC 3261 20.4). Whoever has no right to numbers outside sees them masked (号码防火墙): no other
 * header carries one. Where the phone is to answer by itself, the headers that phones know for it.
 */
export function shownToPhone(
  { snapshot }: Provisioned,
  { tenantId, caller, called }: Pick<Arrival, 'tenantId' | 'caller' | 'called'>,
  { hotline, queue }: Occasion,
  { domain, isWhole, autoAnswer }: Shown,
): Pick<RingRoute, 'from' | 'headers'> {
  const number = caller === '' ? called : isWhole ? caller : maskedNumber(caller);
  const uri = `sip:${escapeUser(number)}@${domain}`;
  const entity = queue === undefined ? undefined : snapshot.get('queue', tenantId, queue);
  const headers = headersOf(entity?.alertInfo, (autoAnswer ?? entity?.autoAnswer) ? domain : undefined);
  if (!entity) return { from: { uri }, ...(headers && { headers }) };
  const { title = entity.name } = entity;
  const from = hotline === undefined ? '' : (snapshot.get('hotline', tenantId, hotline)?.name ?? hotline);
  // A withheld number has no place here: what stands in its stead is the hotline's.
  const displayName = [from, title, caller === '' ? '' : number].filter((part) => part !== '').join(' ');
  return { from: { uri, displayName }, ...(headers && { headers }) };
}

/**
 * Ring tone, and the three ways in which phones are asked to answer by themselves (自动应答): RFC 5373, and what makers of phones
 * had before it and read still.
 */
function headersOf(
  alertInfo: string | undefined,
  autoAnswerBy: string | undefined,
): HeaderFields | undefined {
  if (autoAnswerBy === undefined) return alertInfo === undefined ? undefined : { 'Alert-Info': alertInfo };
  const alert = `<http://${autoAnswerBy}>;info=alert-autoanswer;delay=0`;
  return {
    'Answer-Mode': 'Auto',
    'Call-Info': `<sip:${autoAnswerBy}>;answer-after=0`,
    'Alert-Info': alertInfo === undefined ? alert : [alertInfo, alert],
  };
}
