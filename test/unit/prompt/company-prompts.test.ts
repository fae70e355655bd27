import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CompanyPrompts, promptFileMistake } from '../../../src/prompt/company-prompts.ts';
import { PromptCatalogue } from '../../../src/prompt/prompt-catalogue.ts';
import { checkEntities } from '../../../src/provisioning/check/check-entities.ts';
import { Provisioning } from '../../../src/provisioning/provisioning.ts';
import { companiesIn } from '../../support/companies.ts';
import { writeWav } from '../../support/wav-file.ts';

const PROMPTS = fileURLToPath(new URL('../../../media/prompts', import.meta.url));
let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'pbx400-company-prompts-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const COMPANIES = companiesIn(`
tenants: { a: {} }
tenant: a
prompts: { welcome: { file: hello.wav, text: 您好 }, ours: { file: ours.wav } }
queues: { sales: { music: ours } }
---
tenants: { b: {} }
tenant: b
queues: { sales: { music: ours } }
`);

describe('prompts of a company', () => {
  it('beat those that all have, for that company alone', () => {
    const catalogue = new PromptCatalogue([PROMPTS], 'zh-CN');
    const prompts = new CompanyPrompts(dir, catalogue, new Provisioning(COMPANIES));
    expect(prompts.toItems('a', ['welcome', 'goodbye', { pauseMs: 100 }])).toEqual([
      { file: join(dir, 'prompts/a/hello.wav') },
      { file: catalogue.file('goodbye') },
      { silenceMs: 100 },
    ]);
    expect(prompts.toItems('b', 'welcome')).toEqual([{ file: catalogue.file('welcome') }]);
    expect(() => prompts.toItems('b', 'ours')).toThrow('no prompt "ours"');
  });

  it('are spoken in the language that the caller chose; one that is not recorded in it is told of', () => {
    const catalogue = new PromptCatalogue([PROMPTS], 'zh-CN');
    const companies = companiesIn(`
tenant: a
tenants: { a: {} }
prompts: { welcome: { file: hello.wav, languages: { wuu: hello-wuu.wav } }, closed: { file: closed.wav } }
`);
    const prompts = new CompanyPrompts(dir, catalogue, new Provisioning(companies));
    const lacking: string[] = [];
    const spoken = (language: string | undefined, ...names: string[]) => {
      lacking.length = 0;
      return prompts
        .toItems('a', names, { language, lacks: (name) => lacking.push(name) })
        .map((item) => ('file' in item ? item.file : ''));
    };
    const own = (file: string) => join(dir, 'prompts/a', file);
    expect(spoken('wuu', 'welcome', 'closed', 'goodbye', 'queue-music')).toEqual([
      own('hello-wuu.wav'),
      own('closed.wav'),
      catalogue.file('goodbye'),
      catalogue.file('queue-music'),
    ]);
    expect(lacking).toEqual(['closed', 'goodbye']);
    expect(spoken('en', 'welcome', 'goodbye')).toEqual([
      join(PROMPTS, 'en/welcome.wav'),
      join(PROMPTS, 'en/goodbye.wav'),
    ]);
    expect(lacking).toEqual([]);
    for (const language of ['zh-CN', undefined]) {
      expect(spoken(language, 'welcome', 'goodbye')).toEqual([own('hello.wav'), catalogue.file('goodbye')]);
      expect(lacking).toEqual([]);
    }
  });

  it('can be named by that company alone', () => {
    const mistakes = checkEntities(COMPANIES, { prompts: new Set(['voicemail-greeting']) });
    expect(mistakes.map(({ tenant, path, reason }) => [tenant, path, reason])).toEqual([
      ['b', ['music'], "there is no prompt 'ours'"],
    ]);
  });

  it.each(['../b/secret.wav', 'sub/x.wav', '..wav', '.hidden.wav', 'x\\\\y.wav', 'x.mp3'])(
    'have no file %s',
    (file) => {
      expect(() => companiesIn(`tenants: { a: {} }\ntenant: a\nprompts: { p: { file: '${file}' } }`)).toThrow(
        'must be the name of a WAV file',
      );
    },
  );

  it('have files that can be played', () => {
    writeWav(join(dir, 'prompts/a/good.wav'), new Int16Array(800));
    writeWav(join(dir, 'prompts/a/empty.wav'), new Int16Array(0));
    writeFileSync(join(dir, 'prompts/a/noise.wav'), 'no sound');
    mkdirSync(join(dir, 'prompts/b'));
    expect(promptFileMistake(dir, 'a', 'good.wav')).toBeUndefined();
    expect(promptFileMistake(dir, 'b', 'good.wav')).toMatchObject({
      reason: expect.stringContaining('there is no file'),
    });
    expect(promptFileMistake(dir, 'a', 'empty.wav')).toMatchObject({
      reason: expect.stringContaining('has no audio'),
    });
    expect(promptFileMistake(dir, 'a', 'noise.wav')).toMatchObject({
      reason: expect.stringContaining('cannot be played'),
      fix: expect.stringContaining('8 kHz mono'),
    });
  });
});
