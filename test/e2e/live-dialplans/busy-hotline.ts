/** 4001234567, which the load calls: a list that changes meanwhile, then a line over the trunk. */
import { dial, hotline, line, list } from 'pbx400/dialplan';

export default hotline('4001234567', {
  block: list('nuisance'),
  flow: dial([line('13900139001', { channels: 1000 })]),
});
