import { timingSafeEqual } from 'node:crypto';
import type { Socket } from 'node:net';
import type { Clock, Timer } from '../../shared/clock.ts';
import type { IdSource } from '../../shared/ids.ts';
import type { Logger } from '../../shared/logger.ts';
import { FrameReader, frame } from '../drachtio-wire/frame.ts';
import { MAX_WAITING_BYTES, TickWriter } from '../drachtio-wire/tick-writer.ts';

/** A command that an application sends: `id|type|fields`, then perhaps a SIP message. */
export interface Command {
  readonly id: string;
  readonly type: string;
  /** What stands after the type in the first line. */
  readonly fields: readonly string[];
  readonly payload: Buffer;
  /** Where the SIP message starts in the payload; its length when there is none. */
  readonly messageStart: number;
}

/** Who works for the applications. */
export interface ClientUser {
  onAuthenticated(client: ClientConnection): void;
  /** A command other than authenticate, route and ping. Must be answered through `client.answer`, once. */
  onCommand(client: ClientConnection, command: Command): void;
  /** The connection is gone. Once, last of all. */
  onGone(client: ClientConnection): void;
}

export interface ClientParts {
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly logger: Logger;
  readonly secret: string;
  /** Answer to authenticate after OK: addresses and version. */
  readonly greeting: () => string;
}

const MAX_COMMAND_BYTES = 1 << 20;
/** Strangers have little to say: a secret and tags. */
const MAX_INTRODUCTION_BYTES = 4096;
const MAX_ROUTES = 64;
const AUTHENTICATE_LIMIT_MS = 5000;
const CR = 13;

/** One application: its frames, its secret, the methods that it wants. Every command is answered once. */
export class ClientConnection {
  readonly id: string;
  /** Methods (lower case) that it wants to get, in requests outside of dialogs. */
  readonly routes = new Set<string>();
  tags: readonly string[] = [];
  /** It wants to hear of 100, which stock servers keep to themselves, and of overload: a PBX of ours. */
  wantsTrying = false;
  readonly #parts: ClientParts;
  readonly #user: ClientUser;
  readonly #stream: Socket;
  readonly #writer: TickWriter;
  readonly #reader = new FrameReader(MAX_INTRODUCTION_BYTES);
  #state: 'new' | 'authenticated' | 'gone' = 'new';
  #limit: Timer | undefined;

  constructor(parts: ClientParts, stream: Socket, user: ClientUser) {
    this.#parts = parts;
    this.#user = user;
    this.#stream = stream;
    this.#writer = new TickWriter(stream);
    this.id = parts.ids.token();
    // Small messages go out at once: waiting for more costs tens of milliseconds a call.
    stream.setNoDelay(true);
    stream.setKeepAlive(true, 30_000);
    stream.on('data', (chunk: Buffer) => this.#onBytes(chunk));
    stream.on('error', () => this.#gone());
    stream.on('close', () => this.#gone());
    this.#limit = parts.clock.after(AUTHENTICATE_LIMIT_MS, () => this.close());
  }

  get authenticated(): boolean {
    return this.#state === 'authenticated';
  }

  /** Tells the application of a message; `head` as `notification` of wire.ts writes it. */
  notify(text: string): void {
    this.#write(text);
  }

  /** Answers a command: `OK...` or, with {@link refuse}, `NOK|reason`. */
  answer(command: Pick<Command, 'id'>, text: string): void {
    this.#write(`response|${command.id}|${text}`);
  }

  refuse(command: Pick<Command, 'id'>, reason: string): void {
    this.answer(command, `NOK|${reason}`);
  }

  /** Idempotent. What was written before still goes out. */
  close(): void {
    if (this.#state === 'gone') return;
    this.#writer.flush();
    this.#stream.end();
    this.#stream.destroySoon();
    this.#gone();
  }

  #write(text: string): void {
    if (this.#state === 'gone') return;
    this.#writer.write(frame(`${this.#parts.ids.token()}|${text}`));
    if (this.#writer.waiting > MAX_WAITING_BYTES) this.#drop('a client does not read');
  }

  #gone(): void {
    if (this.#state === 'gone') return;
    this.#state = 'gone';
    this.#limit?.cancel();
    this.#user.onGone(this);
  }

  #onBytes(chunk: Buffer): void {
    try {
      this.#reader.push(chunk, (payload) => this.#onPayload(payload));
    } catch (error) {
      this.#drop('a client is not understood', error);
    }
  }

  /** Nothing good comes of this connection any more; the others go on. */
  #drop(why: string, error?: unknown): void {
    if (this.#state === 'gone') return;
    this.#parts.logger.warn({ err: error, client: this.#stream.remoteAddress }, why);
    this.#stream.destroy();
    this.#gone();
  }

  #onPayload(payload: Buffer): void {
    if (this.#state === 'gone') return;
    const end = payload.indexOf(CR);
    const [id = '', type = '', ...fields] = payload.toString('utf8', 0, end < 0 ? undefined : end).split('|');
    const messageStart = end < 0 ? payload.length : end + 2;
    const command: Command = { id, type, fields, payload, messageStart };
    if (type === 'authenticate') return this.#authenticate(command);
    if (!this.authenticated) return this.#end(command, 'not authenticated');
    switch (type) {
      case 'ping':
        return this.answer(command, 'OK|pong');
      case 'trying':
        this.wantsTrying = true;
        return this.answer(command, 'OK');
      case 'route':
        if (this.routes.size >= MAX_ROUTES) return this.refuse(command, 'too many routes');
        if (fields[0]) this.routes.add(fields[0].toLowerCase());
        return this.answer(command, 'OK');
      case 'remove_route':
        this.routes.delete((fields[0] ?? '').toLowerCase());
        return this.answer(command, 'OK');
      default:
        this.#user.onCommand(this, command);
    }
  }

  #authenticate(command: Command): void {
    const [secret = '', tags = ''] = command.fields;
    if (this.authenticated || !sameSecret(secret, this.#parts.secret))
      return this.#end(command, 'incorrect secret');
    this.#limit?.cancel();
    this.#state = 'authenticated';
    this.#reader.limitBytes = MAX_COMMAND_BYTES;
    this.tags = tags.split(',').filter(Boolean);
    this.answer(command, `OK|${this.#parts.greeting()}`);
    this.#user.onAuthenticated(this);
  }

  #end(command: Command, reason: string): void {
    this.answer(command, `NO|${reason}`);
    this.close();
  }
}

/** In a time that does not depend on where they differ. */
function sameSecret(given: string, wanted: string): boolean {
  const left = Buffer.from(given);
  const right = Buffer.from(wanted);
  return left.length === right.length && timingSafeEqual(left, right);
}
