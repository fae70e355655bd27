import type { EdgeRequest, EdgeRoute, HeaderFields, NameAddress } from '../edge/edge.ts';
import type { CallerIdHeader, Trunk as TrunkConfig } from '../provisioning/kind/trunk.ts';
import { escapeUser } from '../sip/message/index.ts';

/** What of an INVITE tells who calls. */
type Told = Pick<EdgeRequest, 'from' | 'header' | 'addresses'>;

/** Who calls, by the header that this carrier fills; From when that is missing. */
export function callerOf(invite: Told, by: CallerIdHeader): NameAddress {
  switch (by) {
    case 'pai':
      // RFC 3325 9.1: only a trusted peer's; the caller is a trunk's address here.
      return invite.addresses('p-asserted-identity')[0] ?? invite.from;
    case 'rpid':
      return invite.addresses('remote-party-id')[0] ?? invite.from;
    case 'from':
      return invite.from;
  }
}

/** Privacy of a Remote-Party-ID that withholds the number (draft-ietf-sip-privacy-04). */
const RPID_HIDDEN: ReadonlySet<string> = new Set(['full', 'uri']);

/** True when the caller asks not to be shown (RFC 3323 4.2, RFC 3325 9.3). `by`: the header that tells who calls. */
export function isAnonymous(invite: Told, by: CallerIdHeader): boolean {
  const privacy = invite.header('privacy');
  if (privacy?.split(/[;,]/).some((value) => ['id', 'user'].includes(value.trim().toLowerCase())))
    return true;
  if (by === 'rpid') {
    const rpid = invite.addresses('remote-party-id')[0];
    if (rpid) return RPID_HIDDEN.has(rpid.params.get('privacy')?.toLowerCase() ?? '');
  }
  return invite.from.host === 'anonymous.invalid';
}

/** From and identity headers of a call out that shows `number`; an empty number is withheld. */
export function showCaller(
  config: Pick<TrunkConfig, 'callerIdOut'>,
  number: string,
  host: string,
): Required<Pick<EdgeRoute, 'from' | 'headers'>> {
  const uri = `sip:${escapeUser(number)}@${host}`;
  if (number === '') {
    // RFC 3323 4.1.1.3
    const from = { uri: 'sip:anonymous@anonymous.invalid', displayName: 'Anonymous' };
    return { from, headers: { Privacy: 'id' } };
  }
  const headers: HeaderFields =
    config.callerIdOut === 'pai'
      ? { 'P-Asserted-Identity': `<${uri}>` }
      : config.callerIdOut === 'pai-tel'
        ? { 'P-Asserted-Identity': `<${telUri(number) ?? uri}>` }
        : config.callerIdOut === 'rpid'
          ? { 'Remote-Party-ID': `<${uri}>;party=calling;screen=yes;privacy=off` }
          : {};
  return { from: { uri }, headers };
}

/** RFC 3966 3: a number is global, or local to what its `phone-context` names; undefined: it is no number. */
function telUri(number: string): string | undefined {
  if (/^\+\d+$/.test(number)) return `tel:${number}`;
  return /^\d+$/.test(number) ? `tel:${number};phone-context=+86` : undefined;
}
