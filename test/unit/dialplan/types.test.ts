import { describe, expect, it } from 'vitest';
import { hotline as anyHotline, queue as anyQueue, builders } from '../../../src/dialplan/index.ts';

const { hotline, line, list, menu, play, queue, schedule, survey } = builders({
  prompts: ['welcome'],
  queues: ['sales'],
  lists: ['gold'],
  surveys: ['three-keys'],
  calendars: ['office'],
  trunks: ['carrier'],
});

/** What the compiler refuses: an unused `@ts-expect-error` fails `npm run types`. */
describe('names declared in code', () => {
  it('are checked by the compiler', () => {
    play('welcome');
    play(['welcome', { digits: '8001' }, { pauseMs: 500 }]);
    queue('sales', { keys: { 1: play('welcome') } });
    // @ts-expect-error no such prompt
    play('wellcome');
    // @ts-expect-error no such prompt in a list
    play(['welcome', 'main-menu']);
    // @ts-expect-error no such queue
    queue('sells');
    // @ts-expect-error no such list
    list('silver');
    // @ts-expect-error no such survey
    survey('two-keys');
    // @ts-expect-error no such calendar
    schedule('shop', { open: play('welcome') });
    schedule('CN-office-hours', { open: play('welcome') });
    // @ts-expect-error no such trunk
    line('02112345678', { trunk: 'carrrier' });
    // @ts-expect-error no such key of a telephone
    menu({ prompt: 'welcome', A: play('welcome') });
    // @ts-expect-error no such day
    schedule({ periods: { open: { 'mon-fry': '09:00-18:00' } } }, { open: play('welcome') });
    hotline('4001234567', {
      flow: async (call) => {
        await call.play('welcome');
        // @ts-expect-error no such queue in a function flow either
        await call.queue('sells');
        const outcome = await call.queue('sales');
        // @ts-expect-error the agent is there only when the caller was served
        outcome.agent;
      },
    });
    expect(true).toBe(true);
  });

  it('kinds that are not declared take any name', () => {
    expect(anyQueue('whatever')).toEqual({ type: 'queue', queue: 'whatever' });
    expect(anyHotline('400', { flow: anyQueue('x') })).toMatchObject({ type: 'hotline', number: '400' });
  });
});
