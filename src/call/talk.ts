import type { ReferRequest } from '../edge/edge.ts';
import type { MediaBridge, Playback } from '../media/media.ts';
import type { Call, Conversation } from './call.ts';
import type { Directory, PartyName } from './destination.ts';
import type { Leg } from './leg.ts';
import { type Transfer, transferTo } from './transfer.ts';

/** Records a talk; the recording room stands behind it. */
export interface TalkRecorder {
  /** Starts at once; what goes wrong is noted in the call's record and never thrown. */
  start(call: Call): { stop(): void };
}

export interface TalkOptions {
  /** What the first partner is. */
  readonly kind: PartyName['kind'];
  readonly recorder: TalkRecorder | undefined;
  /** Where transfers go. */
  readonly directory: Directory;
}

export interface TalkOutcome {
  readonly by: 'target' | 'engine';
  readonly talkMs: number;
}

/** Why a partner's part of the talk is over. */
type Turn =
  | { readonly kind: 'caller' }
  | { readonly kind: 'target' | 'engine' }
  | { readonly kind: 'given-away' }
  | { readonly kind: 'replaced'; readonly partner: Leg; readonly who: PartyName };

/**
 * Connects the caller with an answered leg until one of them hangs up; the leg may hand him over to somebody
 * else meanwhile. Resolves when the other side left and the caller is still there; rejects with ClosedError
 * when the caller hung up.
 */
export function talk(call: Call, leg: Leg, options: TalkOptions): Promise<TalkOutcome> {
  return new Talk(call, options).run(leg);
}

/** One conversation of a caller, with one partner after the other. */
export class Talk implements Conversation {
  readonly call: Call;
  readonly #options: TalkOptions;
  #partner: Leg | undefined;
  #who: PartyName | undefined;
  #turn: ((turn: Turn) => void) | undefined;
  #transfer: Transfer | undefined;
  #ringback: Playback | undefined;

  constructor(call: Call, options: TalkOptions) {
    this.call = call;
    this.#options = options;
  }

  async run(first: Leg): Promise<TalkOutcome> {
    const { call } = this;
    call.assertOpen();
    const startedAt = call.now();
    let partner = first;
    let who: PartyName = { name: first.name, kind: this.#options.kind };
    let recording: { stop(): void } | undefined;
    call.context.calls.enter(call.caller.sip, this);
    try {
      while (true) {
        const bridge = await this.#join(partner);
        if (!bridge) return { by: 'target', talkMs: call.now() - startedAt };
        recording ??= this.#options.recorder?.start(call);
        const turn = await this.#with(partner, who, bridge);
        await this.#part(partner, who, turn, bridge);
        if (turn.kind === 'replaced') {
          ({ partner, who } = turn);
          continue;
        }
        if (turn.kind === 'given-away') call.end('transferred', 'target');
        call.assertOpen();
        const by = turn.kind === 'engine' ? 'engine' : 'target';
        return { by, talkMs: call.now() - startedAt };
      }
    } finally {
      recording?.stop();
      call.context.calls.leave(call.caller.sip);
      this.#transfer?.abandon();
      call.caller.forgetDigits();
    }
  }

  /** Somebody takes the partner's place (INVITE with Replaces, a transfer that was answered). */
  replacePartner(leg: Leg, who: PartyName): void {
    if (this.#turn) this.#turn({ kind: 'replaced', partner: leg, who });
    else leg.sip.end({ cause: 'normal' });
  }

  /** What the record of this call names who is at a number. */
  partyAt(number: string): PartyName {
    return this.#options.directory.party(number, this.call.arrival.tenantId);
  }

  /** Hands the partner over to another call; this one ends. Undefined when there is none to give. */
  giveAwayPartner(): { leg: Leg; who: PartyName } | undefined {
    const leg = this.#partner;
    const who = this.#who;
    if (!leg || !who || !this.#turn) return undefined;
    this.call.detach(leg);
    this.#turn({ kind: 'given-away' });
    return { leg, who: who.kind === 'extension' ? this.partyAt(who.name) : who };
  }

  /** Undefined when the partner has gone meanwhile. */
  async #join(partner: Leg): Promise<MediaBridge | undefined> {
    const { call } = this;
    const gone = () => partner.sip.state === 'ended';
    if (gone()) return undefined;
    try {
      return await call.context.media.bridge(call.caller.media, partner.media);
    } catch (error) {
      call.assertOpen();
      if (gone()) return undefined;
      throw error;
    }
  }

  /** Waits for the end of one partner's part. */
  async #with(partner: Leg, who: PartyName, bridge: MediaBridge): Promise<Turn> {
    const { call } = this;
    call.segment('talk', who.name);
    call.note('connected', { target: who.name, kind: who.kind });
    this.#partner = partner;
    this.#who = who;
    call.context.calls.enter(partner.sip, this);
    partner.sip.delegate = { ...partner.sip.delegate, onRefer: (refer) => this.#onRefer(partner, refer) };
    let offLeg = () => {};
    let offCall = () => {};
    const turn = await new Promise<Turn>((resolve) => {
      // The first to act decides: what happens before the flow goes on changes nothing any more.
      this.#turn = (first) => {
        this.#turn = undefined;
        offLeg();
        offCall();
        resolve(first);
      };
      offLeg = partner.sip.events.once('ended', (ending) =>
        this.#partnerLeft(ending.by === 'remote' || partner.hungUpByTone ? 'target' : 'engine'),
      );
      offCall = call.onEnd(() => {
        // At once, not when the flow has unwound: the record must have it before the end of the call.
        call.note('disconnected', { target: who.name, by: 'caller' });
        call.finish(bridge.close());
        this.#turn?.({ kind: 'caller' });
      });
      if (partner.sip.state === 'ended') this.#partnerLeft('target');
    });
    call.context.calls.leave(partner.sip);
    this.#partner = undefined;
    this.#ringback?.stop();
    this.#ringback = undefined;
    return turn;
  }

  /** Takes leave of a partner while the caller stays: what his own end asks for has been done by then. */
  async #part(partner: Leg, who: PartyName, { kind }: Turn, bridge: MediaBridge): Promise<void> {
    if (kind === 'caller') return;
    this.call.note('disconnected', { target: who.name, by: kind === 'engine' ? 'engine' : 'target' });
    if (kind !== 'given-away') partner.sip.end({ cause: 'normal' });
    await bridge.close();
  }

  /** A phone may hang up right after its REFER was accepted: the caller then waits for the transfer. */
  #partnerLeft(by: 'target' | 'engine'): void {
    if (!this.#transfer) {
      this.#turn?.({ kind: by });
      return;
    }
    this.call.segment('ring', this.#transfer.to);
    this.#ringback = this.call.caller.media.play([{ tone: 'ringback' }], {
      repeat: Number.POSITIVE_INFINITY,
    });
  }

  #onRefer(partner: Leg, refer: ReferRequest): void {
    if (this.#transfer) return refer.refuse(491);
    const consulted = refer.replaces && this.call.context.calls.talkOf(refer.replaces);
    if (consulted) {
      // RFC 5589 7: attended transfer; the consultation's partner becomes ours.
      const given = consulted.giveAwayPartner();
      if (!given) return refer.refuse(481);
      refer.accept();
      refer.progress(200);
      this.call.adopt(given.leg);
      return this.replacePartner(given.leg, given.who);
    }
    refer.accept();
    const { user } = refer.target;
    const who = this.partyAt(user);
    this.call.note('step', { step: 'transfer', why: `${partner.name} sends the caller to ${who.name}` });
    const transfer = transferTo(this.call, this.#options.directory, user, who);
    this.#transfer = transfer;
    void transfer.done.then((leg) => {
      this.#transfer = undefined;
      refer.progress(leg ? 200 : 480);
      if (leg) this.replacePartner(leg, who);
      else if (partner.sip.state === 'ended') this.#turn?.({ kind: 'target' });
    });
  }
}
