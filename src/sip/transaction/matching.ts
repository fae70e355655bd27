import type { SipRequest, SipResponse } from '../message/index.ts';

/**
 * Key of the server transaction that a request belongs to (RFC 3261 17.2.3). ACK finds its INVITE; CANCEL has
 * a transaction of its own, see {@link cancelledKey}.
 */
export function serverKey(request: SipRequest): string {
  const { method } = request;
  return keyAs(request, method === 'ACK' ? 'INVITE' : method);
}

/** Key of the INVITE transaction that a CANCEL is for (RFC 3261 9.2). */
export function cancelledKey(cancel: SipRequest): string {
  return keyAs(cancel, 'INVITE');
}

function keyAs(request: SipRequest, method: string): string {
  const via = request.topVia;
  // The Call-ID, which ACK and CANCEL share with their INVITE, guards against peers that repeat a branch.
  if (via.hasCookie) return `${via.branch} ${via.sentBy} ${request.callId} ${method}`;
  // RFC 3261 17.2.3, for elements of RFC 2543: To's tag is left out, the ACK has one and its INVITE has not.
  return `${request.requestUriText} ${request.from.tag} ${request.callId} ${request.cseq.number} ${via.text} ${method}`;
}

/**
 * RFC 3261 8.2.2.2: requests outside of dialogs that agree in this came the same way twice (a merged request).
 * Undefined for requests in a dialog and for CANCEL and ACK.
 */
export function mergedKey(request: SipRequest): string | undefined {
  const { method } = request;
  if (method === 'CANCEL' || method === 'ACK' || request.to.tag !== '') return undefined;
  return `${request.callId} ${request.from.tag} ${request.cseq.number} ${method}`;
}

/** RFC 3261 17.1.3: the branch of our Via names the client transaction, but CANCEL shares that of its INVITE. */
export function clientKey(response: SipResponse): string {
  const { branch } = response.topVia;
  return response.cseq.method === 'CANCEL' ? cancelKey(branch) : branch;
}

/** Key of the CANCEL's own client transaction. */
export function cancelKey(branch: string): string {
  return `${branch} CANCEL`;
}
