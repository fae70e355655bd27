import { createServer, type Server, type Socket } from 'node:net';
import type { Clock } from '../../shared/clock.ts';
import { ClosedError } from '../../shared/errors.ts';
import { TypedEvents } from '../../shared/events.ts';
import type { IdSource } from '../../shared/ids.ts';
import type { Logger } from '../../shared/logger.ts';
import { DEFAULT_SESSION_TIMER, type SessionTimerPolicy } from '../../sip/dialog/session-timer.ts';
import { TimerWheel } from '../../sip/transaction/timer-wheel.ts';
import { RFC3261_TIMING, type TransactionTiming } from '../../sip/transaction/timing.ts';
import type {
  EdgeCapabilities,
  EdgeDelegate,
  EdgeEvents,
  EdgeResponse,
  OutboundCall,
  OutboundLeg,
  OutboundRequest,
  SipEdge,
  SipLeg,
  SocketAddress,
} from '../edge.ts';
import { DelegateReplies } from '../leg/delegate-replies.ts';
import { DialogLeg } from '../leg/dialog-leg.ts';
import { oneLine } from '../leg/header-lines.ts';
import type { LegHome } from '../leg/leg-home.ts';
import { OutboundRequests } from '../leg/outbound-requests.ts';
import type { ChallengeAnswer } from '../leg/request-sender.ts';
import { UacLeg } from '../leg/uac-leg.ts';
import { UasCore } from '../leg/uas-core.ts';
import { BoundDialogs, DialogBindings } from './dialog-bindings.ts';
import { DrachtioFlow, parseFlowId } from './drachtio-flow.ts';
import { DrachtioUac } from './drachtio-uac.ts';
import { RequestInlet } from './request-inlet.ts';
import type { ServerConnection } from './server-connection.ts';
import type { ServerAddress } from './server-link.ts';
import { type ListenAddress, Servers } from './servers.ts';
import { createSrf, type Srf } from './srf.ts';

/** What the edge is made of; the composition root chooses. */
export interface DrachtioEdgeParts {
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly logger: Logger;
  readonly answerChallenge: ChallengeAnswer;
}

/** What an operator chooses. */
export interface DrachtioEdgeOptions {
  /** Servers that we connect to. */
  readonly servers: readonly ServerAddress[];
  /** Where servers connect to us. */
  readonly listen?: ListenAddress | undefined;
  /** For User-Agent and Server; default `pbx400`. */
  readonly userAgent?: string;
  readonly timing?: TransactionTiming;
  readonly sessionTimer?: SessionTimerPolicy;
}

/** What the edge holds, for metrics and for "nothing left open". */
export interface DrachtioEdgeCounts {
  readonly server: number;
  readonly client: number;
  readonly timers: number;
  readonly legs: number;
  readonly dialogs: number;
  readonly replies: number;
}

type State = 'new' | 'open' | 'draining' | 'closed';

/** The port SipEdge on drachtio-servers: theirs or ours (src/edge/drachtio-server). */
export class DrachtioEdge implements SipEdge, LegHome {
  readonly events = new TypedEvents<EdgeEvents>();
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly logger: Logger;
  readonly uac: DrachtioUac;
  readonly wheel: TimerWheel;
  readonly timing: TransactionTiming;
  readonly sessionTimer: SessionTimerPolicy;
  readonly dialogs: BoundDialogs;
  readonly replies: DelegateReplies;
  readonly userAgentLine: string;
  readonly serverLine: string;
  /** The application object of drachtio-srf, for drachtio-fsmrf. */
  readonly srf: Srf = createSrf();
  readonly #core: UasCore;
  readonly #requests: OutboundRequests;
  readonly #inlet: RequestInlet;
  readonly #servers: Servers;
  readonly #bindings = new DialogBindings();
  readonly #legs = new Set<SipLeg>();
  /** srf waits for connections here; it never listens: see ServerConnection. */
  readonly #plug: Server = createServer();
  readonly #lost = new Set<string>();
  readonly #counters = { serverConnections: 0, serverLosses: 0 };
  #state: State = 'new';

  constructor(parts: DrachtioEdgeParts, options: DrachtioEdgeOptions) {
    const { clock, ids, logger } = parts;
    this.clock = clock;
    this.ids = ids;
    this.logger = logger;
    this.timing = options.timing ?? RFC3261_TIMING;
    this.wheel = new TimerWheel(clock);
    this.sessionTimer = options.sessionTimer ?? DEFAULT_SESSION_TIMER;
    const agent = oneLine(options.userAgent ?? 'pbx400');
    this.userAgentLine = `User-Agent: ${agent}\r\n`;
    this.serverLine = `Server: ${agent}\r\n`;
    this.dialogs = new BoundDialogs(this.#bindings);
    this.#core = new UasCore(this);
    this.replies = new DelegateReplies(this.wheel, this.serverLine, (error) =>
      logger.error({ err: error }, 'the answer to a request failed'),
    );
    this.#inlet = new RequestInlet(this.#core, this.dialogs, {
      logger,
      wheel: this.wheel,
      newTag: () => ids.token(),
      bindings: this.#bindings,
      connectionOf: (socket) => this.#connectionOf(socket),
    });
    const attach = (socket: Socket) => void this.#plug.emit('connection', socket);
    this.#servers = new Servers({ clock, ids, logger, attach }, options.servers, options.listen, {
      onReady: (connection) => this.#onReady(connection),
      onLost: (connection, reason) => this.#onLost(connection, reason),
      onCancel: (transactionId, message) => this.#inlet.onCancel(transactionId, message),
    });
    this.uac = new DrachtioUac({
      clock,
      logger,
      srf: this.srf,
      bindings: this.#bindings,
      answerChallenge: parts.answerChallenge,
      pick: () => this.#servers.pick(),
      onUpdate: (request, reply) => this.#inlet.onRequest(request, reply),
    });
    const { uac, userAgentLine } = this;
    this.#requests = new OutboundRequests({ clock, ids, uac, userAgentLine, dialogs: this.dialogs });
    this.srf.listen({ server: this.#plug, secret: '' });
    this.srf.use((request, reply) => this.#inlet.onRequest(request, reply));
  }

  get capabilities(): EdgeCapabilities {
    const transports = [...new Set(this.addresses.map(({ transport }) => transport))];
    return { transports, reliableProvisional: true, flows: true };
  }

  /** Where the servers listen that are there now. */
  get addresses(): readonly SocketAddress[] {
    return this.#servers.ready.flatMap(({ addresses }) => addresses);
  }

  /** Port for servers that connect to us. */
  get listenPort(): number | undefined {
    return this.#servers.listenPort;
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
      legs: this.#legs.size,
      dialogs: this.dialogs.size,
      replies: this.replies.size,
    };
  }

  async start(delegate: EdgeDelegate): Promise<void> {
    if (this.#state !== 'new') throw new ClosedError('edge');
    this.#state = 'open';
    this.#core.delegate = delegate;
    await this.#servers.start();
  }

  call(call: OutboundCall): OutboundLeg {
    this.#mustBeOpen();
    return new UacLeg(this, call, this.#flow(call.flow));
  }

  request(request: OutboundRequest): Promise<EdgeResponse> {
    this.#mustBeOpen();
    return this.#requests.send(request, this.#flow(request.flow));
  }

  drain(): void {
    if (this.#state !== 'open') return;
    this.#state = 'draining';
    this.#core.draining = true;
  }

  async close(): Promise<void> {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    for (const leg of [...this.#legs]) leg.end({ cause: 'shutdown' });
    this.#requests.close();
    this.replies.close();
    // What is left has no leg: subscriptions.
    this.dialogs.clear();
    this.uac.close();
    this.#inlet.close();
    this.wheel.clear();
    await this.#servers.close();
    this.#bindings.clear();
    this.events.clear();
  }

  opened(leg: SipLeg): void {
    this.#legs.add(leg);
  }

  ended(leg: SipLeg): void {
    this.#legs.delete(leg);
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
    for (const leg of [...this.#legs]) {
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

  #flow(id: string | undefined): DrachtioFlow | undefined {
    const named = id === undefined ? undefined : parseFlowId(id);
    if (!named) return undefined;
    const connection = this.#servers.ready.find(({ name }) => name === named.server);
    return connection && new DrachtioFlow(connection, named.remote, named.remote);
  }

  #mustBeOpen(): void {
    if (this.#state === 'new' || this.#state === 'closed') throw new ClosedError('edge');
  }
}
