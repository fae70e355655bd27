import type { Call } from '../call/call.ts';
import type { Playback } from '../media/media.ts';
import type { Prompts } from '../prompt/prompt.ts';
import type { Queue } from '../provisioning/kind/queue.ts';
import { asError } from '../shared/errors.ts';
import type { AcdParts } from './acd.ts';
import type { Said } from './spoken-place.ts';

/** What a caller hears while he waits: music, and now and then something that is said in its place. */
export class QueueSound {
  readonly #call: Call;
  readonly #queue: Pick<Queue, 'name' | 'tenant' | 'music'>;
  readonly #promptItems: AcdParts['promptItems'];
  #isOn = false;
  #playing: Playback | undefined;

  constructor(call: Call, queue: Pick<Queue, 'name' | 'tenant' | 'music'>, parts: AcdParts) {
    this.#call = call;
    this.#queue = queue;
    this.#promptItems = parts.promptItems;
  }

  start(): void {
    this.#isOn = true;
    this.#playing = this.#play([this.#queue.music], Number.POSITIVE_INFINITY);
  }

  /** Whatever plays ends at once, in the middle of a word as well. */
  stop(): void {
    this.#isOn = false;
    this.#playing?.stop();
    this.#playing = undefined;
  }

  /** Says it, with a step in the record; then there is music again. Resolves with whether he heard all of it. */
  async say(said: readonly Said[]): Promise<boolean> {
    if (!this.#isOn) return false;
    const { name } = this.#queue;
    let playback: Playback;
    try {
      playback = this.#play(
        said.flatMap(({ prompts }) => prompts),
        1,
      );
    } catch (error) {
      // A language without this prompt: he waits on with music.
      this.#call.log.error({ err: asError(error), queue: name }, 'prompt could not be played');
      return false;
    }
    this.#playing = playback;
    const why = said.map((one) => one.why).join(', ');
    this.#call.note('step', { step: `queue ${name}`, why: `said: ${why}` });
    const end = await playback.finished;
    if (end.reason === 'failed') this.#call.log.error({ err: end.error }, 'prompt could not be played');
    if (this.#playing !== playback || end.reason === 'closed') return false;
    this.start();
    return end.reason === 'completed';
  }

  #play(prompts: Prompts, repeat: number): Playback {
    const items = this.#promptItems(this.#queue.tenant, prompts);
    return this.#call.caller.media.play(items, { repeat });
  }
}
