/** What `pbx400 hotlines` asks of the running PBX, see `provisioning/control/protocol.ts`. */
import type { Dialplans } from './dialplan/dialplans.ts';
import type { HotlineVersionBoard, VersionFound } from './http/routes/hotline-versions.ts';
import type { SimulationAsked, SimulationBoard } from './http/routes/simulations.ts';
import type { Companies } from './provisioning/companies.ts';
import type { ControlAnswers, ControlRequest } from './provisioning/control/protocol.ts';
import { type Flaw, PbxError } from './shared/errors.ts';

type Canary = NonNullable<VersionFound['canary']>;

/** What is done with the hotline that a number leads to. */
export type HotlineAct =
  | { readonly act: 'versions' }
  | { readonly act: 'check' }
  | { readonly act: 'draft'; readonly hotline: Readonly<Record<string, unknown>>; readonly comment?: string }
  | { readonly act: 'publish' | 'roll-back'; readonly version: number; readonly comment?: string }
  | { readonly act: 'canary'; readonly version: number; readonly canary: Canary }
  | { readonly act: 'end-canary' }
  | { readonly act: 'diff'; readonly from?: number; readonly to?: number; readonly language: 'zh' | 'en' }
  | {
      readonly act: 'simulate';
      readonly asked: Omit<SimulationAsked, 'tenant' | 'hotline' | 'masked'>;
    };
export type HotlineRequest = ControlRequest & { readonly number: string; readonly by: string } & HotlineAct;

/** A hotline as `pbx400 hotlines` lists it. */
export interface HotlineRow {
  readonly tenant: string;
  readonly number: string;
  readonly name: string;
  /** `shop.ts:12`; null: the database owns it. */
  readonly file: string | null;
  /** Of the database's: versions that take all calls, a part of them, that are edited; null: none. */
  readonly published: number | null;
  readonly tried: number | null;
  readonly draft: number | null;
  /** It takes calls; false: it has a mistake. */
  readonly takesCalls: boolean;
}

/** A version as it is printed; times in ISO 8601. */
export type VersionRow = Omit<VersionFound, 'changedAt' | 'publishedAt' | 'revision'> & {
  readonly changedAt: string;
  readonly publishedAt: string | null;
};

export interface HotlineAnswersParts {
  readonly companies: Pick<Companies, 'provisioning' | 'placeOf'>;
  readonly hotlines: Pick<Dialplans, 'plans' | 'route'>;
  readonly board: HotlineVersionBoard;
  readonly tester: SimulationBoard;
}

export function hotlineAnswers({ companies, hotlines, board, tester }: HotlineAnswersParts): ControlAnswers {
  const ownerOf = (number: string): { readonly tenant: string; readonly hotline: string } => {
    const running = hotlines.route(number);
    if (running) return { tenant: running.tenant, hotline: running.number };
    const stored = companies.provisioning.snapshot
      .all('hotline')
      .find((one) => one.number === number || one.aliases.includes(number));
    if (!stored) throw new PbxError('not-found', `no hotline has the number ${number}`);
    return { tenant: stored.tenant, hotline: stored.number };
  };

  async function rows(tenant: string | undefined): Promise<readonly HotlineRow[]> {
    const stored = companies.provisioning.snapshot.all('hotline');
    const known = new Set(stored.map((one) => one.number));
    const written = hotlines.plans.filter((plan) => !known.has(plan.number));
    const all = [
      ...stored.map((one) => ({ tenant: one.tenant, number: one.number, name: one.name, isStored: true })),
      ...written.map((plan) => ({
        tenant: plan.tenant,
        number: plan.number,
        name: plan.hotline.name,
        isStored: false,
      })),
    ];
    const found: HotlineRow[] = [];
    for (const { isStored, name = '', ...one } of all) {
      if (tenant !== undefined && one.tenant !== tenant) continue;
      const place = companies.placeOf({ kind: 'hotline', tenant: one.tenant, name: one.number });
      const hasVersions = isStored && !place;
      const versions = hasVersions ? await board.list({ tenant: one.tenant, hotline: one.number }) : [];
      const of = (...states: readonly VersionFound['state'][]) =>
        versions.find(({ state }) => states.includes(state))?.version ?? null;
      found.push({
        ...one,
        name,
        file: place ? `${place.file}:${place.line ?? 1}` : isStored ? null : 'TypeScript',
        published: of('published'),
        tried: of('canary'),
        draft: of('draft', 'checked'),
        takesCalls: hotlines.route(one.number) !== undefined,
      });
    }
    return found;
  }

  async function act(request: HotlineRequest): Promise<object> {
    const { number, by } = request;
    const name = ownerOf(number);
    switch (request.act) {
      case 'versions':
        return { versions: (await board.list(name)).map(rowOf) };
      case 'check': {
        const { version, flaws } = await board.check(name);
        return { version, flaws };
      }
      case 'draft': {
        const before = await board.draft(name);
        const { comment, hotline } = request;
        const body = JSON.stringify(hotline);
        const { version } = await board.save(name, {
          body,
          comment,
          base: undefined,
          by,
          read: before?.revision,
        });
        return { version };
      }
      case 'publish':
        await board.publish(name, request.version, { by, comment: request.comment });
        return { version: rowOf(await board.get(name, request.version)) };
      case 'roll-back':
        await board.rollBack(name, request.version, { by, comment: request.comment });
        return { version: rowOf(await board.get(name, request.version)) };
      case 'canary':
        await board.tryOut(name, request.version, request.canary, { by });
        return { version: rowOf(await board.get(name, request.version)) };
      case 'end-canary':
        await board.endTrial(name, { by });
        return {};
      case 'diff': {
        const versions = await board.list(name);
        const versionIn = (...states: readonly VersionFound['state'][]) => {
          const found = versions.find(({ state }) => states.includes(state));
          if (found) return found.version;
          throw new PbxError(
            'not-found',
            `no version of ${name.hotline} is ${states.join(' or ')}: name one`,
          );
        };
        const { from = versionIn('published'), to = versionIn('draft', 'checked', 'canary') } = request;
        return { from, to, differences: await board.diff(name, from, to, request.language) };
      }
      case 'simulate': {
        const { tenant } = name;
        return {
          simulation: await tester.simulate({ ...request.asked, tenant, hotline: number, masked: false }),
        };
      }
    }
  }

  return {
    hotlines: async ({ tenant }: ControlRequest & { readonly tenant?: string }) => ({
      hotlines: await rows(tenant),
    }),
    hotline: act,
  };
}

function rowOf({ changedAt, publishedAt, revision: _, ...version }: VersionFound): VersionRow {
  return {
    ...version,
    changedAt: new Date(changedAt).toISOString(),
    publishedAt: publishedAt === undefined ? null : new Date(publishedAt).toISOString(),
  };
}

/** What a check has found. */
export interface CheckAnswer {
  readonly version: number;
  readonly flaws: readonly Flaw[];
}
