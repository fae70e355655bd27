/** The number tester, for the API: tests run on what companies have set up now. */
import type { Config } from './config/config.ts';
import type { Dialplans } from './dialplan/dialplans.ts';
import type { DraftAsked } from './http/draft-schema.ts';
import type { FlowWayBoard } from './http/routes/flow-ways.ts';
import type { ReplayBoard } from './http/routes/replays.ts';
import type { SimulationBoard } from './http/routes/simulations.ts';
import type { Jobs } from './job/jobs.ts';
import { normaliseCaller } from './numbering/number.ts';
import type { NumberLists } from './numbering/number-list.ts';
import type { Provisioned } from './provisioning/provisioning.ts';
import type { HotlineVersions } from './provisioning/version/hotline-versions.ts';
import type { Clock } from './shared/clock.ts';
import { PbxError } from './shared/errors.ts';
import { Replays } from './tester/replays.ts';
import type { Draft, SimulationOrder } from './tester/test-order.ts';
import { Tester } from './tester/tester.ts';

export interface TesterBoardParts {
  readonly provisioning: Pick<Provisioned, 'snapshot'>;
  readonly hotlines: Pick<Dialplans, 'revision' | 'route'>;
  readonly versions: Pick<HotlineVersions, 'get'>;
  /** With the numbers of tables. */
  readonly lists: Pick<NumberLists, 'kept'>;
  readonly jobs: Pick<Jobs, 'start'>;
  readonly clock: Clock;
}

/** Opens it; its thread begins with the first test. */
export function openTester(
  config: Config,
  { provisioning, hotlines, versions, lists, jobs, clock }: TesterBoardParts,
): { readonly board: SimulationBoard & ReplayBoard & FlowWayBoard; close(): Promise<void> } {
  const stamp = () => ({ companies: provisioning.snapshot.revision, files: hotlines.revision });
  const tester = new Tester({ config, clock, stamp });
  const replays = new Replays({ config, clock, stamp });
  /** Main number of the hotline that a number leads to. */
  const mainOf = (tenant: string, number: string): string => {
    const running = hotlines.route(number);
    if (running?.tenant === tenant) return running.number;
    const stored = provisioning.snapshot.of('hotline', tenant);
    return stored.find((one) => one.aliases.includes(number))?.number ?? number;
  };
  const draftOf = async (
    tenant: string,
    number: string,
    { version, draft = {} }: DraftAsked,
  ): Promise<Draft> => {
    if (version === undefined) return draft as Draft;
    const { body } = await versions.get({ tenant, hotline: mainOf(tenant, number) }, version);
    return { ...(draft as Draft), version: body };
  };
  const listedOf = (tenant: string, from: string, at: number) => {
    const caller = normaliseCaller(from);
    const hits = provisioning.snapshot.of('list', tenant).flatMap(({ name: list }) => {
      const found = caller === '' ? undefined : lists.kept(tenant, list)?.find(caller, at);
      return found ? [{ list, ...found }] : [];
    });
    return hits.length > 0 ? { listed: hits } : {};
  };
  return {
    board: {
      simulate: async ({ tenant, hotline, caller, version, draft, ...asked }) => {
        const { keys = [], agents = {}, phones = {}, switches = [], http = [], ...rest } = asked;
        return await tester.simulate({
          ...rest,
          plans: { tenant, hotline, draft: await draftOf(tenant, hotline, { version, draft }) },
          from: caller,
          ...listedOf(tenant, caller, rest.at),
          keys,
          agents: agents as SimulationOrder['agents'],
          phones: phones as SimulationOrder['phones'],
          switches,
          http,
        });
      },
      ways: async (tenant, number, from) => {
        const main = mainOf(tenant, number);
        const isIts = hotlines.route(main)?.tenant === tenant;
        if (!isIts && !provisioning.snapshot.get('hotline', tenant, main))
          throw new PbxError('not-found', `there is no hotline ${number}`);
        return await tester.ways({ tenant, number: main, from });
      },
      replay: async ({ tenant, hotline, version, draft, http = [], ...asked }, by) => {
        const plans = { tenant, hotline, draft: await draftOf(tenant, hotline, { version, draft }) };
        const number = mainOf(tenant, hotline);
        return await jobs.start({ tenantId: tenant, kind: 'replay', by }, async (work) => {
          const calls: string[] = [];
          const answer = await replays.run({ ...asked, plans, number, http }, work.signal, (part) => {
            calls.push(...part.calls);
            work.progress(part.done, part.total);
          });
          const { result, sums } = answer;
          const file = fileOf({ hotline: number, version: version ?? null, ...result }, sums, calls);
          await work.writeFile(`replay-${number}.json`, 'application/json', file);
          return result;
        });
      },
    },
    close: () => tester.close(),
  };
}

/** Calls that are written at once. */
const PART = 50;

/** One object, in parts. */
async function* fileOf(head: object, sums: string, calls: readonly string[]): AsyncGenerator<string> {
  const { changes: _, ...counts } = head as { readonly changes?: unknown };
  yield `${JSON.stringify(counts).slice(0, -1)},${sums.slice(1, -1)},"items":[`;
  for (let at = 0; at < calls.length; at += PART)
    yield `${at === 0 ? '\n' : ',\n'}${calls.slice(at, at + PART).join(',\n')}`;
  yield '\n]}\n';
}
