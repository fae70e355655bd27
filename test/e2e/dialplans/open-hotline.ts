/** 4001234567 at any hour: blacklist, time, welcome, menu, queue with survey; voicemail when nobody answers. */
import { hotline, list, menu, play, queue, schedule, survey, voicemail } from 'pbx400/dialplan';

export default hotline('4001234567', {
  block: [list('nuisance')],
  flow: schedule('24x7', {
    open: [
      play('welcome'),
      menu({
        prompt: 'main-menu',
        1: queue('sales', { otherwise: voicemail('sales') }),
        2: queue('service', { otherwise: voicemail('sales') }),
      }),
    ],
    closed: voicemail('after-hours'),
  }),
  afterTalk: survey('three-keys'),
});
