/**
 * A jeweller's shop: sales and after-sales care, three rings for each agent, and nobody is left without an answer:
 * who waits too long, or calls when the shop is closed, is promised a callback.
 */
import { builders } from 'pbx400/dialplan';

const { callback, goto, hotline, list, menu, play, queue, schedule, survey } = builders({
  prompts: ['jeweller-welcome', 'jeweller-menu', 'jeweller-closed', 'invalid-key', 'callback-promised'],
  queues: ['jeweller-sales', 'jeweller-care'],
  surveys: ['three-keys'],
  lists: ['nuisance', 'gold'],
  calendars: ['shop'],
  flows: ['promise'],
});

export default hotline('4006668888', {
  name: '金玉珠宝',
  block: list('nuisance'),
  // A customer who redials in anger is let in five times in ten minutes.
  limit: { calls: 5, perMs: 10 * 60_000 },
  vip: { who: list('gold'), priority: 20 },
  // Heard before the answer: callers who give up while it plays pay nothing.
  ringback: 'jeweller-welcome',
  calendars: {
    shop: {
      // A shop is open when people have time: at weekends longer, on public holidays too.
      periods: { open: { 'mon-thu': '10:00-20:00', 'fri-sun': '10:00-22:00', holiday: '10:00-22:00' } },
      holidays: 'CN',
      daysOff: ['2027-02-05/2027-02-07'],
      dates: { '2026-12-31': { open: '10:00-17:00' } },
    },
  },
  flow: schedule('shop', {
    open: menu({
      prompt: 'jeweller-menu',
      invalid: 'invalid-key',
      // Three rings an agent (15 s) are the queue's own setting; after two agents the caller has waited enough.
      1: queue('jeweller-sales', { otherwise: goto('promise') }),
      2: queue('jeweller-care', { otherwise: goto('promise') }),
      // Who presses nothing wants to speak with somebody.
      otherwise: queue('jeweller-sales', { otherwise: goto('promise') }),
    }),
    closed: [play('jeweller-closed'), callback('jeweller-sales')],
  }),
  flows: {
    promise: callback('jeweller-sales', { prompt: 'callback-promised' }),
  },
  afterTalk: survey('three-keys'),
});
