/** Greets, offers two keys in office hours, takes messages outside of them. */
import { builders } from 'pbx400/dialplan';

// Names declared here are types: a mistyped queue does not compile. Their settings stand in pbx400.yaml.
const { hangup, hotline, menu, play, queue, schedule, voicemail } = builders({
  prompts: ['welcome', 'main-menu', 'closed', 'invalid-key', 'goodbye'],
  queues: ['sales', 'service'],
  mailboxes: ['messages'],
  calendars: ['office'],
});

const message = voicemail('messages');

export default hotline('4001234567', {
  name: '客服热线',
  calendars: {
    office: { periods: { open: { 'mon-fri': '09:00-18:00' } }, holidays: 'CN' },
  },
  flow: schedule('office', {
    open: [
      play('welcome'),
      menu({
        prompt: 'main-menu',
        invalid: 'invalid-key',
        1: queue('sales', { otherwise: message }),
        2: queue('service', { otherwise: message }),
        otherwise: hangup({ prompt: 'goodbye' }),
      }),
    ],
    closed: [play('closed'), message],
  }),
});
