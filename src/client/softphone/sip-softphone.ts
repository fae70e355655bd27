import { Inviter, Registerer, RegistererState, type Session, SessionState, UserAgent } from 'sip.js';
import { descriptionHandlers } from './description-handler.ts';
import { openMicrophone } from './microphone.ts';
import { SipCall } from './sip-call.ts';
import {
  type Devices,
  type PhoneCredentials,
  PhoneError,
  type PhoneState,
  type Softphone,
  type SoftphoneCall,
} from './softphone.ts';

/** A phone that is away tries again after so long, then ever later. */
const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 15_000;
/** Proxies cut what is silent for a minute. */
const KEEP_ALIVE_SECONDS = 25;
const REGISTERED_SECONDS = 120;
/** A PBX that is there answers a REGISTER within it. */
const PROOF_MS = 3000;

/** A call holds two at most: one more is refused with 486. */
const MOST_CALLS = 2;

/** A Softphone by sip.js, on the PBX that the page came from. */
export class SipSoftphone implements Softphone {
  readonly #listeners = new Set<() => void>();
  readonly #calls = new Set<SipCall>();
  readonly #server: string;
  /** Counts up with each connecting and disconnecting: what began before the last one is given up. */
  #turn = 0;
  #agent: UserAgent | undefined;
  #registerer: Registerer | undefined;
  #state: PhoneState = 'off';
  #devices: Devices = {};
  #retry: ReturnType<typeof setTimeout> | undefined;
  #retryMs = FIRST_RETRY_MS;
  /** Ends the wait for the answer to a REGISTER. */
  #giveUp: (() => void) | undefined;

  /** `server`: `wss://HOST:PORT`; by default where the page came from. */
  constructor(server = location.origin.replace(/^http/, 'ws')) {
    this.#server = server;
  }

  get state(): PhoneState {
    return this.#state;
  }

  get calls(): readonly SoftphoneCall[] {
    return [...this.#calls];
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async connect(credentials: PhoneCredentials): Promise<void> {
    const left = this.disconnect();
    const turn = this.#turn;
    await left;
    this.#assertTurn(turn);
    this.#become('connecting');
    const agent = this.#agentOf(credentials);
    this.#agent = agent;
    this.#registerer = this.#registererOf(agent);
    globalThis.addEventListener('online', this.#hurry);
    navigator.mediaDevices?.addEventListener('devicechange', this.#mend);
    try {
      await agent.start();
    } catch (error) {
      this.#tryLater(agent);
      throw new PhoneError('unreachable', 'the PBX is not reached', { cause: error });
    }
    this.#assertTurn(turn);
    await this.#register(agent);
  }

  async call(number: string): Promise<SoftphoneCall> {
    const agent = this.#agent;
    if (!agent || this.#state !== 'registered')
      throw new PhoneError('not-now', `the phone is ${this.#state}`);
    const target = UserAgent.makeURI(`sip:${encodeURIComponent(number)}@${agent.configuration.uri.host}`);
    if (!target) throw new PhoneError('refused', `'${number}' cannot be dialled`);
    const call = this.#add(new Inviter(agent, target));
    await call.dial().catch((error: unknown) => {
      this.#calls.delete(call);
      this.#tell();
      throw error;
    });
    return call;
  }

  async use(devices: Devices): Promise<void> {
    const before = this.#devices;
    this.#devices = devices;
    try {
      await Promise.all([...this.#calls].map((call) => call.useDevices()));
    } catch (error) {
      this.#devices = before;
      throw error;
    }
  }

  async refresh(): Promise<void> {
    const agent = this.#agent;
    if (!agent || this.#state === 'refused' || this.#state === 'connecting') return;
    if (this.#state === 'registered') {
      const late = new Promise<never>((_, reject) => {
        setTimeout(() => reject(new PhoneError('unreachable', 'no answer')), PROOF_MS);
      });
      const isProved = await Promise.race([this.#register(agent), late]).then(
        () => true,
        () => false,
      );
      if (isProved || this.#agent !== agent) return;
      // A socket that slept may look open for minutes.
      await agent.transport.disconnect().catch(() => {});
    }
    if ((this.#state as PhoneState) === 'refused') return;
    this.#retryMs = FIRST_RETRY_MS;
    this.#tryLater(agent);
  }

  async disconnect(): Promise<void> {
    this.#turn += 1;
    const agent = this.#agent;
    const registerer = this.#registerer;
    this.#agent = undefined;
    this.#registerer = undefined;
    this.#giveUp?.();
    clearTimeout(this.#retry);
    globalThis.removeEventListener('online', this.#hurry);
    navigator.mediaDevices?.removeEventListener('devicechange', this.#mend);
    if (!agent) return;
    await Promise.all([...this.#calls].map((call) => call.hangUp().catch(() => {})));
    if (registerer?.state === RegistererState.Registered) await registerer.unregister().catch(() => {});
    // Disposing the registerer twice is an error of sip.js.
    await agent.stop().catch(() => {});
    this.#become('off');
  }

  /** One that connects after it was disconnected would ring, and nobody would hear it. */
  #assertTurn(turn: number): void {
    if (turn !== this.#turn) throw new PhoneError('not-now', 'the phone was disconnected meanwhile');
  }

  #agentOf({ extension, domain, username, password, webSocket }: PhoneCredentials): UserAgent {
    const uri = UserAgent.makeURI(`sip:${extension}@${domain}`);
    if (!uri) throw new PhoneError('refused', `${extension}@${domain} is no address`);
    const agent: UserAgent = new UserAgent({
      uri,
      authorizationUsername: username,
      authorizationPassword: password,
      transportOptions: {
        server: `${this.#server}${webSocket}`,
        keepAliveInterval: KEEP_ALIVE_SECONDS,
        // What it would log holds numbers of callers.
        traceSip: false,
      },
      logBuiltinEnabled: false,
      // A reload closes the socket and nothing else: the PBX holds the caller until the page is back.
      gracefulShutdown: false,
      sessionDescriptionHandlerFactory: descriptionHandlers(() => openMicrophone(this.#devices.microphone)),
      delegate: {
        onInvite: (invitation) => {
          if (this.#calls.size >= MOST_CALLS)
            return void invitation.reject({ statusCode: 486 }).catch(() => {});
          this.#add(invitation);
        },
        onDisconnect: (error) => {
          if (this.#agent !== agent) return;
          // One whose answer went with the connection would refuse to ask again for 32 s (RFC 3261, timer F).
          this.#registerer = this.#registererOf(agent);
          this.#giveUp?.();
          if (error) this.#tryLater(agent);
        },
      },
    });
    return agent;
  }

  #registererOf(agent: UserAgent): Registerer {
    const registerer = new Registerer(agent, { expires: REGISTERED_SECONDS });
    registerer.stateChange.addListener((state) => {
      if (state === RegistererState.Registered && this.#registerer === registerer) this.#become('registered');
    });
    return registerer;
  }

  #add(session: Session): SipCall {
    const call: SipCall = new SipCall(session, {
      microphone: () => this.#devices.microphone,
      speaker: () => this.#devices.speaker,
      changed: () => {
        if (session.state === SessionState.Terminated) this.#calls.delete(call);
        this.#tell();
      },
    });
    this.#calls.add(call);
    this.#tell();
    return call;
  }

  /** Throws PhoneError when the PBX says no, or the connection ends before it has said anything. */
  async #register(agent: UserAgent): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const registerer = this.#registerer;
    const giveUp = () => reject(new PhoneError('unreachable', 'the connection ended'));
    this.#giveUp = giveUp;
    const sent = registerer?.register({
      requestDelegate: {
        onAccept: () => resolve(),
        onReject: ({ message: { statusCode, reasonPhrase } }) => {
          if (this.#registerer !== registerer) return;
          const isRefusal = statusCode === 401 || statusCode === 403 || statusCode === 407;
          if (isRefusal) this.#become('refused');
          else this.#tryLater(agent);
          reject(new PhoneError(isRefusal ? 'refused' : 'unreachable', `${statusCode} ${reasonPhrase}`));
        },
      },
    });
    await Promise.all([sent, promise]);
    if (this.#giveUp === giveUp) this.#giveUp = undefined;
    this.#retryMs = FIRST_RETRY_MS;
    this.#become('registered');
  }

  #tryLater(agent: UserAgent): void {
    if (this.#agent !== agent) return;
    this.#become('reconnecting');
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => void this.#tryAgain(agent), this.#retryMs);
    this.#retryMs = Math.min(2 * this.#retryMs, LAST_RETRY_MS);
  }

  async #tryAgain(agent: UserAgent): Promise<void> {
    if (this.#agent !== agent) return;
    try {
      if (!agent.isConnected()) await agent.reconnect();
      await this.#register(agent);
    } catch {
      if (this.#state !== 'refused') this.#tryLater(agent);
    }
  }

  /** The network is back. */
  readonly #hurry = (): void => {
    const agent = this.#agent;
    if (!agent || this.#state !== 'reconnecting') return;
    clearTimeout(this.#retry);
    void this.#tryAgain(agent);
  };

  readonly #mend = (): void => {
    for (const call of this.#calls) void call.mendDevices().catch(() => {});
  };

  #become(state: PhoneState): void {
    if (this.#state === state) return;
    this.#state = state;
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}
