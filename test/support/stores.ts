/** Every engine of the store; the suites of its port run on each. */
import { systemClock } from '../../src/shared/clock.ts';
import { silentLogger } from '../../src/shared/logger.ts';
import { MemoryStore } from '../../src/store/memory/memory-store.ts';
import { openStore } from '../../src/store/open-store.ts';
import type { Store } from '../../src/store/store.ts';
import { DATABASES, type StorePlace } from './store-engines.ts';

const services = { clock: systemClock, logger: silentLogger };
const MEMORY = {
  name: 'memory',
  missing: undefined,
  open: async (): Promise<Store> => new MemoryStore(),
  remove: () => {},
};
export const STORES = [
  MEMORY,
  ...DATABASES.map(({ name, missing, make }) => {
    let place: StorePlace;
    const open = async () => {
      place = await make();
      return await openStore(place.location, { nodeId: 'n1', ...services });
    };
    return { name, missing, open, remove: () => place.remove() };
  }),
];
