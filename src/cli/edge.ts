import { Command } from 'commander';
import { type ConfigOverrides, loadConfig } from '../config/load-config.ts';
import { systemClock } from '../shared/clock.ts';
import { systemIds } from '../shared/ids.ts';
import { createLogger } from '../shared/logger.ts';
import { configOption, dataOption } from './options.ts';

interface EdgeOptions {
  readonly config?: string;
  readonly sip?: string;
  readonly data?: string;
}

/**
 * `pbx400 edge`: the SIP edge alone. PBXs with `sip.edge: drachtio`, and any drachtio-srf application, connect to it.
 * Runs until SIGINT or SIGTERM.
 */
export function edgeCommand(write: (text: string) => void): Command {
  return new Command('edge')
    .description('start the SIP edge alone: PBXs and drachtio-srf applications connect to it')
    .addOption(configOption())
    .option('--sip <host:port>', 'listen for SIP there, over UDP and TCP')
    .addOption(dataOption())
    .action(async ({ config: file, ...overrides }: EdgeOptions) => {
      const stop = await startEdge(file, overrides, write);
      await new Promise<void>((resolve) => {
        process.once('SIGINT', resolve);
        process.once('SIGTERM', resolve);
      });
      await stop();
    });
}

async function startEdge(
  file: string | undefined,
  overrides: ConfigOverrides,
  write: (text: string) => void,
): Promise<() => Promise<void>> {
  const config = loadConfig({ file, overrides, prepare: true, forEdge: true });
  const { host, port, secret, tls, handlers } = config.edge;
  // Loaded only when needed: other commands need no SIP.
  const { createDrachtioServer } = await import('../edge/drachtio-server/create-drachtio-server.ts');
  const server = createDrachtioServer(
    {
      listen: config.sip.listen,
      ...(config.tls ? { tls: config.tls } : {}),
      admin: { host, port, ...(tls ? { tls } : {}) },
      secret,
      handlers,
      applicationCa: config.tls?.caFile,
    },
    { clock: systemClock, ids: systemIds, logger: createLogger(config.logLevel) },
  );
  await server.start();
  const sip = server.addresses.map(({ transport, address, port: at }) => `${transport}:${address}:${at}`);
  write(`ready  sip ${sip.join(' ')}  applications ${host}:${server.adminPort}\n`);
  return () => server.close();
}
