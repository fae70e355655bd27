import { ClosedError } from '../../shared/errors.ts';
import type {
  ConferenceMember,
  ConferenceRole,
  MediaBridge,
  MediaConference,
  MediaEndpoint,
} from '../media.ts';

/** An endpoint as the mixes see it. */
export interface NullParty extends MediaEndpoint {
  /** Throws ClosedError when it is closed. */
  checkOpen(): void;
  /** A mix takes the party; the one before lets it go. */
  enter(mix: NullMix): void;
  /** The mix lets it go. */
  exit(mix: NullMix): void;
}

/** What joins endpoints: a bridge or a conference. An endpoint is in one of them at most, the later one takes it. */
export interface NullMix {
  /** Whether what `from` says reaches `to`, as far as the mix decides it. */
  carries(from: NullParty, to: NullParty): boolean;
  /** The endpoint was closed or taken by another mix. */
  drop(endpoint: NullParty): void;
}

export class NullBridge implements MediaBridge, NullMix {
  readonly a: NullParty;
  readonly b: NullParty;
  readonly #onClose: (bridge: NullBridge) => void;
  #open = true;

  constructor(a: NullParty, b: NullParty, onClose: (bridge: NullBridge) => void) {
    this.a = a;
    this.b = b;
    this.#onClose = onClose;
    a.checkOpen();
    b.checkOpen();
    a.enter(this);
    b.enter(this);
  }

  carries(from: NullParty, to: NullParty): boolean {
    const { a, b } = this;
    return this.#open && ((from === a && to === b) || (from === b && to === a));
  }

  drop(): void {
    if (!this.#open) return;
    this.#open = false;
    this.a.exit(this);
    this.b.exit(this);
    this.#onClose(this);
  }

  async close(): Promise<void> {
    this.drop();
  }
}

/** One seat in a conference; its gain and role are kept for tests to look at. */
export class NullConferenceMember implements ConferenceMember {
  readonly endpoint: NullParty;
  role: ConferenceRole;
  gain = 1;
  readonly #conference: NullConference;

  constructor(conference: NullConference, endpoint: NullParty, role: ConferenceRole) {
    this.#conference = conference;
    this.endpoint = endpoint;
    this.role = role;
  }

  setGain(gain: number): void {
    this.gain = gain;
  }

  setRole(role: ConferenceRole): void {
    this.role = role;
  }

  async leave(): Promise<void> {
    this.#conference.drop(this.endpoint);
  }
}

export class NullConference implements MediaConference, NullMix {
  readonly callId: string;
  readonly members = new Map<MediaEndpoint, NullConferenceMember>();
  readonly #onClose: (conference: NullConference) => void;
  #open = true;

  constructor(callId: string, onClose: (conference: NullConference) => void) {
    this.callId = callId;
    this.#onClose = onClose;
  }

  async join(endpoint: MediaEndpoint, role: ConferenceRole = { kind: 'speaker' }): Promise<ConferenceMember> {
    if (!this.#open) throw new ClosedError('conference');
    const joined = endpoint as NullParty;
    joined.checkOpen();
    const member = new NullConferenceMember(this, joined, role);
    joined.enter(this);
    this.members.set(joined, member);
    return member;
  }

  carries(from: NullParty, to: NullParty): boolean {
    const speaker = this.members.get(from);
    if (!speaker || from === to || !this.members.has(to) || speaker.gain === 0) return false;
    if (speaker.role.kind === 'monitor') return false;
    return speaker.role.kind === 'speaker' || speaker.role.to === to;
  }

  drop(endpoint: NullParty): void {
    if (this.members.delete(endpoint)) endpoint.exit(this);
  }

  async close(): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    for (const { endpoint } of [...this.members.values()]) this.drop(endpoint);
    this.#onClose(this);
  }
}
