import type { Clock } from '../../shared/clock.ts';
import { sleep } from '../../shared/deadline.ts';
import { ClosedError, DeadlineError } from '../../shared/errors.ts';
import type { ConferenceMember, ConferenceRole, MediaConference, MediaEndpoint } from '../media.ts';
import { FreeswitchRefusedError } from './control-connection.ts';
import type { FreeswitchEndpoint, Membership } from './freeswitch-endpoint.ts';
import type { RoomPlayer } from './freeswitch-playback.ts';
import type { FreeswitchServer } from './freeswitch-server.ts';
import { type PlaceOn, Tie } from './tie.ts';

const POLL_MS = 20;
/** Who comes in is not heard and hears nobody until it is said who hears whom: a monitor would be heard for a moment. */
const APART = 'flags{mute|deaf}';
const ADMIT = ['unmute', 'undeaf'] as const;
const SPEAKER: ConferenceRole = { kind: 'speaker' };

/** A room of mod_conference. Who hears whom is told by its relations, anew at every change. */
export class FreeswitchConference implements MediaConference, Membership {
  readonly #name: string;
  readonly #clock: Clock;
  readonly #joinMs: number;
  readonly #placeTie: PlaceOn;
  /** By the endpoint that is in the room: the member's own, or the one that stands for it there. */
  readonly #members = new Map<FreeswitchEndpoint, Member>();
  /** Where the room is, or was last. */
  #server: FreeswitchServer | undefined;
  #closed = false;
  /** Joins go one after another: the first says where the room is. */
  #joined: Promise<unknown> = Promise.resolve();
  /** Orders go one after another. */
  #last: Promise<void> = Promise.resolve();

  constructor(name: string, clock: Clock, joinMs: number, placeTie: PlaceOn) {
    this.#name = name;
    this.#clock = clock;
    this.#joinMs = joinMs;
    this.#placeTie = placeTie;
  }

  join(endpoint: MediaEndpoint, role: ConferenceRole = SPEAKER): Promise<ConferenceMember> {
    const joined = this.#joined.then(() => this.#join(endpoint as FreeswitchEndpoint, role));
    this.#joined = joined.catch(() => {});
    return joined;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#joined;
    await Promise.all([...this.#members.values()].map((member) => member.leave()));
  }

  /** The endpoint ended or went elsewhere. */
  async left(endpoint: FreeswitchEndpoint): Promise<void> {
    this.#members.delete(endpoint);
  }

  playerOf(endpoint: FreeswitchEndpoint): RoomPlayer | undefined {
    const number = this.#members.get(endpoint)?.number;
    if (number === undefined) return undefined;
    return {
      play: (source) => this.#command(`play ${source} ${number}`),
      stop: () => this.#inTurn(() => this.#order(`stop all ${number}`)),
    };
  }

  async #join(party: FreeswitchEndpoint, role: ConferenceRole): Promise<ConferenceMember> {
    if (this.#closed) throw new ClosedError('conference');
    const server = this.#place(party);
    const tie = party.leg.server === server ? undefined : await Tie.open(party, server, this.#placeTie);
    const seat = tie?.far ?? party;
    const number = await seat
      .enter(this)
      .then(() => seat.move(() => this.#enter(seat)))
      .catch(async (error: unknown) => {
        await this.#part(seat, tie);
        throw error;
      });
    const member = new Member(party, number, role, {
      order: (...orders) =>
        this.#inTurn(async () => {
          for (const order of orders) await this.#order(order);
        }),
      changed: () => this.#relate(),
      leave: () => this.#part(seat, tie),
    });
    this.#members.set(seat, member);
    await this.#relate();
    await this.#inTurn(async () => {
      for (const order of ADMIT) await this.#order(`${order} ${number}`);
    });
    return member;
  }

  /** The room stays where its members are; with none left it goes to where the next one is. */
  #place(party: FreeswitchEndpoint): FreeswitchServer {
    for (const seat of this.#members.keys()) if (!seat.isOpen) this.#members.delete(seat);
    if (this.#members.size === 0 || !this.#server) this.#server = party.leg.server;
    return this.#server;
  }

  async #enter({ leg }: FreeswitchEndpoint): Promise<string> {
    await leg.api('uuid_setvar', 'conference_member_id');
    await leg.api('uuid_transfer', `conference:${this.#name}@pbx400+${APART} inline`);
    // asked for rather than waited for: an event may get lost
    const giveUpAt = this.#clock.monotonic() + this.#joinMs;
    for (;;) {
      const number = (await leg.api('uuid_getvar', 'conference_member_id')).trim();
      if (/^\d+$/.test(number)) return number;
      if (this.#clock.monotonic() > giveUpAt) throw new DeadlineError('joining a conference', this.#joinMs);
      await sleep(this.#clock, POLL_MS);
    }
  }

  async #part(seat: FreeswitchEndpoint, tie: Tie | undefined): Promise<void> {
    this.#members.delete(seat);
    if (tie) await tie.close();
    else if (seat.leave(this)) await seat.park().catch(() => {});
  }

  #relate(): Promise<void> {
    return this.#inTurn(async () => {
      const members = [...this.#members.values()];
      for (const member of members) {
        for (const other of members) {
          if (other === member) continue;
          await this.#order(
            `relate ${member.number} ${other.number} ${member.reaches(other) ? 'clear' : 'nospeak'}`,
          );
        }
      }
    });
  }

  /** Orders that may be obeyed twice: again from the first, once, when the connection broke under them. Never throws. */
  #inTurn(work: () => Promise<void>): Promise<void> {
    this.#last = this.#last.then(work).catch(async () => {
      await Promise.all([...this.#members.keys()].map(({ leg }) => leg.reconciled()));
      await work().catch(() => {});
    });
    return this.#last;
  }

  /** One that is refused because a member has just left matters to nobody. Throws when there was no answer. */
  async #order(order: string): Promise<void> {
    await this.#command(order).catch((error: unknown) => {
      if (!(error instanceof FreeswitchRefusedError)) throw error;
    });
  }

  async #command(order: string): Promise<void> {
    await this.#server?.api(`conference ${this.#name} ${order}`);
  }
}

interface Room {
  order(...orders: string[]): Promise<void>;
  changed(): Promise<void>;
  leave(): Promise<void>;
}

class Member implements ConferenceMember {
  readonly endpoint: FreeswitchEndpoint;
  readonly number: string;
  readonly #room: Room;
  #role: ConferenceRole;

  constructor(endpoint: FreeswitchEndpoint, number: string, role: ConferenceRole, room: Room) {
    this.endpoint = endpoint;
    this.number = number;
    this.#role = role;
    this.#room = room;
  }

  /** Whether `other` hears what this member says. */
  reaches(other: Member): boolean {
    switch (this.#role.kind) {
      case 'speaker':
        return true;
      case 'monitor':
        return false;
      case 'whisper':
        return this.#role.to === other.endpoint;
    }
  }

  setGain(gain: number): void {
    if (gain <= 0) return void this.#room.order(`mute ${this.number} quiet`);
    void this.#room.order(`unmute ${this.number} quiet`, `volume_in ${this.number} ${volumeLevel(gain)}`);
  }

  setRole(role: ConferenceRole): void {
    this.#role = role;
    void this.#room.changed();
  }

  leave(): Promise<void> {
    return this.#room.leave();
  }
}

/** mod_conference knows nine steps; their factors from -4 to 4. */
const FACTORS = [0.2, 0.4, 0.6, 0.8, 1, 1.3, 2.3, 3.3, 4.3];

/** The step whose factor is nearest. */
function volumeLevel(gain: number): number {
  let best = 0;
  for (const [index, factor] of FACTORS.entries()) {
    if (Math.abs(factor - gain) < Math.abs(FACTORS[best]! - gain)) best = index;
  }
  return best - 4;
}
