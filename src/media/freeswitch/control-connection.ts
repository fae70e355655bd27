import type { Clock, Timer } from '../../shared/clock.ts';
import type { ErrorCode } from '../../shared/error-codes.ts';
import { ClosedError, DeadlineError, PbxError } from '../../shared/errors.ts';
import { TypedEvents } from '../../shared/events.ts';
import { connectEsl, type EslConnection, type EslEvent } from './fsmrf.ts';

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

export interface ControlConnectionEvents {
  /** The connection is gone; all commands were rejected. Once, last of all. */
  closed: { readonly error: Error };
}

interface Pending {
  readonly timer: Timer;
  readonly reject: (error: Error) => void;
}

/**
 * Commands over a connection to FreeSWITCH: ours to the server, or a channel's to us. Commands are answered in the
 * order they were sent, and answers are never dropped (events are, under load). So each command has a deadline, and one
 * that is missed ends the connection: what comes after it could not be told apart.
 */
export class ControlConnection {
  readonly events = new TypedEvents<ControlConnectionEvents>();
  readonly esl: EslConnection;
  readonly #clock: Clock;
  readonly #commandMs: number;
  readonly #pending = new Set<Pending>();
  #closed: boolean;

  constructor(esl: EslConnection, clock: Clock, commandMs: number) {
    this.esl = esl;
    this.#clock = clock;
    this.#commandMs = commandMs;
    this.#closed = esl.socket === null;
    esl.on('error', (error: Error) => this.#end(error));
    esl.on('esl::end', () => this.#end(new ClosedError('event socket')));
  }

  /** Connects and authenticates. Throws PbxError `freeswitch-secret` or `freeswitch-acl`, DeadlineError, socket errors. */
  static open(
    { host, port, secret }: EventSocketAddress,
    clock: Clock,
    commandMs: number,
  ): Promise<ControlConnection> {
    const esl = connectEsl(host, port, oneLine(secret));
    const connection = new ControlConnection(esl, clock, commandMs);
    return new Promise((resolve, reject) => {
      const timer = clock.after(commandMs, () =>
        connection.#end(new DeadlineError('connecting to FreeSWITCH', commandMs)),
      );
      connection.events.once('closed', ({ error }) => {
        timer.cancel();
        reject(error);
      });
      const refuse = (code: ErrorCode, message: string) => connection.#end(new PbxError(code, message));
      esl.on('esl::event::auth::fail', () =>
        refuse('freeswitch-secret', 'FreeSWITCH did not accept the event socket secret'),
      );
      esl.on('esl::event::raw::text/rude-rejection', () =>
        refuse('freeswitch-acl', 'FreeSWITCH refuses this address (acl)'),
      );
      esl.on('esl::ready', () => {
        timer.cancel();
        resolve(connection);
      });
    });
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Runs an API command; resolves with its text. Throws FreeswitchRefusedError, DeadlineError, ClosedError. */
  async api(command: string): Promise<string> {
    const name = command.split(' ', 1)[0]!;
    const line = oneLine(command);
    const answer = await this.#send(name, (onAnswer) => this.esl.api(line, onAnswer));
    const text = answer.getBody();
    if (text.startsWith('-ERR') || text.startsWith('-USAGE')) {
      throw new FreeswitchRefusedError(name, text.trim());
    }
    return text;
  }

  /** Subscribes to events by name. */
  async subscribe(names: readonly string[]): Promise<void> {
    await this.#send('event', (onReply) =>
      this.esl.sendRecv(`event json ${oneLine(names.join(' '))}`, {}, onReply),
    );
  }

  /** Lets events through that have this header; others no longer, unless another filter lets them. */
  async filter(header: string, value: string): Promise<void> {
    await this.#filter('filter', header, value);
  }

  /** Takes back {@link filter}. */
  async unfilter(header: string, value: string): Promise<void> {
    await this.#filter('filter delete', header, value);
  }

  /** Runs an application on a channel; `eventId` comes back as `Application-UUID` of its events. */
  async execute(channel: string, application: string, argument: string, eventId: string): Promise<void> {
    const lines = {
      'call-command': 'execute',
      'execute-app-name': oneLine(application),
      ...(argument === '' ? {} : { 'execute-app-arg': oneLine(argument) }),
      'Event-UUID': oneLine(eventId),
    };
    // modesl's own `execute` hears no refusal, and leaves a listener behind for every end that gets lost
    const answer = await this.#send(application, (onReply) =>
      this.esl.sendRecv(`sendmsg ${oneLine(channel)}`, lines, onReply),
    );
    const reply = answer.getHeader('Reply-Text') ?? '';
    if (reply.startsWith('-ERR')) throw new FreeswitchRefusedError(application, reply);
  }

  /** Hands over the events of a channel; the function returned ends that. */
  follow(uuid: string, take: (event: EslEvent) => void): () => void {
    const name = `esl::event::*::${uuid}`;
    this.esl.on(name, take);
    return () => this.esl.removeListener(name, take);
  }

  close(): void {
    this.#end(new ClosedError('event socket'));
  }

  async #filter(command: string, header: string, value: string): Promise<void> {
    // signs in front of a value mean something (`-` is "not"), but not in an expression
    const exact = /^\w/.test(value) ? value : `/^${value}$/`;
    const line = oneLine(`${command} ${header} ${exact}`);
    await this.#send('filter', (onReply) => this.esl.sendRecv(line, {}, onReply));
  }

  #send(name: string, write: (onAnswer: (answer: EslEvent) => void) => void): Promise<EslEvent> {
    const { socket } = this.esl;
    if (this.#closed || !socket) return Promise.reject(new ClosedError('event socket'));
    return new Promise((resolve, reject) => {
      const timer = this.#clock.after(this.#commandMs, () =>
        this.#end(new DeadlineError(`FreeSWITCH command ${name}`, this.#commandMs)),
      );
      const pending = { timer, reject };
      this.#pending.add(pending);
      // a command is several writes of modesl's
      socket.cork();
      write((answer) => {
        timer.cancel();
        this.#pending.delete(pending);
        resolve(answer);
      });
      socket.uncork();
    });
  }

  #end(error: Error): void {
    if (this.#closed) return;
    this.#closed = true;
    this.esl.socket?.destroy();
    for (const { timer, reject } of this.#pending) {
      timer.cancel();
      reject(error);
    }
    this.#pending.clear();
    this.events.emit('closed', { error });
    this.events.clear();
  }
}

/** A value inside a command: a line break would begin another command. */
function oneLine(value: string): string {
  if (/[\r\n\0]/.test(value)) throw new PbxError('freeswitch-command', 'a FreeSWITCH command is one line');
  return value;
}
