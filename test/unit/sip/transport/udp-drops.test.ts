import { expect, it } from 'vitest';
import { udpDropsIn } from '../../../../src/sip/transport/udp-drops.ts';

const TABLE = `   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops
  412: 0100007F:13C4 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 38121 2 0000000000000000 17
  413: 00000000:13C4 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 38122 2 0000000000000000 3
  414: 0100007F:13C5 00000000:13C4 07 00000000:00000000 00:00000000 00000000     0        0 38123 2 0000000000000000 99
`;

it('adds up the drops of one port', () => {
  expect(udpDropsIn(TABLE, 5060)).toBe(20);
  expect(udpDropsIn(TABLE, 5062)).toBe(0);
  expect(udpDropsIn('', 5060)).toBe(0);
});
