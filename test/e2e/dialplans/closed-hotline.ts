/** 4001234568 outside its hours whatever the time: no period is open. */
import { hotline, menu, play, queue, schedule, voicemail } from 'pbx400/dialplan';

export default hotline('4001234568', {
  flow: schedule(
    { periods: { open: {} } },
    {
      open: menu({ prompt: 'main-menu', 1: queue('sales') }),
      closed: [play('closed'), voicemail('after-hours')],
    },
  ),
});
