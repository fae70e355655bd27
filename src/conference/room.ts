import type { PartyName } from '../call/arrival.ts';
import type { Call } from '../call/call.ts';
import { TalkRecording } from '../call/record.ts';
import { TalkMedia } from '../call/talk-media.ts';
import type { Conference } from '../provisioning/kind/conference.ts';
import type { Timer } from '../shared/clock.ts';
import { asError } from '../shared/errors.ts';
import type { ConferenceParts } from './conference-parts.ts';
import { isSilent, wiringOf } from './hearing.ts';
import { Invitation } from './invitation.ts';
import type { Command } from './keys.ts';
import { Member } from './member.ts';

/** Where nobody talks with anybody for so long it is over: a receiver beside its phone must not keep a line for ever. */
const LONELY_MS = 1_800_000;

const NOBODY = new Map<never, never>();

/** A room (会议室) as long as somebody is in it: who hears whom, and what its hosts have done with it. */
export class Room {
  readonly #parts: ConferenceParts;
  /** As it was when the first came in. */
  readonly #settings: Conference;
  readonly #onOver: () => void;
  readonly #media: TalkMedia;
  readonly #invitations = new Set<Invitation>();
  #members: readonly Member[] = [];
  #isLocked = false;
  /** A host has muted all members. */
  #isQuiet = false;
  #isOver = false;
  #recording: { readonly at: Member; readonly running: TalkRecording } | undefined;
  #lonely: Timer | undefined;

  /** `onOver`: nobody comes in any more. */
  constructor(parts: ConferenceParts, settings: Conference, onOver: () => void) {
    this.#parts = parts;
    this.#settings = settings;
    this.#onOver = onOver;
    this.#media = new TalkMedia(parts.media, parts.ids.token(), parts.music);
  }

  /** Why somebody may not come in; undefined: he may. */
  refusal(isHost: boolean): 'full' | 'locked' | undefined {
    if (this.#isLocked && !isHost) return 'locked';
    return this.#isFull ? 'full' : undefined;
  }

  /**
   * The caller is in the room. Resolves when his part is over and he is still there: a host has ended it, or nobody came. Rejects
   * with ClosedError when he hangs up.
   */
  async attend(call: Call, isHost: boolean): Promise<void> {
    call.assertOpen();
    if (this.#isOver) return;
    const member: Member = new Member(call, this.#whoIs(call), isHost, {
      onHold: () => void this.#wire(),
      onCommand: (command) => this.#do(member, command),
    });
    this.#enter(member);
    const gone = call.onEnd(() => this.#leave(member, 'caller'));
    try {
      await member.stay;
    } finally {
      gone.off();
      this.#leave(member, 'engine');
    }
    call.assertOpen();
  }

  /** All hear that it is over, and their parts are. Idempotent. */
  async end(why: string): Promise<void> {
    if (this.#isOver) return;
    this.#over();
    for (const { call } of this.#members) this.#note(call, why);
    void this.#wire();
    await this.#announce('conference-ended', this.#members);
    for (const member of this.#members) member.free();
  }

  get #number(): string {
    return this.#settings.number;
  }

  /** Who is rung has his place. */
  get #isFull(): boolean {
    return this.#members.length + this.#invitations.size >= this.#settings.maxMembers;
  }

  #over(): void {
    this.#isOver = true;
    for (const invitation of this.#invitations) invitation.withdraw();
    this.#onOver();
  }

  #enter(member: Member): void {
    const { call } = member;
    const others = this.#members;
    this.#members = [...others, member];
    for (const other of others) {
      other.meets(member);
      member.meets(other);
    }
    const party = { target: this.#number, kind: 'conference' } as const;
    call.note('joined', { ...party, reason: 'conference', by: '', fromCall: undefined });
    call.note('connected', party);
    this.#note(call, `${member.isHost ? 'a host' : 'a member'} comes, ${this.#members.length} are in it`);
    void this.#wire();
    if (this.#waitsForHost) this.#tell('conference-wait', member);
    else if (others.length === 0) this.#tell('conference-first', member);
    else if (this.#settings.announce) this.#tell('conference-joined', ...others);
    if (this.#isQuiet && !member.isHost) this.#tell('conference-all-muted', member);
  }

  #leave(member: Member, by: 'caller' | 'engine'): void {
    if (!this.#members.includes(member)) return;
    this.#members = this.#members.filter((other) => other !== member);
    member.leave(this.#number, by);
    member.call.finish(this.#wire());
    if (this.#members.length === 0) {
      if (!this.#isOver) this.#over();
      member.call.finish(this.#media.close());
    } else if (!this.#isOver) {
      if (member.isHost && this.#waitsForHost) this.#tell('conference-wait', ...this.#members);
      else if (this.#settings.announce) this.#tell('conference-left', ...this.#members);
    }
  }

  get #waitsForHost(): boolean {
    return this.#settings.waitForHost && !this.#members.some(({ isHost }) => isHost);
  }

  /** All that follows from who is there: who hears whom, records, recording. */
  #wire(): Promise<void> {
    const seats = this.#isOver ? [] : this.#members;
    const { talkers, waiting } = wiringOf(seats, this.#settings.waitForHost);
    for (const member of seats) {
      if (talkers.includes(member)) member.call.segment('conference', this.#number);
      else member.call.segment('hold', `conference ${this.#number}`);
      member.silence(isSilent(member, this.#isQuiet));
    }
    this.#record(talkers);
    this.#watchLonely(talkers.length === 0 && seats.length > 0);
    const done = this.#media.set({
      talkers: talkers.map(({ leg }) => leg),
      waiting: waiting.map(([{ leg }, hears]) => [leg, hears] as const),
      monitors: NOBODY,
    });
    done.catch((error: unknown) => {
      for (const member of this.#members) member.fail(error);
    });
    return done;
  }

  /** What one of them says and hears is what all say: a host's, where there is one. It goes on in another file where he leaves. */
  #record(talkers: readonly Member[]): void {
    if (!this.#settings.record || (this.#recording && talkers.includes(this.#recording.at))) return;
    this.#recording?.running.stop();
    this.#recording = undefined;
    const at = talkers.find(({ isHost }) => isHost) ?? talkers[0];
    if (!at) return;
    this.#recording = { at, running: new TalkRecording(at.call, this.#parts.recorder) };
    this.#recording.running.begin();
  }

  #watchLonely(isLonely: boolean): void {
    if (isLonely) {
      this.#lonely ??= this.#parts.clock.after(LONELY_MS, () => void this.end('nobody came to talk with'));
    } else {
      this.#lonely?.cancel();
      this.#lonely = undefined;
    }
  }

  #do(member: Member, command: Command): void {
    switch (command.do) {
      case 'mute':
        return this.#muteHimself(member);
      case 'mute-all':
        this.#isQuiet = !this.#isQuiet;
        void this.#wire();
        this.#note(member.call, `${member.who.name} ${this.#isQuiet ? 'mutes all' : 'lets all speak'}`);
        return this.#tell(
          this.#isQuiet ? 'conference-all-muted' : 'conference-all-unmuted',
          ...this.#members,
        );
      case 'lock':
        this.#isLocked = !this.#isLocked;
        this.#note(member.call, `${member.who.name} ${this.#isLocked ? 'locks' : 'unlocks'} it`);
        return this.#tell(this.#isLocked ? 'conference-lock-on' : 'conference-lock-off', member);
      case 'ask-number':
        return this.#tell('conference-invite', member);
      case 'invite':
        return this.#invite(member, command.number);
      case 'end':
        return void this.end(`${member.who.name} ends it`);
      case 'help':
        return this.#tell(member.isHost ? 'conference-keys-host' : 'conference-keys-member', member);
      case 'nothing':
        return this.#tell('invalid-key', member);
    }
  }

  /** Whom a host has muted, he lets speak again, too. */
  #muteHimself(member: Member): void {
    if (this.#isQuiet && !member.isHost) return this.#tell('conference-all-muted', member);
    member.isMuted = !member.isMuted;
    void this.#wire();
    this.#tell(member.isMuted ? 'conference-muted' : 'conference-unmuted', member);
  }

  #invite(host: Member, number: string): void {
    if (this.#isFull) return this.#tell('conference-full', host);
    const invitation = new Invitation(this.#parts, host, number);
    if (invitation.refusal) {
      this.#note(host.call, `${host.who.name} may not invite ${number}: ${invitation.refusal.why}`);
      return this.#tell(invitation.refusal.prompt, host);
    }
    this.#note(host.call, `${host.who.name} invites ${number}`);
    this.#invitations.add(invitation);
    const isOver = () => this.#invitations.delete(invitation);
    invitation
      .run((call) => {
        isOver();
        return this.attend(call, false);
      })
      .then((isReached) => {
        if (!isReached && this.#members.includes(host)) this.#tell('conference-no-answer', host);
      })
      .catch((error: unknown) => host.call.log.error({ err: asError(error) }, 'an invitation failed'))
      .finally(isOver);
  }

  #tell(prompt: string, ...members: readonly Member[]): void {
    void this.#announce(prompt, members);
  }

  /** They do not hear each other meanwhile. Never rejects. */
  async #announce(prompt: string, members: readonly Member[]): Promise<void> {
    const { promptItems } = this.#parts;
    await Promise.all(
      members.map(({ call, leg }) =>
        this.#media.announce(leg, promptItems(call.arrival.tenantId, [prompt], call.speech)),
      ),
    );
  }

  #note(call: Call, why: string): void {
    call.note('step', { step: `conference ${this.#number}`, why });
  }

  /** Of a phone of another company no more is known than what it shows. */
  #whoIs({ arrival: { tenantId, caller }, caller: { party } }: Call): PartyName {
    if (party?.tenant !== tenantId) return { name: caller, kind: 'line' };
    if (party.kind === 'line') return { name: party.number, kind: 'line' };
    return this.#parts.directory.party(party.number, tenantId);
  }
}
