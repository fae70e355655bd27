import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { FIRST_PASSWORD_FILE } from '../auth/first-operator.ts';
import type { Config } from '../config/config.ts';
import type { RunningPbx } from '../main.ts';
import { loadMachine } from '../provisioning/file/company-sections.ts';
import { ExitError } from './exit-codes.ts';
import { configOption, dataOption } from './options.ts';
import { untilSecondSignal, untilSignal } from './until-signal.ts';

export type StartPbx = (config: Config) => Promise<RunningPbx>;

interface StartOptions {
  readonly config?: string;
  readonly sip?: string;
  readonly http?: string;
  readonly data?: string;
}

/** `pbx400 start`: runs until SIGINT or SIGTERM, then drains; a second signal ends the calls in progress. */
export function startCommand(start: StartPbx, write: (text: string) => void): Command {
  return new Command('start')
    .description('start the PBX')
    .addOption(configOption())
    .option('--sip <host:port>', 'listen for SIP there, over UDP and TCP')
    .option('--http <host:port>', 'listen for the HTTP API there')
    .addOption(dataOption())
    .action(async ({ config: file, ...overrides }: StartOptions) => {
      const config = loadMachine({ file, overrides, prepare: true });
      const pbx = await start(config);
      write(`ready  sip ${pbx.sip.join(' ')}  http ${pbx.http}\n`);
      if (pbx.sip.every(isLoopback)) write(ONLY_HERE);
      const password = join(config.dataDir, FIRST_PASSWORD_FILE);
      if (existsSync(password)) write(firstSteps(pbx.http, password));
      process.on('SIGHUP', () => {
        try {
          pbx.reload();
        } catch (error) {
          write(`not reloaded, the old certificates stay: ${error}\n`);
        }
      });
      await untilSignal();
      write('stopping: waiting for calls in progress; once more to end them now\n');
      const stopped = pbx.stop();
      const second = await Promise.race([stopped, untilSecondSignal()]);
      if (second === undefined) return;
      write('ending the calls in progress\n');
      pbx.endCalls();
      await stopped;
      // The signal's number and 128, as a shell says it.
      throw new ExitError(128 + constants.signals[second]);
    });
}

const isLoopback = (address: string) => /^\w+:(127\.|\[::1\])/.test(address);
const ONLY_HERE =
  'note   SIP listens on this machine only; trunks and phones on the network need --sip or sip.listen\n';

/** Until the password of the first account was changed; what it is stands in its file alone. */
const firstSteps = (http: string, file: string) =>
  `first  sign in at ${http} as operator with the password in ${file}\n       the console then leads through company, line, agents, number and a test call\n`;
