import { ClosedError } from '../../shared/errors.ts';
import type { ConferenceMember, ConferenceRole, MediaConference, MediaEndpoint } from '../media.ts';
import type { EmbeddedEndpoint } from './embedded-endpoint.ts';
import type { Handle, MemberRole } from './protocol.ts';
import { TieLine } from './tie-line.ts';
import type { WorkerLink } from './worker-link.ts';

/** A mix in the worker of its first member; members that live elsewhere come over a tie line. */
export class EmbeddedConference implements MediaConference {
  readonly #nextHandle: () => Handle;
  readonly #handle: Handle;
  readonly #members = new Map<EmbeddedEndpoint, EmbeddedMember>();
  #link: WorkerLink | undefined;
  #closed = false;

  constructor(nextHandle: () => Handle) {
    this.#nextHandle = nextHandle;
    this.#handle = nextHandle();
  }

  async join(endpoint: MediaEndpoint, role: ConferenceRole = { kind: 'speaker' }): Promise<ConferenceMember> {
    const party = endpoint as EmbeddedEndpoint;
    if (this.#closed) throw new ClosedError('conference');
    if (party.closed) throw new ClosedError('media endpoint');
    this.#link ??= party.place.link;
    const link = this.#link;
    const tie =
      party.place.link === link ? undefined : await TieLine.open(this.#nextHandle, link, party.place.link);
    if (this.#closed || party.closed) {
      await tie?.close();
      throw new ClosedError(this.#closed ? 'conference' : 'media endpoint');
    }
    const member = new EmbeddedMember(this, party, link, tie);
    this.#members.set(party, member);
    member.setRole(role);
    return member;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#members.values()].map((member) => member.leave()));
  }

  get handle(): Handle {
    return this.#handle;
  }

  /** The leg that stands for a party in the mix; -1, which is none, when it is no member. */
  legOf(party: EmbeddedEndpoint): Handle {
    return this.#members.get(party)?.leg ?? -1;
  }

  forget(party: EmbeddedEndpoint, member: EmbeddedMember): void {
    if (this.#members.get(party) === member) this.#members.delete(party);
  }
}

class EmbeddedMember implements ConferenceMember {
  /** What takes part in the mix: the party's leg, or the near end of its tie line. */
  readonly leg: Handle;
  readonly #conference: EmbeddedConference;
  readonly #party: EmbeddedEndpoint;
  readonly #link: WorkerLink;
  readonly #tie: TieLine | undefined;
  #role: ConferenceRole = { kind: 'speaker' };
  #gain = 1;
  #leaving: Promise<void> | undefined;

  constructor(
    conference: EmbeddedConference,
    party: EmbeddedEndpoint,
    link: WorkerLink,
    tie: TieLine | undefined,
  ) {
    this.#conference = conference;
    this.#party = party;
    this.#link = link;
    this.#tie = tie;
    this.leg = tie?.near.handle ?? party.place.handle;
    party.enter(this);
    if (tie) this.#orderTie('bridge', tie);
  }

  setGain(gain: number): void {
    this.#gain = gain;
    this.#apply();
  }

  setRole(role: ConferenceRole): void {
    this.#role = role;
    this.#apply();
  }

  leave(): Promise<void> {
    this.#leaving ??= this.#leave();
    return this.#leaving;
  }

  /** The party was taken elsewhere or ended. */
  close(): Promise<void> {
    return this.leave();
  }

  async #leave(): Promise<void> {
    this.#party.exit(this);
    this.#conference.forget(this.#party, this);
    this.#link.order({ do: 'leave', conference: this.#conference.handle, endpoint: this.leg });
    if (!this.#tie) return;
    this.#orderTie('unbridge', this.#tie);
    await this.#tie.close();
  }

  #orderTie(what: 'bridge' | 'unbridge', { far }: TieLine): void {
    far.link.order({ do: what, a: this.#party.place.handle, b: far.handle });
  }

  #apply(): void {
    if (this.#leaving) return;
    this.#link.order({
      do: 'join',
      conference: this.#conference.handle,
      endpoint: this.leg,
      role: this.#memberRole(),
      gain: this.#gain,
    });
  }

  #memberRole(): MemberRole {
    const role = this.#role;
    if (role.kind !== 'whisper') return role;
    return { kind: 'whisper', to: this.#conference.legOf(role.to as EmbeddedEndpoint) };
  }
}
