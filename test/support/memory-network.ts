import type { Clock } from '../../src/shared/clock.ts';
import { parseMessage, type SipRequest, type SipResponse } from '../../src/sip/message/index.ts';
import type {
  Flow,
  SendOwner,
  TransportAddress,
  Transports,
  TransportUser,
} from '../../src/sip/transport/transport.ts';

type Message = SipRequest | SipResponse;

/** One message on the wire of a {@link MemoryNetwork}. */
export interface Passage {
  readonly from: TransportAddress;
  readonly to: TransportAddress;
  readonly text: string;
  /** First line. */
  readonly line: string;
}

const keyOf = (at: TransportAddress) => `${at.transport}:${at.address}:${at.port}`;

/** Who listens on an address. */
export interface MemoryHost {
  receive(text: string, from: TransportAddress, to: TransportAddress): void;
}

/** An IP network in memory, for tests with a manual clock: every message arrives `latencyMs` later. */
export class MemoryNetwork {
  readonly latencyMs = 1;
  /** Everything that was sent, lost or not. */
  readonly passages: Passage[] = [];
  /** Decides which messages get lost; none by default. */
  lose: (passage: Passage) => boolean = () => false;
  readonly #clock: Clock;
  readonly #hosts = new Map<string, MemoryHost>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A host that listens on `addresses`. */
  host(...addresses: TransportAddress[]): MemoryTransports {
    return new MemoryTransports(this, addresses);
  }

  attach(address: TransportAddress, host: MemoryHost): void {
    this.#hosts.set(keyOf(address), host);
  }

  detach(address: TransportAddress): void {
    this.#hosts.delete(keyOf(address));
  }

  carry(from: TransportAddress, to: TransportAddress, data: string | Uint8Array, owner?: SendOwner): void {
    const text = typeof data === 'string' ? data : Buffer.from(data).toString('utf8');
    const passage = { from, to, text, line: text.slice(0, text.indexOf('\r\n')) };
    this.passages.push(passage);
    if (this.lose(passage)) return;
    this.#clock.after(this.latencyMs, () => {
      const host = this.#hosts.get(keyOf(to));
      // Only connections notice that nobody is there.
      if (!host && from.transport !== 'udp') owner?.onSendError(new Error(`nobody at ${keyOf(to)}`));
      host?.receive(text, from, to);
    });
  }

  /** First lines of what went between two ports, `INVITE sip:...` shortened to the method. */
  get trace(): string[] {
    return this.passages.map(({ from, to, line }) => {
      const what = line.startsWith('SIP/2.0') ? line.split(' ')[1] : line.split(' ')[0];
      return `${from.port}>${to.port} ${what}`;
    });
  }
}

/** The transports of one host of a {@link MemoryNetwork}. */
export class MemoryTransports implements Transports<Message> {
  readonly addresses: readonly TransportAddress[];
  /** What flows say that we are: the address as bound, or one that is advertised. */
  sentBy = ({ address, port }: TransportAddress): string => `${address}:${port}`;
  readonly #network: MemoryNetwork;
  readonly #flows = new Map<string, MemoryFlow>();
  #user: TransportUser<Message> | undefined;

  constructor(network: MemoryNetwork, addresses: readonly TransportAddress[]) {
    this.#network = network;
    this.addresses = addresses;
  }

  open(user: TransportUser<Message>): Promise<void> {
    this.#user = user;
    for (const address of this.addresses) this.#network.attach(address, this);
    return Promise.resolve();
  }

  flowTo(target: TransportAddress, from?: TransportAddress): Flow | undefined {
    const able = this.addresses.filter((address) => address.transport === target.transport);
    const local =
      able.find(({ address, port }) => address === from?.address && port === from.port) ?? able[0];
    return local && this.#flow(local, target);
  }

  flowById(id: string): Flow | undefined {
    return this.#flows.get(id);
  }

  close(): Promise<void> {
    for (const address of this.addresses) this.#network.detach(address);
    this.#user = undefined;
    return Promise.resolve();
  }

  receive(text: string, from: TransportAddress, to: TransportAddress): void {
    const message = parseMessage(Buffer.from(text));
    if (message) this.#user?.onMessage(message, this.#flow(to, from));
  }

  #flow(local: TransportAddress, remote: TransportAddress): MemoryFlow {
    const id = `${keyOf(local)}-${keyOf(remote)}`;
    const known = this.#flows.get(id);
    if (known) return known;
    const flow = new MemoryFlow(this.#network, id, local, remote, this.sentBy(local));
    this.#flows.set(id, flow);
    return flow;
  }
}

class MemoryFlow implements Flow {
  readonly id: string;
  readonly local: TransportAddress;
  readonly remote: TransportAddress;
  readonly reliable: boolean;
  readonly sentBy: string;
  readonly open = true;
  readonly #network: MemoryNetwork;

  constructor(
    network: MemoryNetwork,
    id: string,
    local: TransportAddress,
    remote: TransportAddress,
    sentBy: string,
  ) {
    this.#network = network;
    this.id = id;
    this.local = local;
    this.remote = remote;
    this.reliable = local.transport !== 'udp';
    this.sentBy = sentBy;
  }

  send(message: string | Uint8Array, owner?: SendOwner): void {
    this.#network.carry(this.local, this.remote, message, owner);
  }
}
