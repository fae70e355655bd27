import type { Call } from '../call/call.ts';
import type { PlaceFact } from '../call/calls.ts';
import type { Leg } from '../call/leg.ts';
import { monitor } from '../call/monitor.ts';
import type { Monitoring } from '../call/monitoring.ts';
import type { Talk } from '../call/talk.ts';
import type { Subscription } from '../shared/events.ts';
import type { AtDesk, Place } from './at-desk.ts';
import type { SupervisionMode } from './desk-events.ts';

/** What the one who keeps it is told. */
export interface SupervisionListener {
  /** A key was pressed at the supervisor's phone. */
  onKey(digit: string): void;
  /** It is over; told once. */
  onOver(): void;
}

/**
 * A supervisor's phone follows an agent: into the talk that he is in, out of it with him, into his next one, until the supervisor
 * ends it. The phone's leg has a call of its own, which has no caller: so it can go from talk to talk.
 */
export class Supervision {
  readonly call: Call;
  readonly #leg: Leg;
  readonly #listener: SupervisionListener;
  readonly #subscriptions: readonly Subscription[];
  #of: AtDesk;
  #mode: SupervisionMode;
  /** The talk that he takes part in, and the agent's leg there. */
  #place: Place | undefined;
  /** One move after the other: a leg is never in two mixes. */
  #moves: Promise<void> = Promise.resolve();
  #isOver = false;

  /** `leg`: the supervisor's, answered, in `call`. */
  constructor(call: Call, leg: Leg, of: AtDesk, mode: SupervisionMode, listener: SupervisionListener) {
    this.call = call;
    this.#leg = leg;
    this.#of = of;
    this.#mode = mode;
    this.#listener = listener;
    const { events } = of.parts.calls;
    const onPlace = (fact: PlaceFact) => {
      if (fact.talk.call.arrival.tenantId === of.tenant) void this.#follow();
    };
    this.#subscriptions = [
      events.on('placeTaken', onPlace),
      events.on('placeLeft', onPlace),
      leg.sip.events.once('ended', () => this.end()),
      call.onEnd(() => this.end()),
    ];
    leg.listen((digit) => listener.onKey(digit));
  }

  /** Whom he follows. */
  get of(): AtDesk {
    return this.#of;
  }

  get mode(): SupervisionMode {
    return this.#mode;
  }

  /** The agent's call that he takes part in now; undefined: the agent talks with nobody. */
  get heard(): Call | undefined {
    return this.#place?.talk.call;
  }

  /** Takes part otherwise, or follows another agent; his phone says how. Resolves when it is so. */
  async watch(of: AtDesk, mode: SupervisionMode): Promise<void> {
    this.#of = of;
    this.#mode = mode;
    await this.#follow(true);
    this.say(`supervision-${mode}`);
  }

  /** His phone says it. */
  say(prompt: string): void {
    const { parts, tenant } = this.#of;
    if (!this.#isOver) this.#leg.media.play(parts.promptItems(tenant, [prompt], this.call.speech));
  }

  /** He hangs up. Idempotent. */
  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    for (const subscription of this.#subscriptions) subscription.off();
    this.#leg.listen(undefined);
    void this.#queue(() => this.#leave());
    this.call.end('normal');
    this.#listener.onOver();
  }

  /** It is over, and the supervisor's leg goes to another call. */
  async giveLegTo(call: Call): Promise<Leg> {
    const leg = this.#leg;
    await this.#queue(() => this.#leave());
    this.call.detach(leg);
    call.adopt(leg);
    this.end();
    return leg;
  }

  /** The agent has come into a talk or left one: he is looked for when the talk has settled. */
  #follow(isChanged = false): Promise<void> {
    return this.#queue(async () => {
      if (this.#isOver) return;
      const { place } = this.#of;
      const isSame = place?.talk === this.#place?.talk && place?.leg === this.#place?.leg;
      if (isSame && !isChanged) return;
      if (place?.talk !== this.#place?.talk) await this.#leave();
      if (place && !this.#isOver) await this.#enter(place);
    });
  }

  async #enter(place: Place): Promise<void> {
    const { talk, leg: agent } = place;
    try {
      await monitor(talk, this.#leg, monitoringOf(this.#mode, agent));
      this.#place = place;
    } catch (err) {
      // the talk was over before it could be
      this.call.log.info({ err, agent: this.#of.id }, 'a supervisor could not follow into a talk');
    }
  }

  async #leave(): Promise<void> {
    const talk = this.#place?.talk;
    this.#place = undefined;
    if (talk) await leaveTalk(talk, this.#leg);
  }

  #queue(move: () => Promise<void>): Promise<void> {
    this.#moves = this.#moves.then(move).catch((err: unknown) => {
      this.call.log.error({ err }, 'a supervisor could not be moved');
    });
    return this.#moves;
  }
}

function monitoringOf(mode: SupervisionMode, agent: Leg): Monitoring {
  return mode === 'whisper' ? { mode, to: agent } : { mode };
}

/** A talk that is over takes its mix down by itself. */
function leaveTalk(talk: Talk, leg: Leg): Promise<void> {
  return talk.state === 'over' ? talk.media.close() : talk.setMonitor(leg, undefined);
}
