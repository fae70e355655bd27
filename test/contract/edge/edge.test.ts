import { describe } from 'vitest';
import { describeEdge } from './edge-suite.ts';
import { ENGINES } from './engines.ts';

for (const { name, missing, world } of ENGINES) {
  describe.skipIf(missing).concurrent.each(['udp', 'tcp'] as const)('over %s', (transport) => {
    describeEdge(name, () => world(transport));
  });
}
