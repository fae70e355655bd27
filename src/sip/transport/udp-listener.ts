import { createSocket, type Socket } from 'node:dgram';
import { ConfigError } from '../../shared/errors.ts';
import { bindingSuccess, isBindingRequest, transactionIdOf } from '../../shared/stun.ts';
import { isV6 } from './ip-version.ts';
import type { ListenOptions } from './listen-options.ts';
import { isUnspecified, SentBy } from './local-address.ts';
import type { Flow, SendOwner, TransportAddress } from './transport.ts';
import type { TransportHost } from './transport-host.ts';
import type { WireTap } from './wire-tap.ts';

/**
 * Asked of the kernel for each direction. Its default of 212,992 bytes holds about 100 SIP packets, which is 8 ms at
 * 2,000 calls a second: a longer pause of the event loop would drop packets, and their retransmissions more.
 */
const SOCKET_BUFFER_BYTES = 8 * 1024 * 1024;

/** Flows kept for reuse; they hold nothing, so that forgetting one costs only its making. */
const MAX_FLOWS = 20_000;

/** Sockets get literals only: nothing to look up, so that sending stays within the call. */
function lookupLiteral(
  hostname: string,
  _options: unknown,
  done: (error: null, address: string, family: number) => void,
): void {
  done(null, hostname, isV6(hostname) ? 6 : 4);
}

/** One UDP socket with its peers. */
export class UdpListener {
  readonly #host: TransportHost;
  readonly #options: ListenOptions;
  readonly #prefix: string;
  readonly #socket: Socket;
  #local: TransportAddress;
  #sentBy: SentBy;
  #flows = new Map<string, UdpFlow>();
  #older = new Map<string, UdpFlow>();
  #isOpen = false;

  /** @param index distinguishes the listeners of one host in flow ids. */
  constructor(host: TransportHost, options: ListenOptions, index: number) {
    this.#host = host;
    this.#options = options;
    this.#prefix = `u${index}`;
    this.#local = { transport: 'udp', address: options.host, port: options.port };
    this.#sentBy = new SentBy(options, options.port);
    const sixth = isV6(options.host);
    this.#socket = createSocket({ type: sixth ? 'udp6' : 'udp4', ipv6Only: sixth, lookup: lookupLiteral });
    this.#socket.on('message', (bytes, { address, port }) => this.#onDatagram(bytes, address, port));
  }

  get local(): TransportAddress {
    return this.#local;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  get tap(): WireTap | undefined {
    return this.#host.tap;
  }

  /** Binds the socket. Throws ConfigError. */
  async open(): Promise<void> {
    const { host, port } = this.#options;
    await new Promise<void>((resolve, reject) => {
      this.#socket.once('error', (cause) => reject(cannotListen('udp', host, port, cause)));
      this.#socket.bind({ address: host, port, exclusive: true }, resolve);
    });
    this.#socket.removeAllListeners('error');
    this.#socket.on('error', (error) => this.#host.logger.warn({ err: error }, 'UDP socket error'));
    this.#local = { ...this.#local, port: this.#socket.address().port };
    this.#sentBy = new SentBy(this.#options, this.#local.port);
    this.#isOpen = true;
    this.#enlargeBuffers();
  }

  /** Whether a message to that address can go out here. */
  reaches(address: string): boolean {
    return this.#isOpen && isV6(address) === isV6(this.#local.address);
  }

  /** The flow to a peer. */
  flow(address: string, port: number): UdpFlow {
    const key = `${address}-${port}`;
    const known = this.#flows.get(key) ?? this.#older.get(key);
    if (known && this.#flows.has(key)) return known;
    // Two generations instead of a date on each: what was not used since the last change of them goes.
    if (this.#flows.size >= MAX_FLOWS) {
      this.#older = this.#flows;
      this.#flows = new Map();
    }
    const flow = known ?? new UdpFlow(this, `${this.#prefix}-${key}`, address, port);
    this.#flows.set(key, flow);
    return flow;
  }

  /** The flow of an id that {@link flow} gave out. */
  flowById(id: string): UdpFlow | undefined {
    if (!this.#isOpen || !id.startsWith(`${this.#prefix}-`)) return undefined;
    const dash = id.lastIndexOf('-');
    const port = Number(id.slice(dash + 1));
    const address = id.slice(this.#prefix.length + 1, dash);
    return port > 0 && port <= 65535 && this.reaches(address) ? this.flow(address, port) : undefined;
  }

  /** See {@link Flow.sentBy}. */
  sentBy(address: string): string {
    return this.#sentBy.for(address);
  }

  send(message: string | Uint8Array, address: string, port: number, owner: SendOwner | undefined): void {
    const { counters } = this.#host;
    if (!this.#isOpen) {
      counters.failed++;
      if (owner) process.nextTick(() => owner.onSendError(new Error('the UDP listener is closed')));
      return;
    }
    counters.sent++;
    // A callback costs a turn of the event loop's queue: only who waits for the outcome pays for it.
    if (!owner) return this.#socket.send(message, port, address);
    this.#socket.send(message, port, address, (error) => {
      if (!error) return;
      counters.failed++;
      owner.onSendError(error);
    });
  }

  /** Idempotent. */
  async close(): Promise<void> {
    this.#isOpen = false;
    this.#flows.clear();
    this.#older.clear();
    await new Promise<void>((resolve) => {
      try {
        this.#socket.close(() => resolve());
      } catch {
        // closed before
        resolve();
      }
    });
  }

  #onDatagram(bytes: Buffer, address: string, port: number): void {
    // Smaller than any message: CRLF and NUL keep-alives. STUN (RFC 5626 8) begins with two zero bits and 0 or 1.
    if (bytes.length < 20 || bytes[0]! < 4) {
      this.#host.counters.ignored++;
      // RFC 5626 4.4.2: a phone that hears no answer takes its flow for dead and registers anew
      if (isBindingRequest(bytes))
        this.#socket.send(bindingSuccess(transactionIdOf(bytes), address, port), port, address);
      return;
    }
    this.#host.receive(bytes, this.flow(address, port));
  }

  #enlargeBuffers(): void {
    try {
      this.#socket.setRecvBufferSize(SOCKET_BUFFER_BYTES);
      this.#socket.setSendBufferSize(SOCKET_BUFFER_BYTES);
    } catch (error) {
      this.#host.logger.warn({ err: error }, 'UDP socket buffers cannot be set');
      return;
    }
    // Linux reports twice what it gives, for its own bookkeeping.
    const got = this.#socket.getRecvBufferSize() / 2;
    if (got >= SOCKET_BUFFER_BYTES) return;
    this.#host.logger.warn(
      {
        address: `${this.#local.address}:${this.#local.port}`,
        wantedBytes: SOCKET_BUFFER_BYTES,
        gotBytes: got,
        fix: `sysctl -w net.core.rmem_max=${SOCKET_BUFFER_BYTES} net.core.wmem_max=${SOCKET_BUFFER_BYTES}`,
      },
      'UDP receive buffer is small: bursts of calls may lose packets; raise net.core.rmem_max',
    );
  }
}

/** A peer of a UDP listener. */
export class UdpFlow implements Flow {
  readonly id: string;
  readonly remote: TransportAddress;
  readonly reliable = false;
  readonly #listener: UdpListener;
  #sentBy: string | undefined;

  constructor(listener: UdpListener, id: string, address: string, port: number) {
    this.#listener = listener;
    this.id = id;
    this.remote = { transport: 'udp', address, port };
  }

  /** Found out when somebody asks: a flood from made-up addresses must not cost a look at the interfaces each. */
  get sentBy(): string {
    this.#sentBy ??= this.#listener.sentBy(this.remote.address);
    return this.#sentBy;
  }

  get local(): TransportAddress {
    return this.#listener.local;
  }

  get open(): boolean {
    return this.#listener.isOpen;
  }

  send(message: string | Uint8Array, owner?: SendOwner): void {
    this.#listener.tap?.sent(message, this);
    this.#listener.send(message, this.remote.address, this.remote.port, owner);
  }
}

/** The mistake of an address that cannot be listened on, with what to do. */
export function cannotListen(transport: string, host: string, port: number, cause: Error): ConfigError {
  const { code } = cause as NodeJS.ErrnoException;
  const fixes: Record<string, string> = {
    EADDRINUSE: 'another program has it: stop that one, or choose another port',
    EADDRNOTAVAIL: 'no interface of this machine has that address: see `ip address`',
    EACCES: 'ports below 1024 need root or CAP_NET_BIND_SERVICE',
  };
  const where = isUnspecified(host) ? `port ${port}` : `${host} port ${port}`;
  return new ConfigError(
    `cannot listen on ${transport} ${where} (${code ?? cause.message})`,
    undefined,
    fixes[code ?? ''],
    { cause },
  );
}
