import { createServer, type Server, type Socket } from 'node:net';
import { TimerWheel } from '../../sip/transaction/timer-wheel.ts';
import type { Ban, SocketAddress } from '../edge.ts';
import type { LoopLoad } from '../gate/admission.ts';
import { Gate, type GateOptions } from '../gate/gate.ts';
import { DialogLeg } from '../leg/dialog-leg.ts';
import { LegEdge, type LegEdgeCounts, type LegEdgeOptions, type LegEdgeParts } from '../leg/leg-edge.ts';
import type { ChallengeAnswer } from '../leg/request-sender.ts';
import { UntypedBodies } from '../leg/untyped-bodies.ts';
import { BoundDialogs, DialogBindings } from './dialog-bindings.ts';
import { DrachtioFlow, parseFlowId } from './drachtio-flow.ts';
import { DrachtioUac } from './drachtio-uac.ts';
import { RequestInlet } from './request-inlet.ts';
import type { ServerConnection } from './server-connection.ts';
import type { ServerAddress } from './server-link.ts';
import { type ListenAddress, Servers } from './servers.ts';
import { createSrf, type Srf } from './srf.ts';

/** What the edge is made of; the composition root chooses. */
export interface DrachtioEdgeParts extends LegEdgeParts, LoopLoad {
  readonly answerChallenge: ChallengeAnswer;
}

/** What an operator chooses. */
export interface DrachtioEdgeOptions extends LegEdgeOptions, GateOptions {
  /** Servers that we connect to. */
  readonly servers: readonly ServerAddress[];
  /** Where servers connect to us. */
  readonly listen?: ListenAddress | undefined;
}

/** What the edge holds, for metrics and for "nothing left open". */
export interface DrachtioEdgeCounts extends LegEdgeCounts {
  readonly server: number;
  readonly client: number;
  readonly timers: number;
}

/** The port SipEdge on drachtio-servers: theirs or ours (src/edge/drachtio-server). */
export class DrachtioEdge extends LegEdge {
  readonly refusesBye = false;
  readonly uac: DrachtioUac;
  /** The application object of drachtio-srf. */
  readonly #srf: Srf = createSrf();
  readonly #gate: Gate;
  readonly #inlet: RequestInlet;
  readonly #servers: Servers;
  readonly #bindings: DialogBindings;
  /** srf waits for connections here; it never listens: see ServerConnection. */
  readonly #plug: Server = createServer();
  readonly #lost = new Set<string>();
  readonly #counters = { serverConnections: 0, serverLosses: 0 };

  constructor(parts: DrachtioEdgeParts, options: DrachtioEdgeOptions) {
    const { clock, ids, logger } = parts;
    const bindings = new DialogBindings();
    const dialogs = new BoundDialogs(bindings);
    super(parts, options, new TimerWheel(clock), dialogs);
    this.#bindings = bindings;
    const untyped = new UntypedBodies(logger);
    this.#gate = new Gate(
      {
        clock,
        ids,
        logger,
        busyShare: parts.busyShare,
        cpuShare: parts.cpuShare,
        isInDialog: (request) => dialogs.ofRequest(request) !== undefined,
        // The server answers repetitions itself.
        isRepetition: () => false,
        onOverload: (overloaded) => this.events.emit('overload', { overloaded }),
      },
      options,
    );
    this.#inlet = new RequestInlet(this.core, dialogs, {
      logger,
      gate: this.#gate,
      untyped,
      wheel: this.wheel,
      newTag: () => ids.token(),
      bindings,
      connectionOf: (socket) => this.#connectionOf(socket),
    });
    const attach = (socket: Socket) => void this.#plug.emit('connection', socket);
    this.#servers = new Servers({ clock, ids, logger, attach }, options.servers, options.listen, {
      onReady: (connection) => this.#onReady(connection),
      onLost: (connection, reason) => this.#onLost(connection, reason),
      onCancel: (transactionId, message) => this.#inlet.onCancel(transactionId, message),
      inUse: () =>
        new Set([...bindings.connections(), ...this.uac.connections(), ...this.#inlet.connections()]),
    });
    this.uac = new DrachtioUac({
      wheel: this.wheel,
      logger,
      srf: this.#srf,
      bindings,
      untyped,
      answerChallenge: parts.answerChallenge,
      pick: () => this.#servers.pick(),
      onUpdate: (request, reply) => this.#inlet.onRequest(request, reply),
    });
    this.#srf.listen({ server: this.#plug, secret: '' });
    this.#srf.use((request, reply) => this.#inlet.onRequest(request, reply));
  }

  wasOverloaded(sinceMs: number): boolean {
    return this.#gate.wasOverloaded(sinceMs) || this.#servers.wereOverloaded(sinceMs);
  }

  get bans(): readonly Ban[] {
    return this.#gate.bans;
  }

  liftBan(address: string): boolean {
    return this.#gate.liftBan(address);
  }

  /** Where the servers listen that are there now. */
  get addresses(): readonly SocketAddress[] {
    return this.#servers.ready.flatMap(({ addresses }) => addresses);
  }

  /** Port for servers that connect to us. */
  get listenPort(): number | undefined {
    return this.#servers.listenPort;
  }

  /** Reads certificates and authorities again, for new connections. Throws ConfigError when one is not good. */
  reloadTls(): void {
    this.#servers.reloadTls();
  }

  /** Connections to servers that were made and lost since the start. */
  get counters(): { readonly serverConnections: number; readonly serverLosses: number } {
    return this.#counters;
  }

  get counts(): DrachtioEdgeCounts {
    return {
      server: this.#inlet.size,
      client: this.uac.size + this.#bindings.size,
      timers: this.wheel.running,
      ...this.legCounts,
    };
  }

  protected async openTransports(): Promise<void> {
    await this.#servers.start();
    this.#gate.start();
  }

  protected async closeTransports(): Promise<void> {
    this.#gate.close();
    this.uac.close();
    this.#inlet.close();
    this.wheel.clear();
    await this.#servers.close();
    this.#bindings.clear();
  }

  protected flowOf(id: string | undefined): DrachtioFlow | undefined {
    const named = id === undefined ? undefined : parseFlowId(id);
    if (!named) return undefined;
    const connection = this.#servers.ready.find(({ name }) => name === named.server);
    return connection && new DrachtioFlow(connection, named.remote, named.remote);
  }

  #onReady(connection: ServerConnection): void {
    const { name } = connection;
    this.#counters.serverConnections++;
    this.logger.info({ server: name, addresses: connection.addresses }, 'connected to a drachtio-server');
    if (this.#lost.delete(name)) this.events.emit('serverRestored', { server: name });
  }

  /** All that the server held is over: its calls end, and only they. */
  #onLost(connection: ServerConnection, reason: string): void {
    const { name } = connection;
    this.#counters.serverLosses++;
    this.logger.error({ server: name, reason }, 'a drachtio-server is lost');
    this.#lost.add(name);
    this.uac.lost(connection);
    this.#inlet.lost(connection);
    for (const leg of [...this.legs]) {
      if (!(leg instanceof DialogLeg) || !leg.dialog) continue;
      const binding = this.#bindings.get(leg.sipCallId, leg.dialog.localTag);
      if (binding?.connection !== connection) continue;
      this.#bindings.remove(leg.sipCallId, leg.dialog.localTag);
      leg.hangUp('edge', 'edge-lost');
    }
    this.events.emit('serverLost', { server: name, reason });
  }

  #connectionOf(socket: Socket): ServerConnection | undefined {
    return this.#servers.ready.find((connection) => connection.socket === socket);
  }
}
