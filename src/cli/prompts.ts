import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import type { PromptVersionRow } from '../http/routes/prompts.ts';
import type { MadePromptAnswer, PromptAct, PromptRequest, PromptRow } from '../prompt-answers.ts';
import { localTime, textTable } from '../shared/text-table.ts';
import { companyOption, configOption, dataOption } from './options.ts';
import { askPbx, configOf, type RunningOptions, who } from './running.ts';

interface Options extends RunningOptions {
  readonly tenant?: string;
  readonly language?: string;
}

/** `pbx400 prompts`: prompts of the companies of the running PBX (提示音): made of files and texts, taken back. */
export function promptsCommand(write: (text: string) => void): Command {
  const command = new Command('prompts').description(
    'prompts of the companies of the running PBX: list, upload a file, say a text, take back a version',
  );
  const add = (name: string, description: string) => {
    const made = new Command(name).description(description).option('--json', 'as JSON');
    command.addCommand(made, { isDefault: name === 'list' });
    return made.addOption(configOption()).addOption(dataOption());
  };
  const ofPrompt = (name: string, description: string) =>
    add(name, description)
      .argument('<name>', 'name of the prompt')
      .option('--tenant <id>', 'of this company, where there are several')
      .option('--language <code>', 'as heard by who has chosen it: en, yue (default: by everybody else)');

  add('list', 'print the prompts that companies have of their own')
    .addOption(companyOption())
    .action(async (options: Options) => {
      const config = configOf(options);
      const request = { ask: 'prompts', tenant: options.tenant };
      const { prompts } = await askPbx<{ prompts: readonly PromptRow[] }>(config, request);
      if (options.json) return write(prompts.map((row) => `${JSON.stringify(row)}\n`).join(''));
      write(prompts.length === 0 ? 'no company has prompts of its own\n' : tableOf(prompts, config.timeZone));
    });
  ofPrompt('upload', 'make it of an audio file, in any format that ffmpeg reads')
    .argument('<file>', 'on the machine of the PBX, which must be able to read it')
    .action(async (name: string, file: string, options: Options) =>
      write(madeText(options, await ask(options, name, { act: 'upload', file: resolve(file) }))),
    );
  ofPrompt('say', 'make it of a text, by the speech engine of the configuration')
    .argument('<text>', 'what is said')
    .addOption(new Option('--spoken <code>', 'language of the text').default('zh-CN'))
    .option('--voice <name>', "one of the speech engine's")
    .action(
      async (
        name: string,
        text: string,
        options: Options & { readonly spoken: string; readonly voice?: string },
      ) => {
        const { spoken, voice } = options;
        const act = { act: 'say', text, spoken, ...(voice !== undefined && { voice }) } as const;
        write(madeText(options, await ask(options, name, act)));
      },
    );
  ofPrompt('versions', 'print what it was, the newest first').action(
    async (name: string, options: Options) => {
      const { versions } = await ask<{ versions: readonly PromptVersionRow[] }>(options, name, {
        act: 'versions',
      });
      if (options.json) return write(versions.map((row) => `${JSON.stringify(row)}\n`).join(''));
      write(
        versions.length === 0
          ? 'there are no versions\n'
          : versionTable(versions, configOf(options).timeZone),
      );
    },
  );
  ofPrompt('restore', 'let callers hear a version again')
    .argument('<version>', 'as `versions` prints it')
    .action(async (name: string, version: string, options: Options) => {
      const answer = await ask<{ version: PromptVersionRow }>(options, name, { act: 'restore', version });
      write(
        options.json ? `${JSON.stringify(answer.version)}\n` : `callers hear version ${version} of ${name}\n`,
      );
    });
  return command;
}

async function ask<Answer extends object = MadePromptAnswer>(
  options: Options,
  name: string,
  act: PromptAct,
): Promise<Answer> {
  const { tenant, language } = options;
  const request: PromptRequest = {
    ask: 'prompt',
    name,
    tenant,
    language,
    by: who(`prompts ${act.act}`),
    ...act,
  };
  return await askPbx<Answer>(configOf(options), request);
}

function madeText({ json }: Options, { made }: MadePromptAnswer): string {
  if (json) return `${JSON.stringify(made)}\n`;
  const { prompt, version, durationMs } = made;
  return `callers hear version ${version} of ${prompt}, ${seconds(durationMs)}\n`;
}

const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;

function tableOf(prompts: readonly PromptRow[], timeZone: string): string {
  return textTable(
    [
      { title: 'company', of: ({ tenant }) => tenant },
      { title: 'prompt', of: ({ name }) => name },
      { title: 'length', of: ({ durationMs: ms }) => (ms === null ? '' : seconds(ms)), alignRight: true },
      { title: 'made', of: ({ madeAt }) => (madeAt === null ? '' : localTime(Date.parse(madeAt), timeZone)) },
      { title: 'languages', of: ({ languages }) => languages.join(' ') },
      { title: 'text', of: ({ text }) => text },
    ],
    prompts,
  );
}

function versionTable(versions: readonly PromptVersionRow[], timeZone: string): string {
  return textTable(
    [
      { title: 'version', of: ({ version }) => version },
      { title: 'made', of: ({ madeAt }) => localTime(Date.parse(madeAt), timeZone) },
      { title: 'length', of: ({ durationMs }) => seconds(durationMs), alignRight: true },
      { title: '', of: ({ isCurrent }) => (isCurrent ? 'heard' : '') },
    ],
    versions,
  );
}
