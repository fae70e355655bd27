import { ClosedError } from '../../shared/errors.ts';
import type {
  ConferenceMember,
  ConferenceRole,
  MediaBridge,
  MediaConference,
  MediaEndpoint,
} from '../media.ts';
import type { EmbeddedEndpoint } from './embedded-endpoint.ts';
import type { Handle, MemberRole } from './protocol.ts';

/** Two legs of one worker that hear each other. */
export class EmbeddedBridge implements MediaBridge {
  readonly #a: EmbeddedEndpoint;
  readonly #b: EmbeddedEndpoint;

  constructor(a: EmbeddedEndpoint, b: EmbeddedEndpoint) {
    this.#a = a;
    this.#b = b;
    a.place.link.order({ do: 'bridge', a: a.place.handle, b: b.place.handle });
  }

  async close(): Promise<void> {
    this.#a.place.link.order({ do: 'unbridge', a: this.#a.place.handle, b: this.#b.place.handle });
  }
}

/** A mix in the worker of its first member. */
export class EmbeddedConference implements MediaConference {
  readonly #handle: Handle;
  readonly #members = new Map<EmbeddedEndpoint, EmbeddedMember>();
  #closed = false;

  constructor(handle: Handle) {
    this.#handle = handle;
  }

  async join(endpoint: MediaEndpoint, role: ConferenceRole = { kind: 'speaker' }): Promise<ConferenceMember> {
    if (this.#closed) throw new ClosedError('conference');
    const party = endpoint as EmbeddedEndpoint;
    if (party.closed) throw new ClosedError('media endpoint');
    const member = new EmbeddedMember(this.#handle, party, role, () => this.#members.delete(party));
    this.#members.set(party, member);
    return member;
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const member of this.#members.values()) await member.leave();
  }
}

class EmbeddedMember implements ConferenceMember {
  readonly #conference: Handle;
  readonly #endpoint: EmbeddedEndpoint;
  readonly #onLeft: () => void;
  readonly #forget: () => void;
  #role: ConferenceRole;
  #gain = 1;
  #left = false;

  constructor(conference: Handle, endpoint: EmbeddedEndpoint, role: ConferenceRole, onLeft: () => void) {
    this.#conference = conference;
    this.#endpoint = endpoint;
    this.#role = role;
    this.#onLeft = onLeft;
    this.#forget = endpoint.whenEnded(() => void this.leave());
    this.#apply();
  }

  setGain(gain: number): void {
    this.#gain = gain;
    this.#apply();
  }

  setRole(role: ConferenceRole): void {
    this.#role = role;
    this.#apply();
  }

  async leave(): Promise<void> {
    if (this.#left) return;
    this.#left = true;
    this.#forget();
    const { link, handle: endpoint } = this.#endpoint.place;
    link.order({ do: 'leave', conference: this.#conference, endpoint });
    this.#onLeft();
  }

  #apply(): void {
    if (this.#left) return;
    const { link, handle: endpoint } = this.#endpoint.place;
    link.order({
      do: 'join',
      conference: this.#conference,
      endpoint,
      role: memberRole(this.#role),
      gain: this.#gain,
    });
  }
}

function memberRole(role: ConferenceRole): MemberRole {
  if (role.kind !== 'whisper') return role;
  return { kind: 'whisper', to: (role.to as EmbeddedEndpoint).place.handle };
}
