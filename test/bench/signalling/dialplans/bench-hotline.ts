/** What the benchmark's calls go through: blacklist, schedule, area, then one of several lines in turn. */
import { builders } from 'pbx400/dialplan';

const { hotline, byArea, dial, hangup, line, list, schedule } = builders({ lists: ['nuisance'] });

const numbers = ['13900139001', '13900139002', '13900139003'];
const lines = dial(
  numbers.map((number) => line(number, { channels: 30_000 })),
  { strategy: 'round-robin' },
);

export default hotline('4001234567', {
  block: list('nuisance'),
  flow: schedule('24x7', { open: byArea({ 广东: lines }, lines), otherwise: hangup() }),
});
