import type { PlaybackEnd, PlayItem } from '../media/media.ts';
import type { Leg } from './leg.ts';
import { OperationError } from './operation-error.ts';
import type { Talk } from './talk.ts';

/**
 * Plays stored prompts into a talk (点播语音): to one, or to all who have a place. Who hears it does not hear the others
 * meanwhile. Resolves when it is over for all of them, with how it ended for each. Throws OperationError.
 */
export async function playToTalk(
  talk: Talk,
  items: readonly PlayItem[],
  to: readonly Leg[],
): Promise<PlaybackEnd[]> {
  if (!talk.call.context.media.capabilities.play) {
    throw new OperationError('not-supported', 'the media engine cannot play');
  }
  if (talk.state === 'over')
    throw new OperationError('wrong-state', 'the talk is over: nobody hears a prompt');
  return Promise.all(to.map((leg) => talk.media.announce(leg, items)));
}

/** Ends what is played into a talk: whoever heard it hears the others again. Throws OperationError when nothing is. */
export function stopPlaying(talk: Talk): void {
  if (!talk.media.hush()) throw new OperationError('wrong-state', 'no prompt is played');
}
