/** The sample hotline: greet, offer keys, queue, survey; voicemail when nobody is there. */
import { builders } from 'pbx400/dialplan';

// Declared names are checked as types: a mistyped prompt or queue does not compile.
const { hotline, hangup, list, menu, play, queue, schedule, survey, voicemail } = builders({
  prompts: ['welcome', 'main-menu', 'closed', 'invalid-key', 'goodbye'],
  queues: ['sales', 'service'],
  mailboxes: ['sales', 'after-hours'],
  surveys: ['three-keys'],
  lists: ['nuisance'],
  calendars: ['office'],
});

export default hotline('4001234567', {
  name: '示例公司客服热线',
  timeZone: 'Asia/Shanghai',
  block: list('nuisance'),
  calendars: {
    // Chinese public holidays are closed, make-up work days (调休) open; `night` can be switched on by hand.
    office: { periods: { open: { 'mon-fri': '09:00-18:00' } }, holidays: 'CN', switches: ['night'] },
  },
  flow: schedule('office', {
    open: [
      play('welcome'),
      menu({
        prompt: 'main-menu',
        invalid: 'invalid-key',
        1: queue('sales', { otherwise: voicemail('sales') }),
        2: queue('service', { otherwise: voicemail('sales') }),
        0: queue('service', { priority: 1, otherwise: voicemail('sales') }),
        otherwise: hangup({ prompt: 'goodbye' }),
      }),
    ],
    closed: [play('closed'), voicemail('after-hours')],
  }),
  afterTalk: survey('three-keys'),
});
