import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FreeswitchRefusedError } from '../../../../src/media/freeswitch/control-connection.ts';
import { FreeswitchRecording } from '../../../../src/media/freeswitch/freeswitch-recording.ts';
import type { FreeswitchServerEvents } from '../../../../src/media/freeswitch/freeswitch-server.ts';
import type { MediaLeg } from '../../../../src/media/freeswitch/media-leg.ts';
import { systemClock } from '../../../../src/shared/clock.ts';
import { ClosedError } from '../../../../src/shared/errors.ts';
import { TypedEvents } from '../../../../src/shared/events.ts';
import { until } from '../../../support/until.ts';
import { sine, writeWav } from '../../../support/wav-file.ts';

describe('a recording by FreeSWITCH', () => {
  let folder: string;
  let file: string;
  const commands: string[] = [];
  const errors = new Map<string, Error>();
  const server = { alive: true, events: new TypedEvents<FreeswitchServerEvents>() };
  const leg = {
    alive: true,
    server,
    order: async (_name: string, rest: string) => {
      const verb = rest.split(' ', 1)[0]!;
      commands.push(verb);
      const error = errors.get(verb);
      if (error) throw error;
      if (verb === 'start') writeWav(file, sine(400, 100));
      return '+OK';
    },
  };
  const record = async () => {
    const recording = new FreeswitchRecording(
      { clock: systemClock, leg: leg as unknown as MediaLeg, beep: () => {}, ended: () => {} },
      { file, layout: 'stereo' },
    );
    await until('it records', () => commands.includes('start'));
    return recording;
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'pbx400-recording-'));
    file = join(folder, 'talk.wav');
    commands.length = 0;
    errors.clear();
    server.alive = true;
    leg.alive = true;
  });
  afterEach(() => {
    expect(server.events.count()).toBe(0);
    rmSync(folder, { recursive: true });
  });

  test("stops over the channel's connection while the server's is opened again", async () => {
    const recording = await record();
    server.alive = false;
    expect(await recording.stop()).toMatchObject({ reason: 'stopped', durationMs: 100 });
    expect(commands).toEqual(['start', 'stop']);
  });

  test('a file that cannot be measured ends it as failed', async () => {
    const recording = await record();
    writeFileSync(file, 'no wav header');
    const result = await recording.stop();
    expect(result).toMatchObject({ reason: 'failed', durationMs: 0, bytes: 13 });
    expect(result.error).toBeInstanceOf(Error);
  });

  test('a stop that is refused is the end of a recording that ended by itself', async () => {
    const recording = await record();
    errors.set('stop', new FreeswitchRefusedError('uuid_record', '-ERR Cannot stop record session!'));
    expect((await recording.stop()).reason).toBe('stopped');
  });

  test('a stop without an answer is no stop: it is told as failed', async () => {
    const recording = await record();
    const error = new ClosedError('event socket');
    errors.set('stop', error);
    expect(await recording.stop()).toMatchObject({ reason: 'failed', error });
  });

  test('a pause without an answer ends it, and it is told to stop again', async () => {
    const recording = await record();
    errors.set('stop', new ClosedError('event socket'));
    recording.pause();
    await until('told', () => commands.includes('stop'));
    errors.clear();
    expect((await recording.finished).reason).toBe('failed');
    expect(commands).toEqual(['start', 'stop', 'stop']);
  });

  test('a start without an answer may have been obeyed: it is told to stop; one that is refused is not', async () => {
    errors.set('start', new ClosedError('event socket'));
    expect((await (await record()).finished).reason).toBe('failed');
    expect(commands).toEqual(['start', 'stop']);
    commands.length = 0;
    errors.set('start', new FreeswitchRefusedError('uuid_record', '-ERR Cannot record session!'));
    expect((await (await record()).finished).reason).toBe('failed');
    expect(commands).toEqual(['start']);
  });
});
