/** 4001234567 at any hour: a menu, a queue; `night` can be switched on by hand and changes nothing. */
import { hotline, menu, queue, schedule } from 'pbx400/dialplan';

const flow = () => menu({ prompt: 'main-menu', 1: queue('sales') });

export default hotline('4001234567', {
  flow: schedule(
    { periods: { open: {} }, switches: ['night'] },
    { open: flow(), closed: flow(), night: flow() },
  ),
});
