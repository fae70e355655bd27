import { Command } from 'commander';
import { OPERATORS } from '../auth/auth-store.ts';
import { ANY_COMPANY } from '../auth/companies.ts';
import {
  type ListUsers,
  operatorAnswers,
  type ResetPassword,
  type ResetSecondFactor,
  type UserRow,
} from '../auth/operator-answers.ts';
import { NO_PHONES } from '../auth/phone-credentials.ts';
import { authOn } from '../open-auth.ts';
import { loadMachine } from '../provisioning/file/company-sections.ts';
import { systemClock } from '../shared/clock.ts';
import { systemIds } from '../shared/ids.ts';
import { silentLogger } from '../shared/logger.ts';
import { textTable } from '../shared/text-table.ts';
import { askOrOpen } from './keeping.ts';
import { configOption, dataOption } from './options.ts';
import { type RunningOptions, who } from './running.ts';

interface UsersOptions extends RunningOptions {
  readonly tenant?: string;
}

interface ResetOptions extends UsersOptions {
  readonly secondFactor?: boolean;
}

/** `pbx400 users`: who may sign in, and a way back in for who has lost his password. */
export function usersCommand(write: (text: string) => void): Command {
  const list = new Command('list')
    .description('print who may sign in')
    .option('--tenant <id>', 'of this company only')
    .option('--json', 'one user a line as JSON')
    .addOption(configOption())
    .addOption(dataOption())
    .action(async (options: UsersOptions) => {
      const request: ListUsers = { ask: 'users', tenantId: options.tenant };
      const { users } = await ask<{ users: readonly UserRow[] }>(options, request);
      if (options.json) write(users.map((user) => `${JSON.stringify(user)}\n`).join(''));
      else write(users.length === 0 ? 'nobody may sign in\n' : tableOf(users));
    });
  const reset = new Command('reset')
    .description('make a new password, which has to be changed; whoever had the old one is signed out')
    .argument('<login>', 'as the list prints it')
    .option('--tenant <id>', 'of this company; without: of an operator')
    .option('--second-factor', 'the authenticator app is lost: let the password alone in instead')
    .option('--json', 'the answer as JSON')
    .addOption(configOption())
    .addOption(dataOption())
    .action(async (login: string, options: ResetOptions) => {
      const { tenant: tenantId = OPERATORS, secondFactor, json } = options;
      const whose = { tenantId, login, by: who('users reset') };
      if (secondFactor) {
        const answer = await ask<{ had: boolean }>(options, { ask: 'reset-second-factor', ...whose });
        const said = answer.had ? 'the password alone lets in' : 'there was no authenticator app of';
        return write(json ? `${JSON.stringify(answer)}\n` : `${said} ${login}\n`);
      }
      const answer = await ask<{ password: string }>(options, { ask: 'reset-password', ...whose });
      write(json ? `${JSON.stringify(answer)}\n` : `new password of ${login}: ${answer.password}\n`);
    });
  return new Command('users')
    .description('people who sign in (账号): list them, reset a lost password')
    .addCommand(list, { isDefault: true })
    .addCommand(reset);
}

function ask<Answer extends object>(
  { config: file, data }: UsersOptions,
  request: ListUsers | ResetPassword | ResetSecondFactor,
): Promise<Answer> {
  const config = loadMachine({ file, overrides: data === undefined ? {} : { data } });
  const services = { clock: systemClock, ids: systemIds, logger: silentLogger };
  return askOrOpen<Answer>(config, request, (store) =>
    operatorAnswers(authOn(store, config, ANY_COMPANY, NO_PHONES, services)),
  );
}

function tableOf(users: readonly UserRow[]): string {
  return textTable(
    [
      {
        title: 'company',
        of: ({ tenantId, reseller }) => (reseller === undefined ? tenantId : `(${reseller})`),
      },
      { title: 'login', of: ({ login }) => login },
      { title: 'name', of: ({ name }) => name },
      { title: 'roles', of: ({ roles }) => roles.join(' ') },
      { title: 'state', of: stateOf },
    ],
    users,
  );
}

function stateOf({ isActive, mustChange }: UserRow): string {
  if (!isActive) return 'shut out';
  return mustChange ? 'has to change the password' : 'active';
}
