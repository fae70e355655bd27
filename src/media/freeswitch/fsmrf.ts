/**
 * The only file that names drachtio-fsmrf and its event socket library, drachtio-modesl. Types are those of the parts
 * that we use. What either would do to the process (throw in a callback, print, wait without limit) ends here.
 */
import type { EventEmitter } from 'node:events';
import type { Server, Socket } from 'node:net';
import Mrf from 'drachtio-fsmrf';
import MediaServer from 'drachtio-fsmrf/lib/mediaserver.js';
import modesl from 'drachtio-modesl';
import type { Clock, Timer } from '../../shared/clock.ts';
import { ClosedError, PbxError } from '../../shared/errors.ts';

/** An event, or an answer to a command. */
export interface EslEvent {
  /** Names as FreeSWITCH writes them (`Event-Name`, `Reply-Text`), values decoded. */
  getHeader(name: string): string | null;
  getBody(): string;
}

/** A connection to an event socket, or of a channel's event socket to us. Events: `esl::event::NAME::uuid`, `esl::end`, `error` ... */
export interface EslConnection {
  /** Null once it is gone. */
  readonly socket: Socket | null;
  /** There once it is connected. */
  readonly parser?: { readonly buffer: Buffer };
  closing?: boolean;
  /** Of a channel's connection: its variables. */
  getInfo(): EslEvent | null;
  /** Answered in order, by one callback each. */
  api(command: string, onAnswer: (answer: EslEvent) => void): void;
  /** Any other command, with its lines; answered in order of their own. */
  sendRecv(
    command: string,
    lines: Readonly<Record<string, string>>,
    onReply: (reply: EslEvent) => void,
  ): void;
  disconnect(): void;
  on(event: string, listener: (value: never) => void): unknown;
  removeListener(event: string, listener: (value: never) => void): unknown;
  removeAllListeners(event: string): unknown;
}

/** What fsmrf asks of a drachtio application. */
export interface Srf {
  createUAC(
    uri: string,
    call: { readonly headers: Readonly<Record<string, string>>; readonly localSdp: string },
  ): Promise<SrfDialog>;
}

/** What fsmrf asks of a dialog, and what we know of it besides. Event `destroy`: the far end ended it. */
export interface SrfDialog extends EventEmitter<{ destroy: [Error] }> {
  readonly remote: { readonly sdp: string };
  modify(sdp: string): Promise<string>;
  destroy(): Promise<void>;
}

/** A channel: its dialog, and its connection to us. */
export interface FsmrfEndpoint {
  readonly uuid: string;
  readonly dialog: SrfDialog;
  /** Null once it is gone. */
  readonly conn: EslConnection | null;
}

/** fsmrf's MediaServer. What begins with `_` is its own, and named here because it offers no other way. */
interface FsmrfMediaServer extends EventEmitter {
  closing: boolean;
  readonly sip: { readonly ipv4: { readonly udp: { address: string } } };
  readonly pendingConnections: ReadonlyMap<string, { readonly connTimeout?: NodeJS.Timeout }>;
  /** Channels connect here. */
  readonly _server: EslListener;
  createEndpoint(options: {
    readonly remoteSdp: string;
    readonly headers: Readonly<Record<string, string>>;
  }): Promise<FsmrfEndpoint>;
  disconnect(): void;
}

interface EslListener {
  readonly server: Server;
  on(event: string, listener: (connection: EslConnection, id: string) => void): unknown;
  listeners(event: string): ((connection: EslConnection, id: string) => void)[];
  removeAllListeners(event: string): unknown;
}

/** A FreeSWITCH that makes channels for us. */
export interface ChannelSource {
  /** `host:port` that its profile is called at. */
  readonly sip: string;
  /** Calls it with `sdp`; may never settle, as events may get lost. Throws ClosedError once it is closed, and what createUAC throws. */
  createEndpoint(sdp: string): Promise<FsmrfEndpoint>;
  /** Takes no more channels and ends those being set up; those that are there keep their connections. */
  close(): void;
}

/** More than this without an end is no event socket. */
const MAX_BYTES = 1024 * 1024;

/** Connects to an event socket and authenticates; `esl::ready` follows. */
export function connectEsl(host: string, port: number, secret: string): EslConnection {
  const connection = new modesl.Connection(host, port, secret, () => {}) as EslConnection;
  // modesl would reconnect: after a refusal every millisecond for ever, and with commands that still wait for answers
  connection.closing = true;
  connection.on('esl::connect', () => readSafely(connection));
  return connection;
}

/**
 * Calls for fsmrf, and holds each dialog until its channel has become an endpoint. fsmrf forgets one whose channel's
 * connection breaks at the wrong moment, and the timers of all when it is disconnected: nobody else would end them.
 */
class ChannelSetups implements Srf {
  readonly #srf: Srf;
  readonly #clock: Clock;
  readonly #limitMs: number;
  readonly #dialogs = new Map<SrfDialog, Timer>();
  readonly #waiting = new Set<(error: Error) => void>();
  #closed = false;

  constructor(srf: Srf, clock: Clock, limitMs: number) {
    this.#srf = srf;
    this.#clock = clock;
    this.#limitMs = limitMs;
  }

  async createUAC(...call: Parameters<Srf['createUAC']>): Promise<SrfDialog> {
    const dialog = await this.#srf.createUAC(...call);
    const limit = this.#clock.after(this.#limitMs, () => this.#end(dialog));
    this.#dialogs.set(dialog, limit);
    if (!this.#closed) return dialog;
    this.#end(dialog);
    throw new ClosedError('event socket');
  }

  /** Hands the endpoint over, with its dialog. Throws ClosedError when that was ended, and what `made` throws. */
  finish(made: Promise<FsmrfEndpoint>): Promise<FsmrfEndpoint> {
    return new Promise((resolve, reject) => {
      this.#waiting.add(reject);
      const done = made.finally(() => this.#waiting.delete(reject));
      done.then((endpoint) => {
        const limit = this.#dialogs.get(endpoint.dialog);
        if (!limit) return reject(new ClosedError('FreeSWITCH channel'));
        limit.cancel();
        this.#dialogs.delete(endpoint.dialog);
        resolve(endpoint);
      }, reject);
    });
  }

  close(): void {
    this.#closed = true;
    for (const dialog of [...this.#dialogs.keys()]) this.#end(dialog);
    for (const reject of this.#waiting) reject(new ClosedError('event socket'));
    this.#waiting.clear();
  }

  #end(dialog: SrfDialog): void {
    this.#dialogs.get(dialog)?.cancel();
    this.#dialogs.delete(dialog);
    void dialog.destroy();
  }
}

/** What {@link openChannelSource} needs besides the connection. */
export interface ChannelSourceParts {
  readonly srf: Srf;
  /** Name of the SIP profile, which must be there. */
  readonly profile: string;
  /** `host:port` to call when it is not what the profile says. */
  readonly sip: string | undefined;
  /** Of each INVITE. */
  readonly headers: Readonly<Record<string, string>>;
  readonly clock: Clock;
  /** How soon an answered channel must have connected to us, and said what channel it is. */
  readonly limitMs: number;
}

/** Listens for channels on the address that the connection comes from. Throws PbxError `freeswitch-profile`, ClosedError. */
export async function openChannelSource(
  connection: EslConnection,
  { srf, profile, sip, headers, clock, limitMs }: ChannelSourceParts,
): Promise<ChannelSource> {
  const address = connection.socket?.localAddress;
  if (address === undefined) throw new ClosedError('event socket');
  const setups = new ChannelSetups(srf, clock, limitMs);
  const server = new MediaServer(
    connection,
    new Mrf(setups),
    address,
    0,
    undefined,
    undefined,
    profile,
  ) as FsmrfMediaServer;
  // or it would print that the connection is lost
  server.closing = true;
  await isReady(server, connection);
  guardListener(server, clock, limitMs);
  const { udp } = server.sip.ipv4;
  udp.address = sip ?? udp.address;
  return {
    sip: udp.address,
    createEndpoint: async (sdp) => {
      const endpoint = await setups.finish(server.createEndpoint({ remoteSdp: sdp, headers }));
      // fsmrf prints errors of the connection; whoever holds it hears them, too
      endpoint.conn?.removeAllListeners('error');
      return endpoint;
    },
    close: () => {
      setups.close();
      for (const { connTimeout } of server.pendingConnections.values()) clearTimeout(connTimeout);
      server.disconnect();
    },
  };
}

function isReady(server: FsmrfMediaServer, connection: EslConnection): Promise<void> {
  return new Promise((resolve, reject) => {
    const gone = () => reject(new ClosedError('event socket'));
    connection.on('esl::end', gone);
    server.once('ready', () => {
      connection.removeListener('esl::end', gone);
      resolve();
    });
    // by its own timer, of a second
    server.on('error', (error: Error) => reject(new PbxError('freeswitch-profile', error.message)));
  });
}

/** Channels that nobody waits for, and strangers, are let go: fsmrf would print and keep them. */
function guardListener(
  { _server: listener, pendingConnections }: FsmrfMediaServer,
  clock: Clock,
  limitMs: number,
): void {
  listener.server.on('error', () => {}); // too many open files: that connection is refused
  listener.on('connection::open', (connection) => {
    readSafely(connection);
    const limit = clock.after(limitMs, () => connection.socket?.destroy());
    connection.on('esl::ready', () => limit.cancel());
    connection.on('esl::end', () => limit.cancel());
  });
  const [take] = listener.listeners('connection::ready');
  listener.removeAllListeners('connection::ready');
  listener.on('connection::ready', (connection, id) => {
    const agent = connection.getInfo()?.getHeader('variable_sip_user_agent') ?? '';
    if (pendingConnections.has(agent.replace('drachtio-fsmrf:', ''))) take?.(connection, id);
    else connection.socket?.destroy();
  });
}

/**
 * What is thrown while bytes are read (a value that is no percent-encoding, what a callback of fsmrf does not expect)
 * ends the connection instead of the process. Commands go out at once: modesl writes each in several pieces, which
 * Nagle's algorithm would hold back for 40 ms.
 */
function readSafely(connection: EslConnection): void {
  const { socket } = connection;
  if (!socket) return;
  socket.setNoDelay(true);
  socket.setKeepAlive(true, 30_000);
  const readers = socket.listeners('data') as ((bytes: Buffer) => void)[];
  socket.removeAllListeners('data');
  socket.on('data', (bytes: Buffer) => {
    try {
      for (const read of readers) read(bytes);
      if ((connection.parser?.buffer.length ?? 0) > MAX_BYTES)
        throw new RangeError('event socket message is too long');
    } catch (error) {
      socket.destroy(error as Error);
    }
  });
}
