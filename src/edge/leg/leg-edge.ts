import type { Clock } from '../../shared/clock.ts';
import { ClosedError } from '../../shared/errors.ts';
import { TypedEvents } from '../../shared/events.ts';
import type { IdSource } from '../../shared/ids.ts';
import type { Logger } from '../../shared/logger.ts';
import type { DialogTable } from '../../sip/dialog/dialog-table.ts';
import { DEFAULT_SESSION_TIMER, type SessionTimerPolicy } from '../../sip/dialog/session-timer.ts';
import type { SipRequest } from '../../sip/message/index.ts';
import type { TimerWheel } from '../../sip/transaction/timer-wheel.ts';
import { RFC3261_TIMING, type TransactionTiming } from '../../sip/transaction/timing.ts';
import type { Flow } from '../../sip/transport/transport.ts';
import type {
  Ban,
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
import { DelegateReplies } from './delegate-replies.ts';
import { oneLine } from './header-lines.ts';
import type { DialogSource, DialogUsage, LegHome } from './leg-home.ts';
import { OutboundRequests } from './outbound-requests.ts';
import type { RequestSender } from './request-sender.ts';
import { UacLeg } from './uac-leg.ts';
import { UasCore } from './uas-core.ts';

/** What every edge needs from outside. */
export interface LegEdgeParts {
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly logger: Logger;
}

/** What an operator may choose. */
export interface LegEdgeOptions {
  /** For User-Agent and Server; default `pbx400`. */
  readonly userAgent?: string;
  readonly timing?: TransactionTiming;
  readonly sessionTimer?: SessionTimerPolicy;
  /** Default: from anywhere. */
  readonly dialogSource?: DialogSource;
  /** Numbers that are called in an emergency: such calls are taken while all others are refused. Default: none. */
  readonly isEmergency?: (number: string) => boolean;
}

/** What the edge holds of its own, for metrics and for "nothing left open". */
export interface LegEdgeCounts {
  readonly legs: number;
  readonly dialogs: number;
  readonly replies: number;
}

type State = 'new' | 'open' | 'draining' | 'closed';

/** The port SipEdge on legs of our own, whatever carries their messages: the subclass. */
export abstract class LegEdge implements SipEdge, LegHome {
  readonly events = new TypedEvents<EdgeEvents>();
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly logger: Logger;
  readonly timing: TransactionTiming;
  readonly sessionTimer: SessionTimerPolicy;
  readonly dialogSource: DialogSource;
  readonly isEmergency: (number: string) => boolean;
  readonly userAgentLine: string;
  readonly serverLine: string;
  readonly wheel: TimerWheel;
  readonly dialogs: DialogTable<DialogUsage>;
  readonly replies: DelegateReplies;
  abstract readonly refusesBye: boolean;
  abstract readonly uac: RequestSender;
  abstract readonly addresses: readonly SocketAddress[];
  protected readonly core: UasCore;
  protected readonly legs = new Set<SipLeg>();
  readonly #requests: OutboundRequests;
  #state: State = 'new';

  constructor(
    { clock, ids, logger }: LegEdgeParts,
    options: LegEdgeOptions,
    wheel: TimerWheel,
    dialogs: DialogTable<DialogUsage>,
  ) {
    this.clock = clock;
    this.ids = ids;
    this.logger = logger;
    this.timing = options.timing ?? RFC3261_TIMING;
    this.sessionTimer = options.sessionTimer ?? DEFAULT_SESSION_TIMER;
    this.dialogSource = options.dialogSource ?? (() => true);
    this.isEmergency = options.isEmergency ?? (() => false);
    const agent = oneLine(options.userAgent ?? 'pbx400');
    this.userAgentLine = `User-Agent: ${agent}\r\n`;
    this.serverLine = `Server: ${agent}\r\n`;
    this.wheel = wheel;
    this.dialogs = dialogs;
    this.core = new UasCore(this);
    this.#requests = new OutboundRequests(this);
    this.replies = new DelegateReplies(wheel, this.serverLine, (error) =>
      logger.error({ err: error }, 'the answer to a request failed'),
    );
  }

  get capabilities(): EdgeCapabilities {
    const transports = [...new Set(this.addresses.map(({ transport }) => transport))];
    return { transports, reliableProvisional: true, flows: true };
  }

  protected get legCounts(): LegEdgeCounts {
    return { legs: this.legs.size, dialogs: this.dialogs.size, replies: this.replies.size };
  }

  async start(delegate: EdgeDelegate): Promise<void> {
    if (this.#state !== 'new') throw new ClosedError('edge');
    this.#state = 'open';
    this.core.delegate = delegate;
    await this.openTransports();
  }

  call(call: OutboundCall): OutboundLeg {
    this.#mustBeOpen();
    return new UacLeg(this, call, this.flowOf(call.flow));
  }

  request(request: OutboundRequest): Promise<EdgeResponse> {
    this.#mustBeOpen();
    return this.#requests.send(request, this.flowOf(request.flow));
  }

  drain(): void {
    if (this.#state !== 'open') return;
    this.#state = 'draining';
    this.core.draining = true;
  }

  async close(): Promise<void> {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    for (const leg of [...this.legs]) leg.end({ cause: 'shutdown' });
    this.#requests.close();
    this.replies.close();
    // What is left has no leg: subscriptions.
    this.dialogs.clear();
    await this.closeTransports();
    this.events.clear();
  }

  opened(leg: SipLeg): void {
    this.legs.add(leg);
  }

  ended(leg: SipLeg): void {
    this.legs.delete(leg);
  }

  /** A server behind the edge finds its phones by itself. */
  registered(_request: SipRequest, _flow: Flow): void {}

  abstract wasOverloaded(sinceMs: number): boolean;
  abstract readonly bans: readonly Ban[];
  abstract liftBan(address: string): boolean;

  /** Begins to receive messages. */
  protected abstract openTransports(): Promise<void>;

  /** Ends what carries messages, and what waits for some. */
  protected abstract closeTransports(): Promise<void>;

  /** The flow that the PBX named, while it is there. */
  protected abstract flowOf(id: string | undefined): Flow | undefined;

  #mustBeOpen(): void {
    if (this.#state === 'new' || this.#state === 'closed') throw new ClosedError('edge');
  }
}
