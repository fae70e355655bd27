/** The number tester, for the API: tests run on what companies have set up now. */
import type { Config } from './config/config.ts';
import type { Dialplans } from './dialplan/dialplans.ts';
import type { DraftAsked } from './http/draft-schema.ts';
import type { SimulationBoard } from './http/routes/simulations.ts';
import type { Provisioned } from './provisioning/provisioning.ts';
import type { HotlineVersions } from './provisioning/version/hotline-versions.ts';
import type { Clock } from './shared/clock.ts';
import type { Draft, SimulationOrder } from './tester/test-order.ts';
import { Tester } from './tester/tester.ts';

export interface TesterBoardParts {
  readonly provisioning: Pick<Provisioned, 'snapshot'>;
  readonly hotlines: Pick<Dialplans, 'revision'>;
  readonly versions: Pick<HotlineVersions, 'get'>;
  readonly clock: Clock;
}

/** Opens it; its thread begins with the first test. */
export function openTester(
  config: Config,
  { provisioning, hotlines, versions, clock }: TesterBoardParts,
): { readonly board: SimulationBoard; close(): Promise<void> } {
  const stamp = () => ({ companies: provisioning.snapshot.revision, files: hotlines.revision });
  const tester = new Tester({ config, clock, stamp });
  const draftOf = async (
    tenant: string,
    number: string,
    { version, draft = {} }: DraftAsked,
  ): Promise<Draft> => {
    if (version === undefined) return draft as Draft;
    const stored = provisioning.snapshot.of('hotline', tenant);
    const hotline = stored.find((each) => each.aliases.includes(number))?.number ?? number;
    const { body } = await versions.get({ tenant, hotline }, version);
    return { ...(draft as Draft), version: body };
  };
  return {
    board: {
      simulate: async ({ tenant, hotline, caller, version, draft, ...asked }) => {
        const { keys = [], agents = {}, phones = {}, switches = [], http = [], ...rest } = asked;
        return await tester.simulate({
          ...rest,
          plans: { tenant, hotline, draft: await draftOf(tenant, hotline, { version, draft }) },
          from: caller,
          keys,
          agents: agents as SimulationOrder['agents'],
          phones: phones as SimulationOrder['phones'],
          switches,
          http,
        });
      },
    },
    close: () => tester.close(),
  };
}
