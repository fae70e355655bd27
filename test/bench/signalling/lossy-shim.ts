import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';

export interface Faults {
  /** Parts of the datagrams, 0 to 1, each way. */
  readonly dropped: number;
  readonly duplicated: number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

/** A stretch of bad network: datagrams to its port go to `target`, answers go back, some are lost, some come twice. */
export class LossyShim {
  readonly #outer: Socket = createSocket('udp4');
  readonly #inner: Socket = createSocket('udp4');
  readonly #faults: Faults;
  /** The peer on the outer side: one is enough for SIPp. */
  #peer: RemoteInfo | undefined;
  dropped = 0;
  duplicated = 0;

  constructor(faults: Faults) {
    this.#faults = faults;
  }

  /** Port that stands for the target. */
  get port(): number {
    return this.#outer.address().port;
  }

  async open(targetPort: number): Promise<void> {
    for (const socket of [this.#outer, this.#inner]) {
      socket.bind(0, '127.0.0.1');
      await once(socket, 'listening');
      socket.setRecvBufferSize(4 * 1024 * 1024);
    }
    this.#outer.on('message', (bytes, peer) => {
      this.#peer = peer;
      this.#pass(bytes, this.#inner, targetPort);
    });
    this.#inner.on('message', (bytes) => {
      if (this.#peer) this.#pass(bytes, this.#outer, this.#peer.port);
    });
  }

  close(): void {
    this.#outer.close();
    this.#inner.close();
  }

  #pass(bytes: Buffer, socket: Socket, port: number): void {
    const fate = this.#faults.random();
    if (fate < this.#faults.dropped) {
      this.dropped += 1;
      return;
    }
    socket.send(bytes, port, '127.0.0.1');
    if (fate > 1 - this.#faults.duplicated) {
      this.duplicated += 1;
      socket.send(bytes, port, '127.0.0.1');
    }
  }
}
