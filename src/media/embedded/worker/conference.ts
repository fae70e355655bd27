import { addFrame, saturate, subtractFrame } from '../../../rtp/mixing.ts';
import type { Handle, MemberRole } from '../protocol.ts';
import { FRAME_SAMPLES } from './frame-clock.ts';
import { SILENT_FRAME } from './inbound-stream.ts';

/** What a mix needs of a leg. */
export interface MixedLeg {
  readonly handle: Handle;
  /** What the party said in this frame. */
  readonly said: Int16Array;
  enter(conference: Conference, mix: Int16Array): void;
  exit(conference: Conference): void;
}

interface Member {
  readonly leg: MixedLeg;
  role: MemberRole;
  gain: number;
  /** What this member hears in this frame. */
  readonly mix: Int16Array;
}

/**
 * A mix of many: each member hears all speakers but itself, and those who whisper to it. Monitors are heard by
 * nobody. One sum is made a frame, from which each speaker is taken out again.
 */
export class Conference {
  readonly handle: Handle;
  readonly #members = new Map<Handle, Member>();
  readonly #speakers = new Int32Array(FRAME_SAMPLES);
  readonly #heard = new Int32Array(FRAME_SAMPLES);

  constructor(handle: Handle) {
    this.handle = handle;
  }

  get size(): number {
    return this.#members.size;
  }

  /** Takes a leg in, or changes how it takes part. */
  set(leg: MixedLeg, role: MemberRole, gain: number): void {
    const member = this.#members.get(leg.handle);
    if (member) {
      member.role = role;
      member.gain = gain;
      return;
    }
    const mix = new Int16Array(FRAME_SAMPLES);
    this.#members.set(leg.handle, { leg, role, gain, mix });
    leg.enter(this, mix);
  }

  remove(leg: MixedLeg): void {
    if (this.#members.delete(leg.handle)) leg.exit(this);
  }

  /** Once a frame, after all legs have listened and before they speak. */
  mix(): void {
    const sum = this.#speakers.fill(0);
    let whispers = false;
    for (const { leg, role, gain } of this.#members.values()) {
      if (role.kind === 'whisper') whispers = true;
      else if (role.kind === 'speaker') addSaid(sum, leg, gain);
    }
    for (const member of this.#members.values()) {
      this.#heard.set(sum);
      if (member.role.kind === 'speaker' && member.leg.said !== SILENT_FRAME) {
        subtractFrame(this.#heard, member.leg.said, member.gain);
      }
      if (whispers) this.#addWhispers(member.leg.handle);
      saturate(this.#heard, member.mix);
    }
  }

  #addWhispers(to: Handle): void {
    for (const { leg, role, gain } of this.#members.values()) {
      if (role.kind === 'whisper' && role.to === to) addSaid(this.#heard, leg, gain);
    }
  }
}

function addSaid(sum: Int32Array, leg: MixedLeg, gain: number): void {
  if (leg.said !== SILENT_FRAME) addFrame(sum, leg.said, gain);
}
