import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { seededIds } from '../../../../src/shared/ids.ts';
import { silentLogger } from '../../../../src/shared/logger.ts';
import { ManualClock } from '../../../../src/shared/manual-clock.ts';
import type { TlsFiles } from '../../../../src/shared/tls-identity.ts';
import { ResponseHead, SipRequest } from '../../../../src/sip/message/index.ts';
import {
  type Flow,
  type ListenOptions,
  type SipReceived,
  SocketTransports,
  type StreamLimits,
  type TransportAddress,
} from '../../../../src/sip/transport/index.ts';

export const FIXTURES = join(import.meta.dirname, '../../../fixtures/tls');
export const OPTIONS = [
  'OPTIONS sip:a@b SIP/2.0',
  'Via: SIP/2.0/UDP h;branch=z9hG4bK1;rport',
  'From: <sip:a@b>;tag=1',
  'To: <sip:a@b>',
  'Call-ID: 1',
  'CSeq: 1 OPTIONS',
  'Content-Length: 0',
  '',
  '',
].join('\r\n');

/** A host that answers every request with 200, and everything that it has seen. */
export class Answerer {
  readonly clock = new ManualClock();
  readonly transports: SocketTransports;
  readonly received: { message: SipReceived; flow: Flow }[] = [];
  readonly closed: Flow[] = [];
  /** What the tap saw go out. */
  readonly tapped: string[] = [];
  onReceived: () => void = () => {};

  constructor(listen: ListenOptions[], limits: Partial<StreamLimits> = {}, tls?: TlsFiles) {
    this.transports = new SocketTransports({
      clock: this.clock,
      ids: seededIds(),
      logger: silentLogger,
      listen,
      limits,
      tap: { received: () => {}, sent: (message) => this.tapped.push(String(message)) },
      ...(tls && { tls }),
    });
  }

  async open(): Promise<this> {
    await this.transports.open({
      onMessage: (message, flow) => {
        this.received.push({ message, flow });
        if (message instanceof SipRequest) flow.send(new ResponseHead(message).write(200, 'tag', {}));
        this.onReceived();
      },
      onFlowClosed: (flow) => {
        this.closed.push(flow);
        this.onReceived();
      },
    });
    return this;
  }

  /** Resolves when `condition` holds, checked after each event. */
  until(condition: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      this.onReceived = () => condition() && resolve();
      this.onReceived();
    });
  }

  address(transport: string): TransportAddress {
    const found = this.transports.addresses.find((address) => address.transport === transport);
    if (!found) throw new Error(`does not listen on ${transport}`);
    return found;
  }
}

/** An {@link Answerer} that listens on a free port until the test is over. */
export async function host(
  transport: ListenOptions['transport'],
  limits?: Partial<StreamLimits>,
  tls?: TlsFiles,
  advertise?: ListenOptions['advertise'],
  address = '127.0.0.1',
  origins?: readonly string[],
): Promise<Answerer> {
  const answerer = new Answerer(
    [{ transport, host: address, port: 0, origins, ...(advertise && { advertise }) }],
    limits,
    tls,
  );
  onTestFinished(() => answerer.transports.close());
  return answerer.open();
}

/** A TCP connection until the test is over. */
export async function client(port: number, address = '127.0.0.1'): Promise<Socket> {
  const socket = connect(port, address);
  onTestFinished(() => void socket.destroy());
  await once(socket, 'connect');
  return socket;
}

/** What comes until `mark` has been seen. */
export function readUntil(socket: Socket, mark: string): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk.toString();
      if (text.includes(mark)) resolve(text);
    });
  });
}
