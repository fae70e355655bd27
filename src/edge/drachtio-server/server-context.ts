import type { Clock } from '../../shared/clock.ts';
import type { IdSource } from '../../shared/ids.ts';
import type { Logger } from '../../shared/logger.ts';
import type { SipRequest } from '../../sip/message/index.ts';
import type { TransactionLayer } from '../../sip/transaction/transaction-layer.ts';
import type { TransportAddress } from '../../sip/transport/transport.ts';
import type { Uac } from '../user-agent/uac.ts';
import type { AppDialogs } from './app-dialogs.ts';
import type { CallRecords } from './call-records.ts';

/** What the parts of a drachtio protocol server share. */
export interface ServerContext {
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly logger: Logger;
  readonly transactions: TransactionLayer;
  readonly uac: Uac;
  readonly dialogs: AppDialogs;
  readonly records: CallRecords;
}

/** The message with what our side of the socket knows: `received` and `rport` in the top Via (RFC 3581 4). */
export function receivedText(request: SipRequest): string {
  const { topVia, responseVia, wholeText } = request;
  if (topVia.text === '' || responseVia === topVia.text) return wholeText;
  return wholeText.replace(topVia.text, () => responseVia);
}

/** What the server says of a message that it made or got. */
export function metaOf(
  context: ServerContext,
  source: 'network' | 'application',
  peer: TransportAddress | undefined,
  text: string,
) {
  return { source, bytes: Buffer.byteLength(text), peer, atMs: context.clock.now() };
}
