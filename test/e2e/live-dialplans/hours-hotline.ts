/** 4001234570: refused with another cause in each period of a calendar that changes. */
import { hangup, hotline, schedule } from 'pbx400/dialplan';

export default hotline('4001234570', {
  flow: schedule('hours', { open: hangup('rejected'), closed: hangup('unavailable') }),
});
