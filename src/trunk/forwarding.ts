import type { EdgeRequest, NameAddress } from '../edge/edge.ts';
import { normaliseCaller, subscriberOf } from '../numbering/number.ts';
import { escapeUser } from '../sip/message/index.ts';

/** A number that forwarded a call on its way to us. */
export interface Diversion {
  readonly number: string;
  /** As the network says it: `no-answer`, `user-busy`, `unconditional`, `SIP;cause=408` ...; undefined: it does not. */
  readonly reason: string | undefined;
}

/** Of the calls that are not forwarded: nearly all. */
const STRAIGHT: readonly Diversion[] = [];

/**
 * Who forwarded a call, the last one first, from Diversion (RFC 5806), else from History-Info (RFC 7044). Empty when
 * the call came straight. `areaCode` completes local numbers; one that withholds itself is left out.
 */
export function diversionsOf(invite: EdgeRequest, areaCode: string | undefined): readonly Diversion[] {
  const diversions = invite.addresses('diversion');
  if (diversions.length > 0) {
    // RFC 5806 5: each diversion is put in front of those before it.
    return numbersOf(diversions, areaCode, ({ params }) => params.get('reason'));
  }
  const history = invite.addresses('history-info');
  // RFC 7044 5: entries stand in the order of the retargeting; the last one is where the call went.
  return history.length < 2 ? STRAIGHT : numbersOf(history.slice(0, -1).reverse(), areaCode, reasonOf);
}

function numbersOf(
  addresses: readonly NameAddress[],
  areaCode: string | undefined,
  reason: (address: NameAddress) => string | undefined,
): readonly Diversion[] {
  return addresses
    .map((address) => ({
      number: normaliseCaller(subscriberOf(address.user), areaCode),
      reason: reason(address),
    }))
    .filter(({ number }) => number !== '');
}

/** RFC 7044 10.2: why a target was left stands, escaped, in its URI as the header Reason. */
function reasonOf({ uri }: NameAddress): string | undefined {
  const match = /[?&]reason=([^&>]*)/i.exec(uri);
  if (!match) return undefined;
  try {
    return decodeURIComponent(match[1]!);
  } catch {
    return match[1]!;
  }
}

/** Header of a call out that was forwarded (RFC 5806 3). `host`: the carrier's, as in From. */
export function diversionHeader({ number, reason }: Diversion, host: string): string {
  return `<sip:${escapeUser(number)}@${host}>${reason === undefined ? '' : `;reason=${reason}`}`;
}
