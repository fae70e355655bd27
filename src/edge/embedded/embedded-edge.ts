import type { Clock } from '../../shared/clock.ts';
import { ClosedError } from '../../shared/errors.ts';
import { TypedEvents } from '../../shared/events.ts';
import type { IdSource } from '../../shared/ids.ts';
import type { Logger } from '../../shared/logger.ts';
import { DialogTable } from '../../sip/dialog/dialog-table.ts';
import { DEFAULT_SESSION_TIMER, type SessionTimerPolicy } from '../../sip/dialog/session-timer.ts';
import { MAGIC_COOKIE, type SipRequest, type SipResponse } from '../../sip/message/index.ts';
import { RFC3261_TIMING, type TransactionTiming } from '../../sip/transaction/timing.ts';
import { type TransactionCounts, TransactionLayer } from '../../sip/transaction/transaction-layer.ts';
import type { Flow, Transports } from '../../sip/transport/transport.ts';
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
import { oneLine } from '../leg/header-lines.ts';
import type { DialogUsage, LegHome } from '../leg/leg-home.ts';
import { OutboundRequests } from '../leg/outbound-requests.ts';
import type { ChallengeAnswer } from '../leg/request-sender.ts';
import { UacLeg } from '../leg/uac-leg.ts';
import { UasCore } from '../leg/uas-core.ts';
import { Admission, type AdmissionOptions, DEFAULT_ADMISSION } from './admission.ts';
import { MessageInlet } from './message-inlet.ts';
import { Protection, type ProtectionOptions } from './protection.ts';
import { TcpFirst } from './tcp-first.ts';
import { type TargetResolver, Uac } from './uac.ts';

/** What an embedded edge is made of; the composition root chooses. */
export interface EmbeddedEdgeParts {
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly logger: Logger;
  readonly transports: Transports<SipRequest | SipResponse>;
  readonly resolver: TargetResolver;
  readonly answerChallenge: ChallengeAnswer;
  /** Share of time that the event loop was busy since the last call, 0 to 1. */
  readonly busyShare: () => number;
}

/** What an operator may choose. */
export interface EmbeddedEdgeOptions {
  /** For User-Agent and Server; default `pbx400`. */
  readonly userAgent?: string;
  readonly timing?: TransactionTiming;
  readonly sessionTimer?: SessionTimerPolicy;
  /** Undefined: everybody is trusted. */
  readonly protection?: ProtectionOptions;
  readonly admission?: AdmissionOptions;
}

/** What the edge holds, for metrics and for "nothing left open". */
export interface EmbeddedEdgeCounts extends TransactionCounts {
  readonly legs: number;
  readonly dialogs: number;
  readonly replies: number;
}

type State = 'new' | 'open' | 'draining' | 'closed';

/** The port SipEdge on our own SIP stack, in this process. */
export class EmbeddedEdge implements SipEdge, LegHome {
  readonly events = new TypedEvents<EdgeEvents>();
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly logger: Logger;
  readonly uac: Uac;
  readonly timing: TransactionTiming;
  readonly sessionTimer: SessionTimerPolicy;
  readonly dialogs = new DialogTable<DialogUsage>();
  readonly replies: DelegateReplies;
  readonly userAgentLine: string;
  readonly serverLine: string;
  readonly #transports: Transports<SipRequest | SipResponse>;
  readonly #transactions: TransactionLayer;
  readonly #core: UasCore;
  readonly #inlet: MessageInlet;
  readonly #admission: Admission;
  readonly #legs = new Set<SipLeg>();
  readonly #requests: OutboundRequests;
  #state: State = 'new';

  constructor(parts: EmbeddedEdgeParts, options: EmbeddedEdgeOptions = {}) {
    const { clock, ids, logger, transports } = parts;
    this.clock = clock;
    this.ids = ids;
    this.logger = logger;
    this.timing = options.timing ?? RFC3261_TIMING;
    this.sessionTimer = options.sessionTimer ?? DEFAULT_SESSION_TIMER;
    const agent = oneLine(options.userAgent ?? 'pbx400');
    this.userAgentLine = `User-Agent: ${agent}\r\n`;
    this.serverLine = `Server: ${agent}\r\n`;
    this.#transports = transports;
    this.#transactions = new TransactionLayer(clock, ids, this.timing);
    this.#core = new UasCore(this);
    this.#transactions.user = this.#core;
    const { protection, admission = DEFAULT_ADMISSION } = options;
    this.#admission = new Admission(clock, admission, parts.busyShare, (overloaded) => {
      logger.warn({ overloaded, ...this.#admission.load }, 'admission of new calls changed');
      this.events.emit('overload', { overloaded });
    });
    this.#inlet = new MessageInlet({
      transactions: this.#transactions,
      transports,
      ids,
      admission: this.#admission,
      protection:
        protection &&
        new Protection(
          protection,
          () => clock.monotonic(),
          (address, why) => logger.warn({ address, why }, 'address banned for a while'),
        ),
    });
    this.uac = new Uac({
      transactions: this.#transactions,
      transports,
      resolver: parts.resolver,
      answerChallenge: parts.answerChallenge,
      newBranch: () => MAGIC_COOKIE + ids.token(),
      tcpFirst: new TcpFirst(() => clock.monotonic()),
      logger,
    });
    const { uac, userAgentLine } = this;
    this.#requests = new OutboundRequests({ clock, ids, uac, userAgentLine, dialogs: this.dialogs });
    this.replies = new DelegateReplies(this.wheel, this.serverLine, (error) =>
      logger.error({ err: error }, 'the answer to a request failed'),
    );
  }

  get wheel() {
    return this.#transactions.wheel;
  }

  get capabilities(): EdgeCapabilities {
    const transports = [...new Set(this.addresses.map(({ transport }) => transport))];
    return { transports, reliableProvisional: true, flows: true };
  }

  get addresses(): readonly SocketAddress[] {
    return this.#transports.addresses;
  }

  get counts(): EmbeddedEdgeCounts {
    return {
      ...this.#transactions.counts,
      legs: this.#legs.size,
      dialogs: this.dialogs.size,
      replies: this.replies.size,
    };
  }

  async start(delegate: EdgeDelegate): Promise<void> {
    if (this.#state !== 'new') throw new ClosedError('edge');
    this.#core.delegate = delegate;
    await this.#transports.open({
      onMessage: (message, flow) => this.#onMessage(message, flow),
      onFlowClosed: () => {},
    });
    this.#state = 'open';
    this.#admission.start();
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
    this.#admission.close();
    this.#transactions.close();
    await this.#transports.close();
    this.events.clear();
  }

  opened(leg: SipLeg): void {
    this.#legs.add(leg);
  }

  ended(leg: SipLeg): void {
    this.#legs.delete(leg);
  }

  #onMessage(message: SipRequest | SipResponse, flow: Flow): void {
    if (message.isRequest) this.#inlet.receive(message, flow);
    else this.#inlet.receiveResponse(message);
  }

  #flow(id: string | undefined): Flow | undefined {
    return id === undefined ? undefined : this.#transports.flowById(id);
  }

  #mustBeOpen(): void {
    if (this.#state === 'new' || this.#state === 'closed') throw new ClosedError('edge');
  }
}
