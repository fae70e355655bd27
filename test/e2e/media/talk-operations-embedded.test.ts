import { EmbeddedMediaEngine } from '../../../src/media/embedded/embedded-media-engine.ts';
import { systemIds } from '../../../src/shared/ids.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { describeTalkOperations } from './talk-operations.ts';

// two workers: parties that talk with each other live in both
const create = () =>
  new EmbeddedMediaEngine({ ids: systemIds, logger: silentLogger, host: '127.0.0.1', workers: 2 });

describeTalkOperations({
  name: 'the embedded engine',
  missing: undefined,
  capabilities: create().capabilities,
  create,
});
