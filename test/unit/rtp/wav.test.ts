import { describe, expect, it } from 'vitest';
import { encodeSample, PCMA } from '../../../src/rtp/g711.ts';
import { readWav, readWavLayout, WavError, wavHeader, writeWav } from '../../../src/rtp/wav.ts';

const left = Int16Array.from([0, 1, -1, 32767, -32768]);
const right = Int16Array.from([5, 4, 3, 2, 1]);

describe('WAV', () => {
  it('reads what it wrote, mono and stereo', () => {
    expect(readWav(writeWav([left]))).toEqual([left]);
    expect(readWav(writeWav([left, right]))).toEqual([left, right]);
  });

  it('writes the header that players expect', () => {
    expect(wavHeader('pcm16', 2, 400).toString('hex')).toBe(
      '52494646b4010000' +
        '57415645666d7420' +
        '10000000' +
        '0100' +
        '0200' +
        '401f0000' +
        '007d0000' +
        '0400' +
        '1000' +
        '64617461' +
        '90010000',
    );
  });

  it('reads A-law, and steps over chunks it does not know', () => {
    const header = wavHeader('alaw', 1, 3);
    const list = Buffer.from('LIST\x03\0\0\0abc\0', 'latin1');
    const codes = Buffer.from([0, 800, -800].map((sample) => encodeSample(PCMA, sample)));
    const file = Buffer.concat([header.subarray(0, 36), list, header.subarray(36), codes]);
    const [samples] = readWav(file);
    expect(samples!.length).toBe(3);
    expect(Math.abs(samples![1]! - 800)).toBeLessThan(32);
  });

  it('takes what is there of a file that was cut off', () => {
    const file = writeWav([left, right]);
    expect(readWav(file.subarray(0, file.length - 3))).toEqual([left.slice(0, 4), right.slice(0, 4)]);
    expect(readWavLayout(wavHeader('pcm16', 1, 0)).dataBytes).toBe(0);
  });

  it.each([
    ['empty', Buffer.alloc(0)],
    ['text', Buffer.from('this is no audio file at all')],
    ['no data', wavHeader('pcm16', 1, 0).subarray(0, 36)],
    ['format cut off', wavHeader('pcm16', 1, 0).subarray(0, 30)],
  ])('refuses a file: %s', (_, file) => {
    expect(() => readWav(file)).toThrow(WavError);
  });

  it('refuses other rates, depths and channel counts, saying what it needs', () => {
    const change = (at: number, value: number) => {
      const file = writeWav([left]);
      file.writeUInt16LE(value, at);
      return file;
    };
    expect(() => readWav(change(24, 16000))).toThrow(/16000 Hz: needs 8000 Hz/);
    expect(() => readWav(change(34, 24))).toThrow(/24 bits/);
    expect(() => readWav(change(20, 3))).toThrow(/format 3/);
    expect(() => readWav(change(22, 6))).toThrow(/6 channels/);
  });
});
