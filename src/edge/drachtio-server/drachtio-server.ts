import type { Socket } from 'node:net';
import type { Clock } from '../../shared/clock.ts';
import { ConfigError } from '../../shared/errors.ts';
import type { IdSource } from '../../shared/ids.ts';
import type { Logger } from '../../shared/logger.ts';
import type { TlsFiles } from '../../shared/tls-identity.ts';
import { MAGIC_COOKIE, type SipRequest, type SipResponse } from '../../sip/message/index.ts';
import type { ServerTransaction } from '../../sip/transaction/server-transaction.ts';
import { RFC3261_TIMING, type TransactionTiming } from '../../sip/transaction/timing.ts';
import { type TransactionCounts, TransactionLayer } from '../../sip/transaction/transaction-layer.ts';
import type { Flow, TransportAddress, Transports } from '../../sip/transport/transport.ts';
import { createListener, openStream, type ProtocolListener, Trust } from '../drachtio-wire/streams.ts';
import type { AdmissionOptions, LoopLoad } from '../gate/admission.ts';
import { Gate } from '../gate/gate.ts';
import { retryAfterLine } from '../leg/header-lines.ts';
import { MessageInlet } from '../user-agent/message-inlet.ts';
import { TcpFirst } from '../user-agent/tcp-first.ts';
import { type TargetResolver, Uac } from '../user-agent/uac.ts';
import { AppDialogs } from './app-dialogs.ts';
import { AppRing } from './app-ring.ts';
import { AppRouter } from './app-router.ts';
import { CallRecords } from './call-records.ts';
import { ClientConnection } from './client-connection.ts';
import type { ApplicationAddress, HandlerRule } from './request-handlers.ts';
import type { ServerContext } from './server-context.ts';

/** What a server is made of; the composition root chooses. */
export interface DrachtioServerParts extends LoopLoad {
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly logger: Logger;
  readonly transports: Transports<SipRequest | SipResponse>;
  readonly resolver: TargetResolver;
  /** Reads the certificates of the SIP listeners again. */
  readonly reloadSipTls?: () => void;
}

export interface DrachtioServerOptions {
  /** Where applications connect. */
  readonly admin: {
    readonly host: string;
    readonly port: number;
    readonly tls?: TlsFiles;
  };
  readonly secret: string;
  /** Requests that are given to applications which wait to be connected to. */
  readonly handlers?: readonly HandlerRule[];
  /** PEM file of the authority that signed the certificates of those applications; the system's ones by default. */
  readonly applicationCa?: string | undefined;
  readonly timing?: TransactionTiming;
  /** When new calls are refused. */
  readonly admission?: AdmissionOptions;
  /** Numbers that are called in an emergency: such calls are taken while it drains. Default: none. */
  readonly isEmergency?: (number: string) => boolean;
}

/** What the server holds, for metrics and for "nothing left open". */
export interface DrachtioServerCounts extends TransactionCounts {
  readonly clients: number;
  readonly dialogs: number;
  readonly requests: number;
}

const DRAIN_CHECK_MS = 100;
/** Applications, and strangers who have not said the secret yet. */
const MAX_CONNECTIONS = 1000;

/** Told to clients; `pbx400` says that commands may be long. */
const VERSION = 'v0.9.0-pbx400';

/** Our SIP stack as a server of the drachtio protocol: applications anywhere, SIP here. */
export class DrachtioServer {
  readonly #parts: DrachtioServerParts;
  readonly #options: DrachtioServerOptions;
  readonly #transactions: TransactionLayer;
  readonly #inlet: MessageInlet;
  readonly #gate: Gate;
  readonly #router: AppRouter;
  readonly #dialogs: AppDialogs;
  readonly #trust: Trust;
  readonly #clients = new Set<ClientConnection>();
  #listener: ProtocolListener | undefined;
  #draining = false;
  #closed = false;

  /** Throws ConfigError when `applicationCa` cannot be read. */
  constructor(parts: DrachtioServerParts, options: DrachtioServerOptions) {
    const { clock, ids, logger, transports, resolver } = parts;
    this.#parts = parts;
    this.#options = options;
    this.#trust = new Trust(options.applicationCa);
    this.#transactions = new TransactionLayer(clock, ids, options.timing ?? RFC3261_TIMING);
    const { wheel, timing } = this.#transactions;
    this.#dialogs = new AppDialogs(wheel, timing, () => ids.token());
    // Applications know which sources are trunks and phones: limits and bans are theirs.
    this.#gate = new Gate(
      {
        clock,
        ids,
        logger,
        busyShare: parts.busyShare,
        cpuShare: parts.cpuShare,
        isRepetition: (request) => this.#transactions.knows(request),
        onOverload: (overloaded) => {
          for (const client of this.#clients)
            if (client.wantsTrying) client.notify(`overload|${overloaded ? 'on' : 'off'}`);
        },
      },
      options.admission ? { admission: options.admission } : {},
    );
    this.#inlet = new MessageInlet({
      transactions: this.#transactions,
      transports,
      ids,
      gate: this.#gate,
      logger,
      proxies: true,
    });
    const uac = new Uac({
      transactions: this.#transactions,
      transports,
      resolver,
      // Applications answer challenges themselves.
      answerChallenge: () => undefined,
      newBranch: () => MAGIC_COOKIE + ids.token(),
      tcpFirst: new TcpFirst(() => clock.monotonic()),
      logger,
    });
    const ring = new AppRing();
    const context: ServerContext = {
      clock,
      ids,
      logger,
      transactions: this.#transactions,
      uac,
      dialogs: this.#dialogs,
      records: new CallRecords(clock, ring),
    };
    this.#router = new AppRouter(context, ring, options.handlers ?? [], (target) => this.#connect(target));
    this.#transactions.flowBack = (target) => transports.flowTo(target);
    this.#transactions.user = {
      onRequest: (request: SipRequest, transaction: ServerTransaction) => {
        if (this.#draining && this.#mayWait(request))
          transaction.reply(503, { headerLines: retryAfterLine(ids.random()) });
        else this.#router.onRequest(request, transaction);
      },
      onAck: (request: SipRequest, flow: Flow) => this.#router.onAck(request, flow),
    };
  }

  /** Addresses that listen for SIP, after `start`. */
  get addresses(): readonly TransportAddress[] {
    return this.#parts.transports.addresses;
  }

  /** Port for applications, after `start`. */
  get adminPort(): number {
    const address = this.#listener?.server.address();
    return address && typeof address === 'object' ? address.port : 0;
  }

  get counts(): DrachtioServerCounts {
    return {
      ...this.#transactions.counts,
      clients: this.#clients.size,
      dialogs: this.#dialogs.size,
      requests: this.#router.size,
    };
  }

  /** Opens all listeners or none. Throws ConfigError when an address cannot be used. */
  async start(): Promise<void> {
    await this.#parts.transports.open({
      onMessage: (message, flow) => {
        if (message.isRequest) this.#inlet.receive(message, flow);
        else this.#inlet.receiveResponse(message, flow);
      },
      onFlowClosed: () => {},
    });
    try {
      await this.#listen();
    } catch (error) {
      await this.#parts.transports.close();
      throw error;
    }
    this.#gate.start();
  }

  /** Reads all certificates again, for new connections. Throws ConfigError when one is not good; the old one stays. */
  reloadTls(): void {
    this.#parts.reloadSipTls?.();
    this.#trust.reload();
    this.#listener?.reload();
  }

  /** Takes no new calls but those in an emergency; resolves when those in progress have ended, or the server was closed. */
  async drain(): Promise<void> {
    this.#draining = true;
    await new Promise<void>((resolve) => {
      const check = this.#parts.clock.every(DRAIN_CHECK_MS, () => {
        if (!this.#closed && this.#dialogs.calls + this.#router.size > 0) return;
        check.cancel();
        resolve();
      });
    });
  }

  /** Lets all applications go, and with them their calls. Idempotent. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#gate.close();
    const listener = this.#listener;
    this.#listener = undefined;
    for (const client of [...this.#clients]) client.close();
    this.#router.close();
    if (listener) await new Promise<void>((done) => listener.server.close(() => done()));
    this.#transactions.close();
    await this.#parts.transports.close();
  }

  /** Whether it asks for a new call, and none in an emergency. */
  #mayWait({ method, to, requestUri }: SipRequest): boolean {
    if (method !== 'INVITE' || to.tag !== '') return false;
    return !this.#options.isEmergency?.(requestUri.user ?? '');
  }

  async #listen(): Promise<void> {
    const { host, port, tls } = this.#options.admin;
    const listener = createListener(tls, (stream) => {
      // A TLS handshake may end after the listener was closed.
      if (this.#closed) stream.destroy();
      else this.#accept(stream);
    });
    listener.server.maxConnections = MAX_CONNECTIONS;
    this.#listener = listener;
    return new Promise((resolve, reject) => {
      listener.server.once('error', (error) =>
        reject(new ConfigError(`${host}:${port}: ${error.message}`, undefined, undefined, { cause: error })),
      );
      listener.server.listen(port, host, resolve);
    });
  }

  /** Outbound mode: we come to the application. */
  #connect({ host, port, tls }: ApplicationAddress): ClientConnection {
    const stream = openStream(host, port, tls ? this.#trust : undefined, () => {});
    stream.once('error', (err) =>
      this.#parts.logger.warn({ err, application: `${host}:${port}` }, 'no connection to an application'),
    );
    return this.#accept(stream);
  }

  /** An application is connected, by itself or by us. */
  #accept(stream: Socket): ClientConnection {
    const { clock, ids, logger } = this.#parts;
    const { secret } = this.#options;
    const greeting = () => `${this.addresses.map(hostport).join(',')}|${VERSION}`;
    const client = new ClientConnection({ clock, ids, logger, secret, greeting }, stream, {
      onAuthenticated: (ready) => this.#router.ready(ready),
      onCommand: (from, command) => this.#router.onCommand(from, command),
      onGone: (gone) => {
        this.#clients.delete(gone);
        this.#router.gone(gone);
      },
    });
    this.#clients.add(client);
    return client;
  }
}

const hostport = ({ transport, address, port }: TransportAddress): string =>
  `${transport}/${address.includes(':') ? `[${address}]` : address}:${port}`;
