import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import type { RecordingEndMessage, StartRecording } from '../../../../src/media/embedded/protocol.ts';
import { Recorder } from '../../../../src/media/embedded/worker/recorder.ts';
import { readWav } from '../../../../src/rtp/wav.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pbx400-recorder-'));
});

const frame = (value: number) => new Int16Array(160).fill(value);

function recorderOf(options: Partial<StartRecording> & Pick<StartRecording, 'layout'>) {
  const file = join(folder, `${Math.random()}.wav`);
  let resolve: (end: RecordingEndMessage) => void;
  const ended = new Promise<RecordingEndMessage>((done) => {
    resolve = done;
  });
  const recorder = new Recorder(
    {
      endpoint: 1,
      recording: 2,
      file,
      maxMs: undefined,
      maxSilenceMs: undefined,
      stopDigits: '',
      ...options,
    },
    (_, end) => resolve(end),
  );
  return { recorder, ended, channels: async () => readWav(await readFile(file)) };
}

it('keeps both sides apart over many chunks', async () => {
  const { recorder, ended, channels } = recorderOf({ layout: 'stereo' });
  for (let index = 0; index < 120; index++) recorder.add(frame(index), frame(-index));
  await recorder.end('stopped');
  expect(await ended).toMatchObject({ reason: 'stopped', durationMs: 2400, bytes: 44 + 120 * 640 });
  const [left, right] = await channels();
  for (let index = 0; index < 120; index++)
    expect([left![index * 160], right![index * 160]]).toEqual([index, 0 - index]);
});

it('adds both sides up without overflow when mixed, and takes one when told', async () => {
  const mixed = recorderOf({ layout: 'mixed' });
  mixed.recorder.add(frame(30_000), frame(10_000));
  mixed.recorder.add(frame(-30_000), frame(-10_000));
  await mixed.recorder.end('stopped');
  expect([...(await mixed.channels())[0]!].filter((_, index) => index % 160 === 0)).toEqual([32767, -32768]);
  const received = recorderOf({ layout: 'received' });
  received.recorder.add(frame(5), frame(7));
  await received.recorder.end('stopped');
  expect((await received.channels())[0]![0]).toBe(5);
});

it('leaves a pause out and ends once', async () => {
  const { recorder, ended, channels } = recorderOf({ layout: 'received' });
  recorder.add(frame(1), frame(0));
  recorder.pause();
  recorder.add(frame(2), frame(0));
  recorder.resume();
  recorder.add(frame(3), frame(0));
  await Promise.all([recorder.end('closed'), recorder.end('stopped')]);
  recorder.add(frame(4), frame(0));
  expect((await ended).reason).toBe('closed');
  expect([...(await channels())[0]!].filter((_, index) => index % 160 === 0)).toEqual([1, 3]);
});

it('ends by length, silence and digits', async () => {
  const byLength = recorderOf({ layout: 'received', maxMs: 100 });
  for (let index = 0; index < 9; index++) byLength.recorder.add(frame(900), frame(0));
  expect(await byLength.ended).toMatchObject({ reason: 'max', durationMs: 100 });
  const bySilence = recorderOf({ layout: 'received', maxSilenceMs: 60 });
  for (const level of [0, 0, 900, 10, 10, 10]) bySilence.recorder.add(frame(level), frame(0));
  expect(await bySilence.ended).toMatchObject({ reason: 'silence', durationMs: 120 });
  const byDigit = recorderOf({ layout: 'received', stopDigits: '#*' });
  byDigit.recorder.onDigit('1');
  byDigit.recorder.add(frame(1), frame(0));
  byDigit.recorder.onDigit('*');
  expect(await byDigit.ended).toMatchObject({ reason: 'digit', durationMs: 20 });
});
