import { writeFileSync } from 'node:fs';
import { Command } from 'commander';
import type { Config } from '../config/config.ts';
import type { Ladder } from '../ladder/ladder.ts';
import type { LadderAnswer, LadderRequest } from '../open-ladder.ts';
import { loadMachine } from '../provisioning/file/company-sections.ts';
import { asError, PbxError } from '../shared/errors.ts';
import { configOption, dataOption } from './options.ts';
import { askPbx, type RunningOptions } from './running.ts';

interface LadderOptions extends RunningOptions {
  readonly pcap?: string;
}

/** `pbx400 ladder`: the SIP messages of a call of the running PBX, drawn, as JSON, or as a capture file. */
export function ladderCommand(write: (text: string) => void): Command {
  return new Command('ladder')
    .description('print the SIP messages of a call and what happened to its audio; secrets are left out')
    .argument('<call>', 'id of the call, as pbx400 cdr prints it')
    .option('--json', 'one message or event a line as JSON')
    .option('--pcap <file>', 'write them to a file for Wireshark or sngrep')
    .addOption(configOption())
    .addOption(dataOption())
    .action(async (callId: string, options: LadderOptions) => {
      const { config: file, data } = options;
      const config = loadMachine({ file, overrides: data === undefined ? {} : { data } });
      if (options.pcap !== undefined) {
        const capture = await ask<string>(config, callId, 'pcap');
        writeCapture(options.pcap, Buffer.from(capture, 'base64'));
        write(`${options.pcap} was written\n`);
      } else if (options.json) {
        const { lines } = await ask<Ladder>(config, callId, 'json');
        write(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
      } else write(await ask<string>(config, callId, 'text'));
    });
}

async function ask<Form extends LadderAnswer['ladder']>(
  config: Config,
  callId: string,
  as: LadderRequest['as'],
): Promise<Form> {
  const request: LadderRequest = { ask: 'ladder', callId, as };
  return (await askPbx<{ ladder: Form }>(config, request)).ladder;
}

/** Numbers of people are in it: for its owner only. */
function writeCapture(file: string, capture: Buffer): void {
  try {
    writeFileSync(file, capture, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') throw new PbxError('exists', `${file} exists already; name another`);
    throw new PbxError('output', `the file cannot be written: ${asError(error).message}`, { cause: error });
  }
}
