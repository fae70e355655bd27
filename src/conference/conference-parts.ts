import type { Call } from '../call/call.ts';
import type { Calls } from '../call/calls.ts';
import type { Directory } from '../call/destination.ts';
import type { TalkRecorder } from '../call/record.ts';
import type { MediaEngine, PlayItem } from '../media/media.ts';
import type { Speech } from '../prompt/prompt.ts';
import type { Provisioned } from '../provisioning/provisioning.ts';
import type { Clock } from '../shared/clock.ts';
import type { IdSource } from '../shared/ids.ts';

/** What rooms need of the other rooms of the house; given by the composition root. */
export interface ConferenceParts {
  readonly provisioning: Provisioned;
  readonly clock: Clock;
  readonly ids: Pick<IdSource, 'token'>;
  readonly calls: Calls;
  readonly directory: Directory;
  readonly media: MediaEngine;
  readonly recorder: TalkRecorder;
  readonly promptItems: (tenant: string, prompts: readonly string[], speech?: Speech) => readonly PlayItem[];
  /** What who is alone hears, over and over. */
  readonly music: readonly PlayItem[];
  /** Says that what follows is recorded (录音告知), where the company has it so. */
  readonly tellOfRecording: (call: Call) => Promise<void>;
}
