import type { Arrival } from '../call/arrival.ts';
import type { Occasion, RingRoute } from '../call/destination.ts';
import type { HeaderFields } from '../edge/edge.ts';
import { maskedNumber } from '../numbering/masked-number.ts';
import type { Provisioned } from '../provisioning/provisioning.ts';
import { escapeUser } from '../sip/message/index.ts';

/** What the phone of an extension is shown of who calls. */
export interface Shown {
  /** Host of our numbers in From. */
  readonly domain: string;
  /** The caller's number: whole, or as who may not see numbers outside is shown it. */
  readonly isWhole: boolean;
}

/**
 * What an INVITE tells a phone of the caller: his number, for callers of a queue with the names of hotline and queue, and the ring
 * tone of the queue (Alert-Info, RFC 3261 20.4). Whoever has no right to numbers outside sees them masked (号码防火墙): no other
 * header carries one. Where the phone is to answer by itself, the headers that phones know for it.
 */
export function shownToPhone(
  { snapshot }: Provisioned,
  { tenantId, caller, called }: Pick<Arrival, 'tenantId' | 'caller' | 'called'>,
  { hotline, queue, autoAnswer }: Occasion,
  { domain, isWhole }: Shown,
): Pick<RingRoute, 'from' | 'headers'> {
  const number = caller === '' ? called : isWhole ? caller : maskedNumber(caller);
  const uri = `sip:${escapeUser(number)}@${domain}`;
  const entity = queue === undefined ? undefined : snapshot.get('queue', tenantId, queue);
  const answers = autoAnswer ? answersByItself(domain) : undefined;
  if (!entity) return { from: { uri }, ...(answers && { headers: answers }) };
  const { title = entity.name, alertInfo } = entity;
  const from = hotline === undefined ? '' : (snapshot.get('hotline', tenantId, hotline)?.name ?? hotline);
  // A withheld number has no place here: what stands in its stead is the hotline's.
  const displayName = [from, title, caller === '' ? '' : number].filter((part) => part !== '').join(' ');
  const shown = { from: { uri, displayName } };
  if (answers) return { ...shown, headers: answers };
  return alertInfo === undefined ? shown : { ...shown, headers: { 'Alert-Info': alertInfo } };
}

/** What has phones answer by themselves (自动应答): RFC 5373 4, and the two that came before it. */
function answersByItself(domain: string): HeaderFields {
  return {
    'Answer-Mode': 'Auto',
    'Call-Info': `<sip:${domain}>;answer-after=0`,
    'Alert-Info': `<http://${domain}>;info=alert-autoanswer;delay=0`,
  };
}
