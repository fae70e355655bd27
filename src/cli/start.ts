import { Command } from 'commander';
import type { Config } from '../config/config.ts';
import { loadConfig } from '../config/load-config.ts';
import { configOption, dataOption } from './options.ts';
import { untilSignal } from './until-signal.ts';

/** A PBX that takes calls. */
export interface RunningPbx {
  /** Where it listens, `udp:127.0.0.1:5060`. */
  readonly sip: readonly string[];
  /** `http://127.0.0.1:8400` */
  readonly http: string;
  /** Reads the certificates again. */
  reload(): void;
  /** Takes no new calls, waits for those in progress, then closes everything. Idempotent. */
  stop(): Promise<void>;
}

export type StartPbx = (config: Config) => Promise<RunningPbx>;

interface StartOptions {
  readonly config?: string;
  readonly sip?: string;
  readonly http?: string;
  readonly data?: string;
}

/** `pbx400 start`: runs until SIGINT or SIGTERM; a second signal ends it at once. */
export function startCommand(start: StartPbx, write: (text: string) => void): Command {
  return new Command('start')
    .description('start the PBX')
    .addOption(configOption())
    .option('--sip <host:port>', 'listen for SIP there, over UDP and TCP')
    .option('--http <host:port>', 'listen for the HTTP API there')
    .addOption(dataOption())
    .action(async ({ config: file, ...overrides }: StartOptions) => {
      const config = loadConfig({ file, overrides, prepare: true });
      const pbx = await start(config);
      write(`ready  sip ${pbx.sip.join(' ')}  http ${pbx.http}\n`);
      process.on('SIGHUP', () => {
        try {
          pbx.reload();
        } catch (error) {
          write(`not reloaded, the old certificates stay: ${error}\n`);
        }
      });
      await untilSignal();
      write('stopping: waiting for calls in progress; once more to end them now\n');
      process.once('SIGINT', () => process.exit(130));
      process.once('SIGTERM', () => process.exit(143));
      await pbx.stop();
    });
}
