import { Header, hostForSocket, type SipRequest } from '../../sip/message/index.ts';
import type { Flow } from '../../sip/transport/transport.ts';

/**
 * The flow that requests of ours in the dialog take back: the connection that the request came over, or the
 * binding of a NAT before the caller (RFC 5626, RFC 3581). Undefined when a proxy recorded its route or the
 * caller can be reached at its Contact.
 */
export function stickyFlow(request: SipRequest, flow: Flow): Flow | undefined {
  if (request.has(Header.RecordRoute)) return undefined;
  if (flow.reliable) return flow;
  const via = request.topVia;
  const behindNat =
    via.wantsRport &&
    (hostForSocket(via.host) !== flow.remote.address || (via.port ?? 5060) !== flow.remote.port);
  return behindNat ? flow : undefined;
}
