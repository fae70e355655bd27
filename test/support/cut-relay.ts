import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** A TCP relay on loopback to a port, whose connections a test cuts, as a network does: without a word of closing. */
export class CutRelay {
  readonly #server: Server;
  readonly #pairs = new Set<readonly [Socket, Socket]>();
  /** Connections that it has taken. */
  taken = 0;
  /** Pieces that it has swallowed while it was silent. */
  swallowed = 0;
  /** While true, nothing more is handed on: the network is silent. */
  #isSilent = false;

  #port: number;

  private constructor(port: number) {
    this.#port = port;
    this.#server = createServer((inner) => {
      this.taken += 1;
      const outer = connect(this.#port, '127.0.0.1');
      const pair = [inner, outer] as const;
      this.#pairs.add(pair);
      for (const [from, to] of [pair, [outer, inner] as const]) {
        from.on('data', (bytes) => {
          if (this.#isSilent) this.swallowed += 1;
          else to.write(bytes);
        });
        from.on('error', () => {});
        from.on('close', () => {
          this.#pairs.delete(pair);
          to.destroy();
        });
      }
    });
  }

  static async to(port: number): Promise<CutRelay> {
    const relay = new CutRelay(port);
    relay.#server.listen(0, '127.0.0.1');
    await once(relay.#server, 'listening');
    return relay;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get open(): number {
    return this.#pairs.size;
  }

  /** Resets all connections (RST); says how many there were. */
  cut(): number {
    const count = this.#pairs.size;
    for (const [inner, outer] of [...this.#pairs]) {
      inner.resetAndDestroy();
      outer.resetAndDestroy();
    }
    return count;
  }

  /** New connections go to another port. */
  lead(port: number): void {
    this.#port = port;
  }

  /** From now on the connections stay and say nothing. */
  silence(isSilent = true): void {
    this.#isSilent = isSilent;
  }

  async close(): Promise<void> {
    this.cut();
    this.#server.close();
    await once(this.#server, 'close');
  }
}
