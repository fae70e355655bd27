import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UnknownPromptError } from '../../../src/prompt/errors.ts';
import { PromptCatalogue } from '../../../src/prompt/prompt-catalogue.ts';
import { ConfigError } from '../../../src/shared/errors.ts';

/** A WAV of `samples` samples of silence, after an odd-sized chunk that must be skipped. */
function wav(samples: number, { rate = 8000, channels = 1, format = 1, bits = 16 } = {}): Buffer {
  const bytes = (samples * channels * bits) / 8;
  const head = Buffer.alloc(12 + 24 + 12 + 8);
  head.write('RIFF', 0, 'latin1');
  head.writeUInt32LE(head.length - 8 + bytes, 4);
  head.write('WAVEfmt ', 8, 'latin1');
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(format, 20);
  head.writeUInt16LE(channels, 22);
  head.writeUInt32LE(rate, 24);
  head.writeUInt32LE((rate * channels * bits) / 8, 28);
  head.writeUInt16LE((channels * bits) / 8, 32);
  head.writeUInt16LE(bits, 34);
  head.write('LIST', 36, 'latin1');
  head.writeUInt32LE(3, 40);
  head.write('data', 48, 'latin1');
  head.writeUInt32LE(bytes, 52);
  return Buffer.concat([head, Buffer.alloc(bytes)]);
}

it('the shipped prompts are whole in each language', () => {
  const names = (language: string) => new PromptCatalogue([resolve('media/prompts')], language).names;
  for (const language of ['en', 'yue']) expect(names(language)).toEqual(names('zh-CN'));
});

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'pbx400-prompts-'));
  mkdirSync(join(dir, 'zh-CN'));
  for (const name of ['welcome', 'closed', 'digit-0', 'digit-1', 'digit-2', 'digit-8', 'digit-yao']) {
    writeFileSync(join(dir, 'zh-CN', `${name}.wav`), wav(800));
  }
  writeFileSync(join(dir, 'queue-music.wav'), wav(4000, { format: 6, bits: 8 }));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

describe('PromptCatalogue', () => {
  it('finds prompts of the language and of no language by name', () => {
    const catalogue = new PromptCatalogue([dir], 'zh-CN');
    expect(catalogue.names).toContain('queue-music');
    expect(catalogue.file('welcome')).toBe(resolve(dir, 'zh-CN/welcome.wav'));
    expect(catalogue.has('lunch')).toBe(false);
  });

  it('turns names, digits and pauses into play items, in order', () => {
    const catalogue = new PromptCatalogue([dir], 'zh-CN');
    const items = catalogue.toItems(['welcome', { digits: '80-1' }, { pauseMs: 200 }]);
    expect(items).toEqual([
      { file: catalogue.file('welcome') },
      { file: catalogue.file('digit-8') },
      { file: catalogue.file('digit-0') },
      { file: catalogue.file('digit-1') },
      { silenceMs: 200 },
    ]);
    expect(catalogue.toItems({ digits: '1', yao: true })).toEqual([{ file: catalogue.file('digit-yao') }]);
  });

  it('knows durations of PCM16 and G.711', () => {
    const catalogue = new PromptCatalogue([dir], 'zh-CN');
    expect(catalogue.durationMs('welcome')).toBe(100);
    expect(catalogue.durationMs(['queue-music', { pauseMs: 50 }, { digits: '82' }])).toBe(750);
  });

  it('names the prompts nearest to an unknown one', () => {
    const catalogue = new PromptCatalogue([dir], 'zh-CN');
    const error = (() => {
      try {
        catalogue.toItems('welcom');
      } catch (thrown) {
        return thrown;
      }
    })();
    expect(error).toBeInstanceOf(UnknownPromptError);
    expect((error as UnknownPromptError).near).toEqual(['welcome']);
    expect(String(error)).toContain('did you mean welcome?');
    expect(() => catalogue.toItems({ digits: '4*' })).toThrow(UnknownPromptError);
  });

  it('refuses what the media engine cannot play, with the file and the fix', () => {
    const bad = join(dir, 'zh-CN', 'bad.wav');
    for (const content of [
      wav(10, { rate: 44_100 }),
      wav(10, { channels: 2 }),
      wav(10, { format: 3 }),
      Buffer.from('no wav at all'),
      Buffer.from(''),
      wav(0).subarray(0, 40),
    ]) {
      writeFileSync(bad, content);
      expect(() => new PromptCatalogue([dir], 'zh-CN')).toThrow(ConfigError);
    }
    expect(() => new PromptCatalogue([dir], 'fr')).toThrow('no prompts for language "fr"');
  });

  it('takes own prompts beside those that came with it, and instead of those of the same name', () => {
    const own = join(dir, 'own');
    mkdirSync(join(own, 'zh-CN'), { recursive: true });
    writeFileSync(join(own, 'zh-CN', 'welcome.wav'), wav(8000));
    writeFileSync(join(own, 'jingle.wav'), wav(80));
    const catalogue = new PromptCatalogue([resolve('media/prompts'), own], 'zh-CN');
    expect(catalogue.file('welcome')).toBe(join(own, 'zh-CN', 'welcome.wav'));
    expect(catalogue.file('jingle')).toBe(join(own, 'jingle.wav'));
    expect(catalogue.file('main-menu')).toBe(resolve('media/prompts/zh-CN/main-menu.wav'));
    expect(() => new PromptCatalogue([resolve('media/prompts'), join(dir, 'none')], 'zh-CN')).toThrow(
      'no prompts',
    );
  });

  it('measures a file that was cut short by what is there', () => {
    writeFileSync(join(dir, 'zh-CN', 'cut.wav'), wav(800).subarray(0, -800));
    expect(new PromptCatalogue([dir], 'zh-CN').durationMs('cut')).toBe(50);
  });
});

describe('the committed prompts', () => {
  const promptDir = resolve('media/prompts');
  it('are the same set in both languages, and playable', () => {
    const chinese = new PromptCatalogue([promptDir], 'zh-CN');
    const english = new PromptCatalogue([promptDir], 'en');
    expect(english.names).toEqual(chinese.names);
    for (const name of chinese.names) expect(chinese.durationMs(name)).toBeGreaterThan(300);
    expect(chinese.durationMs({ digits: '0123456789', yao: true })).toBeGreaterThan(3000);
  });
});
