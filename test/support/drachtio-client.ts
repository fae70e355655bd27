/** A client of the drachtio protocol that shows what is on the wire: what drachtio-srf would hide or repair. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { countsBytesOrCharacters } from '../../src/edge/drachtio/payload-end.ts';
import { FrameReader, frame } from '../../src/edge/drachtio-wire/frame.ts';
import { until } from './until.ts';

/** One frame of a server: its first line, cut at the bars, and the SIP message after it. */
export interface ServerFrame {
  readonly tokens: readonly string[];
  readonly message: string;
}

export class DrachtioClient {
  readonly frames: ServerFrame[] = [];
  readonly socket: Socket;
  closed = false;
  #ids = 0;

  private constructor(socket: Socket) {
    this.socket = socket;
    const reader = new FrameReader(1 << 20, countsBytesOrCharacters);
    socket.on('data', (chunk: Buffer) =>
      reader.push(chunk, (payload) => this.frames.push(parseFrame(payload.toString()))),
    );
    socket.on('error', () => {});
    socket.on('close', () => {
      this.closed = true;
    });
  }

  /** Connected, and nothing said. */
  static async open(port: number): Promise<DrachtioClient> {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    return new DrachtioClient(socket);
  }

  /** Let in, with its routes known. */
  static async ready(
    port: number,
    secret: string,
    routes: readonly string[] = ['invite'],
  ): Promise<DrachtioClient> {
    const client = await DrachtioClient.open(port);
    await client.command(`authenticate|${secret}|`);
    for (const route of routes) await client.command(`route|${route}`);
    return client;
  }

  /** Sends a command and resolves with its (first) answer. */
  async command(text: string): Promise<ServerFrame> {
    const id = this.send(text);
    return this.#take(
      `the answer to ${text.slice(0, 60)}`,
      ({ tokens }) => tokens[1] === 'response' && tokens[2] === id,
    );
  }

  /** Sends a command; returns its id. */
  send(text: string): string {
    const id = `cmd-${++this.#ids}`;
    this.socket.write(frame(`${id}|${text}`));
    return id;
  }

  /** The next notification whose SIP message begins with `start`. */
  notified(start: string): Promise<ServerFrame> {
    return this.#take(start, ({ tokens, message }) => tokens[1] === 'sip' && message.startsWith(start));
  }

  /** The next frame of that type. */
  typed(type: string): Promise<ServerFrame> {
    return this.#take(type, ({ tokens }) => tokens[1] === type);
  }

  close(): void {
    this.socket.destroy();
  }

  /** Frames are taken once, the first first. */
  async #take(what: string, wanted: (frame: ServerFrame) => boolean): Promise<ServerFrame> {
    const found = await until(what, () => this.frames.find(wanted), {
      everyMs: 5,
      show: () => this.frames.map(({ tokens, message }) => `${tokens.join('|')}\n${message}`).join('\n'),
    });
    this.frames.splice(this.frames.indexOf(found), 1);
    return found;
  }
}

function parseFrame(text: string): ServerFrame {
  const end = text.indexOf('\r\n');
  const head = end < 0 ? text : text.slice(0, end);
  return { tokens: head.split('|'), message: end < 0 ? '' : text.slice(end + 2) };
}
