import type { Call } from '../call/call.ts';
import type { Playback } from '../media/media.ts';
import type { Queue } from '../provisioning/kind/queue.ts';
import { asError } from '../shared/errors.ts';
import type { AcdParts } from './acd-parts.ts';
import type { Said } from './spoken-place.ts';
import { musicOf } from './still-there.ts';

/** What a caller hears while he waits: music, and now and then something that is said in its place. */
export class QueueSound {
  readonly #call: Call;
  readonly #queue: Pick<Queue, 'name' | 'tenant' | 'music'>;
  readonly #parts: Pick<AcdParts, 'promptItems'>;
  #isOn = false;
  #playing: Playback | undefined;
  #isSpeaking = false;
  /** One thing is said after the other. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(
    call: Call,
    queue: Pick<Queue, 'name' | 'tenant' | 'music'>,
    parts: Pick<AcdParts, 'promptItems'>,
  ) {
    this.#call = call;
    this.#queue = queue;
    this.#parts = parts;
  }

  /** Says that, then there is music. */
  start(first: readonly Said[]): void {
    this.#isOn = true;
    if (first.length > 0) void this.say(first);
    else this.#playMusic();
  }

  /** Whatever plays ends at once, in the middle of a word as well. */
  stop(): void {
    this.#isOn = false;
    this.#playing?.stop();
    this.#playing = undefined;
  }

  /** Ends what is being said; there is music again. */
  hush(): void {
    if (this.#isSpeaking) this.#playing?.stop();
  }

  /** Says it in place of the music, with a step in the record. Resolves with whether he heard all of it. */
  say(said: readonly Said[]): Promise<boolean> {
    const saying = this.#last.then(() => this.#speak(said));
    this.#last = saying;
    return saying;
  }

  async #speak(said: readonly Said[]): Promise<boolean> {
    if (!this.#isOn) return false;
    const playback = this.#begin(said);
    if (!playback) return false;
    this.#isSpeaking = true;
    const end = await playback.finished;
    this.#isSpeaking = false;
    if (end.reason === 'failed') this.#call.log.error({ err: end.error }, 'prompt could not be played');
    // He left, or an agent has answered.
    if (this.#playing !== playback || end.reason === 'closed') return false;
    this.#playMusic();
    return end.reason === 'completed';
  }

  /** Undefined: there is no such prompt, in this language. He waits on with music. */
  #begin(said: readonly Said[]): Playback | undefined {
    const prompts = said.flatMap((one) => one.prompts);
    const step = `queue ${this.#queue.name}`;
    try {
      const items = this.#parts.promptItems(this.#queue.tenant, prompts, this.#call.speech);
      this.#playing = this.#call.caller.media.play(items);
    } catch (error) {
      this.#call.log.error({ err: asError(error), step }, 'prompt could not be played');
      if (!this.#playing) this.#playMusic();
      return undefined;
    }
    this.#call.note('step', { step, why: `said: ${said.map(({ why }) => why).join(', ')}` });
    return this.#playing;
  }

  #playMusic(): void {
    const items = musicOf(this.#parts, this.#call, this.#queue);
    this.#playing = this.#call.caller.media.play(items, { repeat: Number.POSITIVE_INFINITY });
  }
}
