import { DialogTable } from '../../sip/dialog/dialog-table.ts';
import { MAGIC_COOKIE, type SipRequest, type SipResponse } from '../../sip/message/index.ts';
import { RFC3261_TIMING } from '../../sip/transaction/timing.ts';
import { type TransactionCounts, TransactionLayer } from '../../sip/transaction/transaction-layer.ts';
import type { Flow, Transports } from '../../sip/transport/transport.ts';
import type { WireTap } from '../../sip/transport/wire-tap.ts';
import type { Ban, SocketAddress } from '../edge.ts';
import type { LoopLoad } from '../gate/admission.ts';
import { Gate, type GateOptions } from '../gate/gate.ts';
import { LegEdge, type LegEdgeCounts, type LegEdgeOptions, type LegEdgeParts } from '../leg/leg-edge.ts';
import type { ChallengeAnswer } from '../leg/request-sender.ts';
import { ContactFlows } from '../user-agent/contact-flows.ts';
import { MessageInlet } from '../user-agent/message-inlet.ts';
import { TcpFirst } from '../user-agent/tcp-first.ts';
import { type TargetResolver, Uac } from '../user-agent/uac.ts';

/** What an embedded edge is made of; the composition root chooses. */
export interface EmbeddedEdgeParts extends LegEdgeParts, LoopLoad {
  readonly transports: Transports<SipRequest | SipResponse>;
  readonly resolver: TargetResolver;
  readonly answerChallenge: ChallengeAnswer;
  /** Sees all messages, for a trace. */
  readonly tap?: WireTap | undefined;
}

/** What an operator may choose. */
export interface EmbeddedEdgeOptions extends LegEdgeOptions, GateOptions {}

/** What the edge holds, for metrics and for "nothing left open". */
export interface EmbeddedEdgeCounts extends TransactionCounts, LegEdgeCounts {}

/** The port SipEdge on our own SIP stack, in this process. */
export class EmbeddedEdge extends LegEdge {
  readonly refusesBye = true;
  readonly uac: Uac;
  readonly #transports: Transports<SipRequest | SipResponse>;
  readonly #transactions: TransactionLayer;
  readonly #inlet: MessageInlet;
  readonly #gate: Gate;
  readonly #contacts = new ContactFlows();

  constructor(parts: EmbeddedEdgeParts, options: EmbeddedEdgeOptions = {}) {
    const { clock, ids, logger, transports } = parts;
    const transactions = new TransactionLayer(clock, ids, options.timing ?? RFC3261_TIMING);
    super(parts, options, transactions.wheel, new DialogTable());
    this.#transports = transports;
    this.#transactions = transactions;
    transactions.user = this.core;
    transactions.flowBack = (target) => transports.flowTo(target);
    this.#gate = new Gate(
      {
        clock,
        ids,
        logger,
        busyShare: parts.busyShare,
        cpuShare: parts.cpuShare,
        isInDialog: (request) => this.dialogs.ofRequest(request) !== undefined,
        isRepetition: (request) => transactions.knows(request),
        onOverload: (overloaded) => this.events.emit('overload', { overloaded }),
      },
      options,
    );
    this.#inlet = new MessageInlet({
      transactions,
      transports,
      ids,
      gate: this.#gate,
      logger,
      tap: parts.tap,
    });
    this.uac = new Uac({
      transactions,
      transports,
      contacts: this.#contacts,
      resolver: parts.resolver,
      answerChallenge: parts.answerChallenge,
      newBranch: () => MAGIC_COOKIE + ids.token(),
      tcpFirst: new TcpFirst(() => clock.monotonic()),
      logger,
    });
  }

  get addresses(): readonly SocketAddress[] {
    return this.#transports.addresses;
  }

  get counts(): EmbeddedEdgeCounts {
    return { ...this.#transactions.counts, ...this.legCounts };
  }

  override registered(request: SipRequest, flow: Flow): void {
    this.#contacts.registered(request, flow);
  }

  wasOverloaded(sinceMs: number): boolean {
    return this.#gate.wasOverloaded(sinceMs);
  }

  get bans(): readonly Ban[] {
    return this.#gate.bans;
  }

  liftBan(address: string): boolean {
    return this.#gate.liftBan(address);
  }

  protected async openTransports(): Promise<void> {
    await this.#transports.open({
      onMessage: (message, flow) => this.#onMessage(message, flow),
      onFlowClosed: (flow) => {
        this.#contacts.closed(flow);
        this.events.emit('flowClosed', { flow: flow.id });
      },
    });
    this.#gate.start();
  }

  protected async closeTransports(): Promise<void> {
    this.#gate.close();
    this.#transactions.close();
    await this.#transports.close();
  }

  protected flowOf(id: string | undefined): Flow | undefined {
    return id === undefined ? undefined : this.#transports.flowById(id);
  }

  #onMessage(message: SipRequest | SipResponse, flow: Flow): void {
    if (message.isRequest) this.#inlet.receive(message, flow);
    else this.#inlet.receiveResponse(message, flow);
  }
}
