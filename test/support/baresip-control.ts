/** baresip's control interface (ctrl_tcp): JSON in netstrings, commands one way, answers and events the other. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { until } from './until.ts';

/** What has happened at the phone; those of a call have its id. */
export interface BaresipEvent {
  readonly type: string;
  readonly id?: string;
  readonly direction?: 'incoming' | 'outgoing';
  readonly peeruri?: string;
  readonly peerdisplayname?: string;
  readonly param?: string;
}

interface Answer {
  readonly response: true;
  readonly ok: boolean;
  readonly data: string;
  readonly token: string;
}

export class BaresipControl {
  readonly #socket: Socket;
  readonly #onEvent: (event: BaresipEvent) => void;
  readonly #answers = new Map<string, Answer>();
  #bytes = Buffer.alloc(0);
  #asked = 0;

  private constructor(socket: Socket, onEvent: (event: BaresipEvent) => void) {
    this.#socket = socket;
    this.#onEvent = onEvent;
    socket.on('data', (bytes: Buffer) => this.#take(bytes));
    // A phone that is killed resets it.
    socket.on('error', () => {});
  }

  /** Waits until baresip listens on that port of 127.0.0.1. */
  static async connect(port: number, onEvent: (event: BaresipEvent) => void): Promise<BaresipControl> {
    const socket = await until(`baresip is told what to do on port ${port}`, async () => {
      const tried = connect(port, '127.0.0.1');
      return await once(tried, 'connect').then(
        () => tried,
        () => undefined,
      );
    });
    return new BaresipControl(socket, onEvent);
  }

  /** Has a command of baresip's menu done; resolves with what that prints, throws when it cannot be done. */
  async tell(command: string, params?: string): Promise<string> {
    const token = `${++this.#asked}`;
    const text = Buffer.from(JSON.stringify({ command, ...(params !== undefined && { params }), token }));
    this.#socket.write(Buffer.concat([Buffer.from(`${text.length}:`), text, Buffer.from(',')]));
    const answer = await until(`baresip does ${command}`, () => this.#answers.get(token), { everyMs: 5 });
    if (!answer.ok) throw new Error(`baresip does not ${command} ${params ?? ''}: ${answer.data}`);
    return answer.data;
  }

  close(): void {
    this.#socket.destroy();
  }

  #take(bytes: Buffer): void {
    this.#bytes = Buffer.concat([this.#bytes, bytes]);
    for (;;) {
      const colon = this.#bytes.indexOf(':');
      if (colon < 0) return;
      const end = colon + 1 + Number(this.#bytes.toString('latin1', 0, colon));
      // a comma ends it
      if (this.#bytes.length <= end) return;
      const said = JSON.parse(this.#bytes.toString('utf8', colon + 1, end)) as BaresipEvent | Answer;
      this.#bytes = this.#bytes.subarray(end + 1);
      if ('response' in said) this.#answers.set(said.token, said);
      else this.#onEvent(said);
    }
  }
}
