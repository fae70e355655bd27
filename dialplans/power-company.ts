/**
 * A power company's 95598, day and night. While a power cut is announced, callers from the area hear of it first,
 * and most hang up informed. An engineer turns the announcement on and off by dialling *61 on any phone.
 */
import { builders } from 'pbx400/dialplan';

const { announce, anonymous, goto, hangup, hotline, menu, queue, survey, voicemail } = builders({
  prompts: ['power-outage', 'power-menu', 'invalid-key', 'busy-agents', 'goodbye'],
  queues: ['power-repair', 'power-service'],
  mailboxes: ['after-hours'],
  surveys: ['three-keys'],
  flows: ['repair', 'service'],
});

export default hotline('95598', {
  name: '供电服务热线',
  // Nobody is turned away here: callers without a number are helped like all others, but come last.
  channels: 200,
  featureCodes: { outage: '*61' },
  flow: [
    announce('power-outage', { switch: 'outage', areas: ['深圳', '东莞'] }),
    menu({
      prompt: 'power-menu',
      invalid: 'invalid-key',
      1: goto('repair'),
      2: goto('service'),
      3: goto('service'),
      // A caller in the dark may not find the keys.
      otherwise: goto('repair'),
    }),
  ],
  vip: { who: [anonymous()], priority: -5 },
  flows: {
    // Faults come before questions for every agent who serves both.
    repair: queue('power-repair', { priority: 10, otherwise: voicemail('after-hours') }),
    service: queue('power-service', {
      full: hangup({ cause: 'busy', prompt: 'busy-agents' }),
      otherwise: voicemail('after-hours'),
    }),
  },
  afterTalk: survey('three-keys'),
  otherwise: hangup({ prompt: 'goodbye' }),
});
