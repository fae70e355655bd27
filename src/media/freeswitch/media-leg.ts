import type { OutboundLeg, SipEdge } from '../../edge/edge.ts';
import type { Clock } from '../../shared/clock.ts';
import { withDeadline } from '../../shared/deadline.ts';
import { asError, ClosedError, PbxError } from '../../shared/errors.ts';
import { TypedEvents } from '../../shared/events.ts';
import { FreeswitchRefusedError } from './event-socket.ts';
import type { FreeswitchServer, Placed } from './freeswitch-server.ts';

/** The side of SipEdge that FreeSWITCH is reached by. */
export type SipSide = Pick<SipEdge, 'call'>;

export interface MediaLegEvents {
  /** An event of FreeSWITCH about this channel. */
  event: ReadonlyMap<string, string>;
  /** Events may have been missed. */
  reconcile: Record<string, never>;
  /** The channel is gone without our asking. Once, last of all. */
  lost: { readonly error: Error };
}

export interface MediaLegParts {
  readonly clock: Clock;
  readonly sip: SipSide;
  /** How long FreeSWITCH may take for SIP and for events that follow a command. */
  readonly commandMs: number;
}

/**
 * One channel of FreeSWITCH: a SIP dialog that carries its SDP and tells its end, and commands over the event socket.
 * The profile takes the Call-ID for the uuid, so both name the same thing without an event that could get lost.
 */
export class MediaLeg implements Placed {
  readonly server: FreeswitchServer;
  readonly uuid: string;
  readonly events = new TypedEvents<MediaLegEvents>();
  readonly #parts: MediaLegParts;
  readonly #dialog: OutboundLeg;
  #open = true;

  private constructor(parts: MediaLegParts, server: FreeswitchServer, dialog: OutboundLeg) {
    this.#parts = parts;
    this.server = server;
    this.#dialog = dialog;
    this.uuid = dialog.sipCallId;
    server.legs.set(this.uuid, this);
    dialog.events.on('ended', () =>
      this.lose(new PbxError('freeswitch-hangup', 'FreeSWITCH ended the channel')),
    );
  }

  /** Sets up a channel with an SDP offer; resolves with FreeSWITCH's answer. Throws PbxError, DeadlineError. */
  static async open(
    parts: MediaLegParts,
    server: FreeswitchServer,
    sdp: string,
  ): Promise<{ leg: MediaLeg; answer: string }> {
    const dialog = parts.sip.call({ uri: server.sipUri, from: { uri: 'sip:pbx400@pbx400.invalid' }, sdp });
    const answered = new Promise<string>((resolve, reject) => {
      dialog.events.once('answered', (fact) => resolve(fact.sdp ?? ''));
      dialog.events.once('ended', ({ status, cause }) =>
        reject(new PbxError('freeswitch-sip', `FreeSWITCH ${server.name} took no call: ${status ?? cause}`)),
      );
    });
    try {
      const answer = await withDeadline(parts.clock, parts.commandMs, 'INVITE to FreeSWITCH', answered);
      return { leg: new MediaLeg(parts, server, dialog), answer };
    } catch (error) {
      dialog.end({ cause: 'failure' });
      throw error;
    }
  }

  get alive(): boolean {
    return this.#open;
  }

  /** Gives the channel another far end. Throws what the re-INVITE throws, DeadlineError. */
  async reoffer(sdp: string): Promise<string> {
    return withDeadline(
      this.#parts.clock,
      this.#parts.commandMs,
      're-INVITE to FreeSWITCH',
      this.#dialog.reoffer(sdp),
    );
  }

  /** Runs `name uuid rest`; a refusal because the channel is unknown means that it is lost. */
  async api(name: string, rest = ''): Promise<string> {
    return this.#noting(() => this.server.api(`${name} ${this.uuid} ${rest}`.trimEnd()));
  }

  async execute(application: string, argument?: string, eventId?: string): Promise<void> {
    await this.#noting(() => this.server.execute(this.uuid, application, argument, eventId));
  }

  /**
   * Resolves at the first event that `fits`, or with undefined after `limitMs`: then it was lost (or nothing
   * happened), and the caller asks for the state. Ends early when the channel does.
   */
  waitFor(
    fits: (event: ReadonlyMap<string, string>) => boolean,
    limitMs: number = this.#parts.commandMs,
  ): Promise<ReadonlyMap<string, string> | undefined> {
    return new Promise((resolve) => {
      const done = (event?: ReadonlyMap<string, string>) => {
        timer.cancel();
        for (const off of offs) off();
        resolve(event);
      };
      const timer = this.#parts.clock.after(limitMs, () => done());
      const offs = [
        this.events.on('event', (event) => {
          if (fits(event)) done(event);
        }),
        this.events.on('lost', () => done()),
      ];
      if (!this.#open) done();
    });
  }

  take(event: ReadonlyMap<string, string>): void {
    this.events.emit('event', event);
  }

  /** Missed events: whether the channel exists at all is asked here, the rest by those who wait for it. */
  reconcile(): void {
    void this.#stillThere();
    this.events.emit('reconcile', {});
  }

  lose(error: Error): void {
    if (!this.#open) return;
    this.#end();
    this.events.emit('lost', { error });
    this.events.clear();
  }

  /** Hangs up. Idempotent. */
  close(): void {
    if (!this.#open) return;
    this.#end();
    this.events.emit('lost', { error: new ClosedError('FreeSWITCH channel') });
    this.events.clear();
  }

  #end(): void {
    this.#open = false;
    this.server.legs.delete(this.uuid);
    this.#dialog.end({ cause: 'normal' });
  }

  async #stillThere(): Promise<void> {
    const there = await this.server.api(`uuid_exists ${this.uuid}`).catch(() => 'true');
    if (there.trim() === 'false') {
      this.lose(new PbxError('freeswitch-hangup', 'FreeSWITCH no longer knows the channel'));
    }
  }

  async #noting<T>(work: () => Promise<T>): Promise<T> {
    if (!this.#open) throw new ClosedError('FreeSWITCH channel');
    try {
      return await work();
    } catch (error) {
      if (error instanceof FreeswitchRefusedError && error.unknownChannel) this.lose(asError(error));
      throw error;
    }
  }
}
