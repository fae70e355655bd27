import { rm } from 'node:fs/promises';
import { TONES } from '../../rtp/tone.ts';
import type { ToneName } from '../media.ts';
import { type PlayRun, prepareRun } from '../prompt-audio.ts';
import { exchangedPath } from './exchanged-path.ts';
import { wavDurationMs } from './wav-duration.ts';

/** What FreeSWITCH's `playback` is told to play. */
export interface Audio {
  readonly source: string;
  /** Infinity for a tone that sounds until stopped. */
  readonly lengthMs: number;
  /** How often. */
  readonly times: number;
  /** Ours to delete afterwards. */
  readonly temporary: boolean;
}

/**
 * Between two executions there is a gap of some milliseconds, and the applications that repeat by themselves
 * (`loop_playback`, `endless_playback`) read no audio meanwhile and so hear no digits. So short audio is repeated
 * inside one file: all of a limited number up to a minute, and ten seconds of what plays until stopped.
 */
const WHOLE_MS = 60_000;
const LOOP_MS = 10_000;

/** Prepares one run. Throws what the file system throws, WavError and PbxError `freeswitch-path`. */
export async function prepareAudio(run: PlayRun, folder: string): Promise<Audio> {
  const { items, repeat } = run;
  const [first] = items;
  if (first && 'tone' in first && items.length === 1 && repeat === Number.POSITIVE_INFINITY) {
    return { source: toneStream(first.tone), lengthMs: repeat, times: 1, temporary: false };
  }
  const once = await prepareRun(items, folder);
  const lengthMs = await wavDurationMs(once.path);
  const copies = copiesOf(lengthMs, repeat);
  if (copies === 1) {
    return { source: exchangedPath(once.path), lengthMs, times: repeat, temporary: once.temporary };
  }
  if (once.temporary) await rm(once.path, { force: true });
  const { path } = await prepareRun(Array(copies).fill(items).flat(), folder);
  return {
    source: exchangedPath(path),
    lengthMs: lengthMs * copies,
    times: repeat / copies,
    temporary: true,
  };
}

function copiesOf(lengthMs: number, repeat: number): number {
  if (repeat === Number.POSITIVE_INFINITY) return Math.max(1, Math.ceil(LOOP_MS / Math.max(lengthMs, 1)));
  return lengthMs * repeat <= WHOLE_MS ? repeat : 1;
}

/** A progress tone in FreeSWITCH's own language (TGML), until stopped. */
function toneStream(name: ToneName): string {
  const { segments, levelDbm0 } = TONES[name];
  const [on, off] = segments;
  const pauseMs = off?.durationMs ?? 0;
  return `tone_stream://v=${levelDbm0};%(${on.durationMs},${pauseMs},${on.frequencies.join(',')});loops=-1`;
}
