import type { Clock } from '../../shared/clock.ts';
import { sleep } from '../../shared/deadline.ts';
import { ClosedError, DeadlineError } from '../../shared/errors.ts';
import type { ConferenceMember, ConferenceRole, MediaConference, MediaEndpoint } from '../media.ts';
import type { FreeswitchEndpoint, Membership } from './freeswitch-endpoint.ts';
import type { RoomPlayer } from './freeswitch-playback.ts';
import type { FreeswitchServer } from './freeswitch-server.ts';
import { type PlaceOn, Tie } from './tie.ts';

const POLL_MS = 20;
const SPEAKER: ConferenceRole = { kind: 'speaker' };

/** A room of mod_conference. Who hears whom is told by its relations, anew at every change. */
export class FreeswitchConference implements MediaConference, Membership {
  readonly #name: string;
  readonly #clock: Clock;
  readonly #joinMs: number;
  readonly #placeTie: PlaceOn;
  /** By the endpoint that is in the room: the member's own, or the one that stands for it there. */
  readonly #members = new Map<FreeswitchEndpoint, Member>();
  /** The server of the first member: the room is there. */
  #server: FreeswitchServer | undefined;
  #closed = false;
  #last: Promise<unknown> = Promise.resolve();

  constructor(name: string, clock: Clock, joinMs: number, placeTie: PlaceOn) {
    this.#name = name;
    this.#clock = clock;
    this.#joinMs = joinMs;
    this.#placeTie = placeTie;
  }

  async join(endpoint: MediaEndpoint, role: ConferenceRole = SPEAKER): Promise<ConferenceMember> {
    if (this.#closed) throw new ClosedError('conference');
    const party = endpoint as FreeswitchEndpoint;
    this.#server ??= party.leg.server;
    const tie =
      party.leg.server === this.#server ? undefined : await Tie.open(party, this.#server, this.#placeTie);
    const seat = tie?.far ?? party;
    const number = await seat
      .enter(this)
      .then(() => seat.move(() => this.#enter(seat)))
      .catch(async (error: unknown) => {
        await tie?.close();
        throw error;
      });
    const member = new Member(party, number, role, {
      command: (order) => this.command(order),
      changed: () => this.#relate(),
      leave: () => this.#part(seat, tie),
    });
    this.#members.set(seat, member);
    await this.#relate();
    return member;
  }

  async close(): Promise<void> {
    this.#closed = true;
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
      play: async (source) =>
        void (await this.#server?.api(`conference ${this.#name} play ${source} ${number}`)),
      stop: () => this.command(`stop all ${number}`),
    };
  }

  /** An order for the room; one that fails because a member has just left matters to nobody. */
  async command(order: string): Promise<void> {
    await this.#server?.api(`conference ${this.#name} ${order}`).catch(() => {});
  }

  async #enter({ leg }: FreeswitchEndpoint): Promise<string> {
    await leg.api('uuid_setvar', 'conference_member_id');
    await leg.api('uuid_transfer', `conference:${this.#name}@pbx400 inline`);
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
    const turn = this.#last.then(async () => {
      const members = [...this.#members.values()];
      for (const member of members) {
        for (const other of members) {
          if (other === member) continue;
          await this.command(
            `relate ${member.number} ${other.number} ${member.reaches(other) ? 'clear' : 'nospeak'}`,
          );
        }
      }
    });
    this.#last = turn;
    return turn;
  }
}

interface Room {
  command(order: string): Promise<void>;
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
    if (gain <= 0) return void this.#room.command(`mute ${this.number} quiet`);
    void this.#room.command(`unmute ${this.number} quiet`);
    void this.#room.command(`volume_in ${this.number} ${volumeLevel(gain)}`);
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
