import type { Flow, TransportAddress } from '../../sip/transport/transport.ts';
import type { TransportName } from '../edge.ts';
import type { ServerConnection } from './server-connection.ts';

/** A way to one peer through a drachtio-server: the server holds the true connection. */
export class DrachtioFlow implements Flow {
  readonly connection: ServerConnection;
  readonly remote: TransportAddress;
  readonly local: TransportAddress;
  readonly reliable: boolean;
  readonly sentBy: string;

  constructor(connection: ServerConnection, remote: TransportAddress, local: TransportAddress) {
    this.connection = connection;
    this.remote = remote;
    this.local = local;
    this.reliable = remote.transport !== 'udp';
    this.sentBy = hostport(local.address, local.port);
  }

  /** `SERVER/udp:ADDRESS:PORT`; see {@link parseFlowId}. */
  get id(): string {
    const { transport, address, port } = this.remote;
    return `${this.connection.name}/${transport}:${hostport(address, port)}`;
  }

  get open(): boolean {
    return this.connection.state === 'ready';
  }

  /** The URI that leads the server to the peer. */
  get uri(): string {
    const { transport, address, port } = this.remote;
    const host = hostport(address, port);
    return transport === 'udp' ? `sip:${host}` : `sip:${host};transport=${transport}`;
  }

  /** Nothing is sent here: requests and answers go to the server as commands. */
  send(): void {}
}

const hostport = (address: string, port: number): string =>
  address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;

/** What the id of a flow says: the server's name and the peer. Undefined when it is none. */
export function parseFlowId(id: string): { server: string; remote: TransportAddress } | undefined {
  const match = /^(.+)\/(udp|tcp|tls|ws|wss):\[?([^\]]+?)\]?:(\d+)$/.exec(id);
  if (!match) return undefined;
  const remote = { transport: match[2] as TransportName, address: match[3]!, port: Number(match[4]) };
  return { server: match[1]!, remote };
}
