import type { Clock, Timer } from '../../shared/clock.ts';
import { withDeadline } from '../../shared/deadline.ts';
import { ClosedError, PbxError } from '../../shared/errors.ts';
import { type Subscription, TypedEvents } from '../../shared/events.ts';
import { ControlConnection, FreeswitchRefusedError } from './control-connection.ts';
import { CHANNEL_EVENTS, type FreeswitchServer, type Placed } from './freeswitch-server.ts';
import type { EslEvent, FsmrfEndpoint, SrfDialog } from './fsmrf.ts';

export interface MediaLegEvents {
  /** An event of FreeSWITCH about this channel. */
  event: EslEvent;
  /** A connection broke, and the server has answered since over one that works. */
  reconciled: Record<string, never>;
  /** The channel is gone without our asking. Once, last of all. */
  lost: { readonly error: Error };
}

export interface MediaLegParts {
  readonly clock: Clock;
  /** How long FreeSWITCH may take for SIP and for events that follow a command. */
  readonly commandMs: number;
}

/** After a broken connection these may take `commandMs` each: the question to the server, a new connection, its profile. */
const RECONCILE_STEPS = 3;

/**
 * One channel of FreeSWITCH, an Endpoint of fsmrf: a SIP dialog that carries its SDP and tells its end, and the channel's
 * own connection to us for commands and events. When that breaks, the server's connection takes its place.
 */
export class MediaLeg implements Placed {
  readonly server: FreeswitchServer;
  readonly uuid: string;
  readonly events = new TypedEvents<MediaLegEvents>();
  readonly #parts: MediaLegParts;
  readonly #dialog: SrfDialog;
  /** The channel's own connection. */
  readonly #own: ControlConnection;
  #adopted = false;
  /** The channel is known to be gone; its BYE is waited for. */
  #ending: Timer | undefined;
  #open = true;

  private constructor(
    parts: MediaLegParts,
    server: FreeswitchServer,
    endpoint: FsmrfEndpoint,
    own: ControlConnection,
  ) {
    this.#parts = parts;
    this.server = server;
    this.uuid = endpoint.uuid;
    this.#dialog = endpoint.dialog;
    this.#own = own;
    server.legs.set(this.uuid, this);
    own.follow(this.uuid, (event) => this.take(event));
    own.events.on('closed', () => this.#orphaned());
    this.#dialog.on('destroy', (error) => this.lose(error));
  }

  /** Sets up a channel with an SDP offer; resolves with FreeSWITCH's answer. Throws PbxError, DeadlineError. */
  static async open(
    parts: MediaLegParts,
    server: FreeswitchServer,
    sdp: string,
  ): Promise<{ leg: MediaLeg; answer: string }> {
    const { clock, commandMs } = parts;
    const made = server.createEndpoint(sdp);
    // the INVITE has its own limit; the channel's connection may take as long again
    const endpoint = await withDeadline(clock, 2 * commandMs, 'a channel of FreeSWITCH', made).catch(
      (error) => {
        made.then(({ dialog }) => dialog.destroy()).catch(() => {});
        throw error;
      },
    );
    try {
      if (!endpoint.conn) throw new ClosedError('FreeSWITCH channel');
      const own = new ControlConnection(endpoint.conn, clock, commandMs);
      const leg = new MediaLeg(parts, server, endpoint, own);
      // commands are obeyed in order: nothing needs to wait for these
      own.subscribe(CHANNEL_EVENTS).catch(() => {});
      // fsmrf's own filter takes an id that begins with a sign for "not"
      if (!/^\w/.test(leg.uuid)) own.filter('Unique-ID', leg.uuid).catch(() => {});
      return { leg, answer: endpoint.dialog.remote.sdp };
    } catch (error) {
      await endpoint.dialog.destroy();
      throw error;
    }
  }

  get alive(): boolean {
    return this.#open;
  }

  get adopted(): boolean {
    return this.#adopted;
  }

  /** Gives the channel another far end. Throws what the re-INVITE throws, DeadlineError. */
  async reoffer(sdp: string): Promise<string> {
    return withDeadline(
      this.#parts.clock,
      this.#parts.commandMs,
      're-INVITE to FreeSWITCH',
      this.#dialog.modify(sdp),
    );
  }

  /** Runs `name uuid rest`; a refusal because the channel is unknown means that it is lost. */
  async api(name: string, rest = ''): Promise<string> {
    return this.#noting((control) => control.api(`${name} ${this.uuid} ${rest}`.trimEnd()));
  }

  /**
   * {@link api} for an order that may be obeyed twice. When its connection breaks before the answer, nobody knows whether
   * it was obeyed: it is given once more, over the server's. Not oftener: it may be what FreeSWITCH hangs at.
   */
  async order(name: string, rest = ''): Promise<string> {
    try {
      return await this.api(name, rest);
    } catch (error) {
      if (error instanceof FreeswitchRefusedError || !this.#open) throw error;
      await this.reconciled();
      return this.api(name, rest);
    }
  }

  /** To be asked when a command was lost: resolves when the server answers again, the channel ends, or neither comes. */
  async reconciled(): Promise<void> {
    const limitMs = RECONCILE_STEPS * this.#parts.commandMs;
    await this.#until<void>((done) => this.events.on('reconciled', () => done()), limitMs);
  }

  /**
   * Runs an application; `id` names this run. Resolves with the event of its end, or with undefined after `limitMs`:
   * then it was lost, or the application has not ended. Throws what {@link ControlConnection.execute} throws.
   */
  async run(
    application: string,
    argument: string,
    id: string,
    limitMs: number = this.#parts.commandMs,
  ): Promise<EslEvent | undefined> {
    const ended = this.waitFor(
      (event) =>
        event.getHeader('Event-Name') === 'CHANNEL_EXECUTE_COMPLETE' &&
        event.getHeader('Application-UUID') === id,
      limitMs,
    );
    await this.#noting((control) => control.execute(this.uuid, application, argument, id));
    return ended;
  }

  /**
   * Resolves at the first event that `fits`, or with undefined after `limitMs`: then it was lost (or nothing
   * happened), and the caller asks for the state. Ends early when the channel does.
   */
  waitFor(
    fits: (event: EslEvent) => boolean,
    limitMs: number = this.#parts.commandMs,
  ): Promise<EslEvent | undefined> {
    const listen = (done: (event: EslEvent) => void) =>
      this.events.on('event', (event) => {
        if (fits(event)) done(event);
      });
    return this.#until(listen, limitMs);
  }

  /** Sends it to where it waits for orders. Resolves when it is there, or when that should have been told. */
  async park(): Promise<void> {
    const parked = this.parked();
    await this.order('uuid_transfer', 'park inline');
    await parked;
  }

  /** Resolves when it waits for orders again; with undefined as {@link waitFor}. */
  parked(): Promise<EslEvent | undefined> {
    return this.waitFor((event) => event.getHeader('Event-Name') === 'CHANNEL_PARK');
  }

  take(event: EslEvent): void {
    // the applications of a channel that ends did not end by themselves; the BYE tells
    if (event.getHeader('Answer-State') !== 'hangup') this.events.emit('event', event);
  }

  /** Missed events: whether the channel exists at all is asked here, the rest by those who wait for it. */
  reconcile(): void {
    void this.#stillThere();
    if (this.#adopted) this.server.adopt(this.uuid).catch(() => {});
  }

  lose(error: Error): void {
    if (!this.#open) return;
    // without its SIP side nobody else would end it
    if (error instanceof PbxError && error.code === 'freeswitch-sip-lost') {
      this.server.api(`uuid_kill ${this.uuid}`).catch(() => {});
    }
    this.#end(error);
  }

  /** Hangs up. Idempotent. */
  close(): void {
    if (this.#open) this.#end(new ClosedError('FreeSWITCH channel'));
  }

  #end(error: Error): void {
    this.#open = false;
    this.#ending?.cancel();
    this.server.forget(this.uuid);
    void this.#dialog.destroy();
    this.#own.close();
    this.events.emit('lost', { error });
    this.events.clear();
  }

  /** FreeSWITCH closes the connection of a channel that ends; when it lives, the server's connection takes over. */
  #orphaned(): void {
    if (!this.#open) return;
    this.#adopted = true;
    this.reconcile();
  }

  async #stillThere(): Promise<void> {
    const there = await this.server.api(`uuid_exists ${this.uuid}`).catch(() => undefined);
    // a server that comes back asks for this again
    if (there === undefined) return;
    if (there.trim() === 'false') {
      this.#expectEnd(new PbxError('freeswitch-hangup', 'FreeSWITCH no longer knows the channel'));
    }
    this.events.emit('reconciled', {});
  }

  /** FreeSWITCH forgets a channel before it closes its files; the BYE comes after that. */
  #expectEnd(error: Error): void {
    if (this.#open) this.#ending ??= this.#parts.clock.after(this.#parts.commandMs, () => this.lose(error));
  }

  async #noting<T>(work: (control: ControlConnection) => Promise<T>): Promise<T> {
    if (!this.#open) throw new ClosedError('FreeSWITCH channel');
    try {
      return await work(this.#own.closed ? this.server.control : this.#own);
    } catch (error) {
      if (error instanceof FreeswitchRefusedError && error.unknownChannel) this.#expectEnd(error);
      throw error;
    }
  }
  /** What `listen` finds, or undefined after `limitMs` or when the channel ends. */
  #until<T>(listen: (done: (found?: T) => void) => Subscription, limitMs: number): Promise<T | undefined> {
    return new Promise((resolve) => {
      const done = (found?: T) => {
        timer.cancel();
        for (const subscription of subscriptions) subscription.off();
        resolve(found);
      };
      const timer = this.#parts.clock.after(limitMs, () => done());
      const subscriptions = [listen(done), this.events.on('lost', () => done())];
      if (!this.#open) done();
    });
  }
}
