import { EmbeddedMediaEngine } from '../../../src/media/embedded/embedded-media-engine.ts';
import { systemIds } from '../../../src/shared/ids.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { freeUdpPort } from '../../support/free-port.ts';
import { describeMediaEngine } from './media-contract.ts';
import { type MediaWorld, realTimeWorld } from './media-fixture.ts';

const create = (ports: { portMin?: number; portMax?: number } = {}) =>
  new EmbeddedMediaEngine({ ids: systemIds, logger: silentLogger, host: '127.0.0.1', workers: 1, ...ports });

async function open(ports: { portMin?: number; portMax?: number } = {}): Promise<MediaWorld> {
  const engine = create(ports);
  await engine.start();
  return realTimeWorld(engine);
}

async function openForTwo(): Promise<MediaWorld> {
  const portMin = await freeUdpPort('127.0.0.1', true);
  return open({ portMin, portMax: portMin + 3 });
}

describeMediaEngine({
  name: 'embedded',
  beside: true,
  capabilities: create().capabilities,
  open: () => open(),
  openForTwo,
});
