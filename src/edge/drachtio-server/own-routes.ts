import { createHmac } from 'node:crypto';
import { isIP } from 'node:net';
import type { IdSource } from '../../shared/ids.ts';
import { hostForSocket, hostForUri, type SipRequest } from '../../sip/message/index.ts';
import { contactUri } from '../../sip/transaction/request-draft.ts';
import type { Flow } from '../../sip/transport/transport.ts';

/** Characters of a mark: 96 bits. */
const MARK_LENGTH = 16;

/**
 * Routes that the proxy records, and knows again by the mark in their user part. The mark holds for one Call-ID: who has
 * not been given it cannot have a request passed on that no application has seen.
 */
export class OwnRoutes {
  readonly #key: string;

  constructor(ids: IdSource) {
    this.#key = ids.token();
  }

  /**
   * Record-Route lines of a request that came over `from` and leaves over `to` (RFC 3261 16.6.4): two where the sides
   * reach us at different addresses or by different transports (RFC 5658).
   */
  recordLines(callId: string, from: Flow, to: Flow): string {
    const mark = this.#mark(callId);
    const [near, far] = [lineFor(from, mark), lineFor(to, mark)];
    return near === far ? near : far + near;
  }

  /** How many Routes on top of the request were recorded by us in its call. */
  recorded(request: SipRequest): number {
    const { routes } = request;
    if (routes.length === 0) return 0;
    const mark = this.#mark(request.callId);
    const others = routes.findIndex(({ uri }) => uri.user !== mark);
    return others < 0 ? routes.length : others;
  }

  #mark(callId: string): string {
    return createHmac('sha256', this.#key).update(callId).digest('base64url').slice(0, MARK_LENGTH);
  }
}

const lineFor = (flow: Flow, mark: string): string => `Record-Route: <${contactUri(flow, mark)};lr>\r\n`;

/**
 * RFC 3261 16.4: whether the top Route is us, as phones name their outbound proxy: the address at which we are reached over
 * `flow`, or a name, which has led the request here.
 */
export function isPreloaded(request: SipRequest, { sentBy, local }: Flow): boolean {
  const uri = request.routes[0]?.uri;
  if (!uri) return false;
  if (isIP(hostForSocket(uri.host)) === 0) return true;
  const usual = uri.kind === 'sips' || uri.transport === 'tls' ? 5061 : 5060;
  const named = `${uri.host}:${uri.port ?? usual}`.toLowerCase();
  return named === sentBy.toLowerCase() || named === `${hostForUri(local.address)}:${local.port}`;
}
