import { connect, type Socket } from 'node:net';
import type { Clock, Timer } from '../../shared/clock.ts';
import { ClosedError, DeadlineError, PbxError } from '../../shared/errors.ts';
import { TypedEvents } from '../../shared/events.ts';
import { type EventSocketMessage, EventSocketReader, parseEvent } from './event-socket-reader.ts';

/** FreeSWITCH answered a command with `-ERR`. */
export class FreeswitchRefusedError extends PbxError {
  /** The channel that the command was for does not exist (any more). */
  readonly unknownChannel: boolean;
  constructor(command: string, reply: string) {
    super('freeswitch-refused', `FreeSWITCH refused ${command}: ${reply}`);
    this.unknownChannel = /no such (channel|session)|invalid session|cannot locate session/i.test(reply);
  }
}

export interface EventSocketAddress {
  readonly host: string;
  readonly port: number;
  readonly secret: string;
}

export interface EventSocketEvents {
  /** An event that was subscribed to: its headers, decoded. */
  event: ReadonlyMap<string, string>;
  /** The connection is gone; all commands were rejected. Once, last of all. */
  closed: { readonly error: Error };
}

interface Pending {
  readonly name: string;
  readonly timer: Timer;
  readonly resolve: (reply: string) => void;
  readonly reject: (error: Error) => void;
}

/**
 * A connection to FreeSWITCH's event socket. Commands are answered in the order they were sent, and answers are never
 * dropped (events are, under load). So each answer finds its command by its place in the queue, each command has a
 * deadline, and one that is missed ends the connection: what comes after it could not be told apart.
 */
export class EventSocket {
  readonly events = new TypedEvents<EventSocketEvents>();
  readonly #socket: Socket;
  readonly #clock: Clock;
  readonly #commandMs: number;
  readonly #reader = new EventSocketReader();
  readonly #pending: Pending[] = [];
  #onAuth: ((request: EventSocketMessage) => void) | undefined;
  #closed = false;

  private constructor(socket: Socket, clock: Clock, commandMs: number) {
    this.#socket = socket;
    this.#clock = clock;
    this.#commandMs = commandMs;
    socket.setNoDelay(true);
    socket.on('data', (bytes) => this.#read(bytes));
    socket.on('error', (error) => this.#end(error));
    socket.on('close', () => this.#end(new ClosedError('event socket')));
  }

  /** Connects and authenticates. Throws PbxError `freeswitch-secret` for a wrong secret, DeadlineError, socket errors. */
  static async open(
    { host, port, secret }: EventSocketAddress,
    clock: Clock,
    commandMs: number,
  ): Promise<EventSocket> {
    const connection = new EventSocket(connect({ host, port }), clock, commandMs);
    try {
      await connection.#authenticate(secret);
      return connection;
    } catch (error) {
      connection.close();
      throw error;
    }
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Runs an API command; resolves with its text. Throws FreeswitchRefusedError, DeadlineError, ClosedError. */
  async api(command: string): Promise<string> {
    const name = command.split(' ', 1)[0]!;
    const reply = await this.#send(name, `api ${oneLine(command)}\n\n`);
    if (reply.startsWith('-ERR') || reply.startsWith('-USAGE')) {
      throw new FreeswitchRefusedError(name, reply.trim());
    }
    return reply;
  }

  /** Subscribes to events by name; `CUSTOM` ones by their subclass at the end. */
  async subscribe(names: readonly string[]): Promise<void> {
    await this.#send('event', `event plain ${oneLine(names.join(' '))}\n\n`);
  }

  /** Runs an application on a channel; `eventId` comes back as `Application-UUID` of its events. */
  async execute(channel: string, application: string, argument = '', eventId?: string): Promise<void> {
    const lines = [
      `sendmsg ${oneLine(channel)}`,
      'call-command: execute',
      `execute-app-name: ${oneLine(application)}`,
      ...(argument === '' ? [] : [`execute-app-arg: ${oneLine(argument)}`]),
      ...(eventId === undefined ? [] : [`Event-UUID: ${oneLine(eventId)}`]),
    ];
    const reply = await this.#send(application, `${lines.join('\n')}\n\n`);
    if (reply.startsWith('-ERR')) throw new FreeswitchRefusedError(application, reply);
  }

  close(): void {
    this.#end(new ClosedError('event socket'));
  }

  #authenticate(secret: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = this.#clock.after(this.#commandMs, () =>
        reject(new DeadlineError('connecting to FreeSWITCH', this.#commandMs)),
      );
      const refuse = (error: Error) => {
        timer.cancel();
        reject(error);
      };
      this.events.once('closed', ({ error }) => refuse(error));
      this.#onAuth = () => {
        timer.cancel();
        this.#send('auth', `auth ${oneLine(secret)}\n\n`).then((reply) => {
          if (reply.startsWith('+OK')) resolve();
          else reject(new PbxError('freeswitch-secret', 'FreeSWITCH did not accept the event socket secret'));
        }, reject);
      };
    });
  }

  #send(name: string, text: string): Promise<string> {
    if (this.#closed) return Promise.reject(new ClosedError('event socket'));
    return new Promise((resolve, reject) => {
      const timer = this.#clock.after(this.#commandMs, () =>
        this.#end(new DeadlineError(`FreeSWITCH command ${name}`, this.#commandMs)),
      );
      this.#pending.push({ name, timer, resolve, reject });
      this.#socket.write(text);
    });
  }

  #read(bytes: Buffer): void {
    try {
      for (const message of this.#reader.push(bytes)) this.#take(message);
    } catch (error) {
      this.#end(error as Error);
    }
  }

  #take(message: EventSocketMessage): void {
    const { headers, body } = message;
    switch (headers.get('Content-Type')) {
      case 'command/reply':
        return this.#answer(headers.get('Reply-Text') ?? '');
      case 'api/response':
        return this.#answer(body);
      case 'text/event-plain':
        return this.events.emit('event', parseEvent(body));
      case 'auth/request':
        return this.#onAuth?.(message);
      case 'text/rude-rejection':
        return this.#end(new PbxError('freeswitch-acl', 'FreeSWITCH refuses this address (acl)'));
      case 'text/disconnect-notice':
        return this.#end(new ClosedError('event socket'));
    }
  }

  #answer(reply: string): void {
    const command = this.#pending.shift();
    command?.timer.cancel();
    command?.resolve(reply);
  }

  #end(error: Error): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#socket.destroy();
    for (const { timer, reject } of this.#pending.splice(0)) {
      timer.cancel();
      reject(error);
    }
    this.events.emit('closed', { error });
    this.events.clear();
  }
}

/** A value inside a command: a line break would begin another command. */
function oneLine(value: string): string {
  if (/[\r\n\0]/.test(value)) throw new PbxError('freeswitch-command', 'a FreeSWITCH command is one line');
  return value;
}
