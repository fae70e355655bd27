import { constants } from 'node:os';
import { Command } from 'commander';
import type { ConfigOverrides } from '../config/load-config.ts';
import type { DrachtioServer } from '../edge/drachtio-server/drachtio-server.ts';
import { isEmergencyNumber } from '../numbering/emergency-number.ts';
import { loadMachine } from '../provisioning/file/company-sections.ts';
import { systemClock } from '../shared/clock.ts';
import { systemIds } from '../shared/ids.ts';
import { createLogger } from '../shared/logger.ts';
import { ExitError } from './exit-codes.ts';
import { configOption, dataOption } from './options.ts';
import { untilSecondSignal, untilSignal } from './until-signal.ts';

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
    .addHelpText('after', HELP)
    .action(async ({ config: file, ...overrides }: EdgeOptions) => {
      const server = await startEdge(file, overrides, write);
      process.on('SIGHUP', () => reload(server, write));
      await untilSignal();
      write('stopping: waiting for calls in progress; once more to end them now\n');
      const signal = await Promise.race([server.drain().then(() => undefined), untilSecondSignal()]);
      await server.close();
      // The signal's number and 128, as a shell says it.
      if (signal !== undefined) throw new ExitError(128 + constants.signals[signal]);
    });
}

const HELP = `
Where it listens, its secret and its handlers stand in the configuration:
  sip:  { listen: ... }
  edge: { host: 127.0.0.1, port: 9022, secret: { file: edge-secret }, tls: false, handlers: [] }
Without a secret one is made, in the file edge-secret of the data folder.

Signals: SIGHUP reads the certificates again; SIGTERM and SIGINT let calls in progress end, a second one ends them.`;

function reload(server: DrachtioServer, write: (text: string) => void): void {
  try {
    server.reloadTls();
    write('certificates were read again\n');
  } catch (error) {
    write(`not reloaded, the old certificates stay: ${error}\n`);
  }
}

async function startEdge(
  file: string | undefined,
  overrides: ConfigOverrides,
  write: (text: string) => void,
): Promise<DrachtioServer> {
  const config = loadMachine({ file, overrides, prepare: true, forEdge: true });
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
      isEmergency: isEmergencyNumber,
    },
    { clock: systemClock, ids: systemIds, logger: createLogger(config.logLevel) },
  );
  await server.start();
  const sip = server.addresses.map(({ transport, address, port: at }) => `${transport}:${address}:${at}`);
  write(`ready  sip ${sip.join(' ')}  applications ${host}:${server.adminPort}\n`);
  return server;
}
