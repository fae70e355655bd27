import { ResponseHead, type SipRequest, type SipResponse } from '../../src/sip/message/index.ts';
import type { Flow, TransportAddress, Transports, TransportUser } from '../../src/sip/transport/transport.ts';

type Message = SipRequest | SipResponse;

const CHALLENGE = { headerLines: 'Proxy-Authenticate: Digest realm="trunk", nonce="n", algorithm=MD5\r\n' };

/** Transports before which a proxy asks for credentials (RFC 3261 22.3), in the dialog as well; it takes any. */
export class ChallengingTransports implements Transports<Message> {
  /** Methods that it asks for them. */
  readonly methods = new Set<string>();
  readonly #transports: Transports<Message>;

  constructor(transports: Transports<Message>) {
    this.#transports = transports;
  }

  get addresses(): readonly TransportAddress[] {
    return this.#transports.addresses;
  }

  open(user: TransportUser<Message>): Promise<void> {
    return this.#transports.open({
      onMessage: (message, flow) => {
        const asks = message.isRequest && this.methods.has(message.method);
        if (!asks || message.get('Proxy-Authorization') !== undefined) user.onMessage(message, flow);
        else flow.send(new ResponseHead(message).write(407, '', CHALLENGE));
      },
      onFlowClosed: (flow) => user.onFlowClosed(flow),
    });
  }

  flowTo(target: TransportAddress, from?: TransportAddress): Flow | undefined {
    return this.#transports.flowTo(target, from);
  }

  flowById(id: string): Flow | undefined {
    return this.#transports.flowById(id);
  }

  close(): Promise<void> {
    return this.#transports.close();
  }
}
