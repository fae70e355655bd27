import { afterEach, describe, expect, it } from 'vitest';
import type { FlowCall } from '../../src/dialplan/run/flow-call.ts';
import type { CallerMemory } from '../../src/routing/caller-languages.ts';
import { type Edits, edited, SAMPLE_COMPANIES } from '../support/companies.ts';
import { type Scenario, type ScenarioOptions, scenario } from '../support/scenario.ts';
import { phoneCalls } from '../support/talk.ts';

/** Languages (语种): chosen by the caller, heard for the rest of his call, kept by his number. */
let s: Scenario;
afterEach(async () => {
  await s.clock.advance(120_000);
  await s.close();
});

const open = async (flow: (call: FlowCall) => Promise<unknown>, options: ScenarioOptions = {}) => {
  s = await scenario(async (call) => void (await flow(call)), options);
};
const why = () => s.facts('step').map(({ step, why }) => `${step}: ${why}`);

describe('a caller who chose a language', () => {
  const spokenNowhere = edited(SAMPLE_COMPANIES, {
    skill: ({ name }) => (name === 'cantonese' ? { language: 'wuu' } : {}),
  });

  it('hears what is recorded in it, and else what everybody hears, with a why', async () => {
    await open(
      async (call) => {
        await call.speak('english');
        await call.play('welcome');
        await call.speak('cantonese');
        await call.play(['welcome', 'goodbye']);
        await call.play('welcome');
      },
      { companies: spokenNowhere },
    );
    s.call();
    await s.clock.settle();
    const ear = s.ear();
    await s.clock.runUntil(() => s.pbx.calls.size === 0);
    const files = ear.played.flatMap(({ items }) => items).map((item) => ('file' in item ? item.file : ''));
    expect(files.map((file) => file.split('/').slice(-2).join('/'))).toEqual([
      'en/welcome.wav',
      'zh-CN/welcome.wav',
      'zh-CN/goodbye.wav',
      'zh-CN/welcome.wav',
    ]);
    expect(why()).toEqual([
      'language English: prompts: en',
      'language 粤语: prompts: wuu',
      'prompt welcome: it is not recorded in wuu: spoken as for everybody',
      'prompt goodbye: it is not recorded in wuu: spoken as for everybody',
    ]);
  });

  it('hears voicemail and survey in it, too', async () => {
    await open(async (call) => {
      await call.answer();
      await call.speak('english');
      await call.survey('three-keys');
      await call.voicemail('sales');
    });
    s.call();
    await s.clock.settle();
    const ear = s.ear();
    await s.clock.runUntil(() => s.pbx.calls.size === 0);
    const files = ear.played.flatMap(({ items }) => items).map((item) => ('file' in item ? item.file : ''));
    const spoken = files.filter((file) => file.includes('survey') || file.includes('voicemail'));
    expect(spoken.length).toBeGreaterThan(1);
    for (const file of spoken) expect(file).toContain('/en/');
  });
});

describe('a phone of the company', () => {
  const dials = async (edits: Edits) => {
    await open(async () => {}, { companies: edited(SAMPLE_COMPANIES, edits) });
    phoneCalls(s, '8001', '*78');
    await s.clock.settle();
    const [item] = s.ear().played[0]!.items;
    return item && 'file' in item ? item.file.split('/').slice(-2).join('/') : undefined;
  };

  it('is spoken to in its own language, or that of the agent who sits there', async () => {
    expect(await dials({})).toBe('zh-CN/dnd-on.wav');
    await s.close();
    expect(await dials({ extension: { language: 'en' } })).toBe('en/dnd-on.wav');
    await s.close();
    expect(await dials({ extension: { language: 'en' }, agent: { language: 'yue' } })).toBe('yue/dnd-on.wav');
  });
});

describe('what a number chose', () => {
  const kept = new Map<string, string>();
  const callers: CallerMemory = {
    languageOf: async (tenant, number) => kept.get(`${tenant} ${number}`),
    keepLanguage: async (tenant, number, skill) => void kept.set(`${tenant} ${number}`, skill),
    forgetLanguage: async (tenant, number) => void kept.delete(`${tenant} ${number}`),
  };
  const found: (string | undefined)[] = [];
  const flow = async (call: FlowCall) => {
    found.push(await call.spokenBefore());
    await call.speak('english', { remember: true });
  };
  const calls = async (from = '13800138000') => {
    s.call({ from });
    await s.clock.runUntil(() => s.pbx.calls.size === 0);
    return found.pop();
  };

  it('is kept for its next calls, and not for those of others or of nobody', async () => {
    kept.clear();
    await open(flow, { callers });
    expect([await calls(), await calls(), await calls('13800138001'), await calls('')]).toEqual([
      undefined,
      'english',
      undefined,
      undefined,
    ]);
    expect([...kept.keys()]).toEqual(['demo 13800138000', 'demo 13800138001']);
  });

  it('is forgotten when he says so', async () => {
    kept.set('demo 13800138000', 'english');
    await open(
      async (call) => {
        await call.forgetLanguage();
        found.push(await call.spokenBefore());
      },
      { callers },
    );
    expect([await calls(), [...kept.keys()]]).toEqual([undefined, ['demo 13800138001']]);
    expect(why()).toEqual(['language → forgotten: the caller chooses anew']);
  });

  it('is asked anew where the skill is gone', async () => {
    kept.set('demo 13800138000', 'klingon');
    await open(flow, { callers });
    expect(await calls()).toBeUndefined();
  });

  it('lets nobody wait for a store that does not answer', async () => {
    await open(flow, {
      callers: { ...callers, languageOf: () => new Promise(() => {}) },
    });
    s.call();
    await s.clock.advance(900);
    expect(s.pbx.calls.size).toBe(1);
    await s.clock.advance(200);
    expect(found.pop()).toBeUndefined();
    await s.clock.runUntil(() => s.pbx.calls.size === 0);
  });
});
