/** Flows of hotlines, for the API: those of the database, of YAML and of TypeScript files. */
import { relative } from 'node:path';
import type { Dialplans } from './dialplan/dialplans.ts';
import type { FieldKind } from './dialplan/node/fields.ts';
import { KINDS } from './dialplan/node/kinds.ts';
import { CHOICES, fieldWord, GROUP_OF, GROUPS } from './dialplan/node/node-words.ts';
import type { NodeType } from './dialplan/node/tree.ts';
import { eachNode } from './dialplan/plan/each-node.ts';
import type { Plan } from './dialplan/plan/plan.ts';
import { placeOf } from './dialplan/write/places.ts';
import type { FlowEditorBoard } from './http/routes/flow-editors.ts';
import type { FlowBoard, FlowProblem, FlowRow, NodeKinds } from './http/routes/flows.ts';
import { checkBody } from './provisioning/check/check-body.ts';
import type { Mistake } from './provisioning/check/mistake.ts';
import type { Companies } from './provisioning/companies.ts';
import type { Named } from './provisioning/snapshot.ts';
import type { FlowEditors } from './provisioning/version/flow-editors.ts';
import type { HotlineVersions } from './provisioning/version/hotline-versions.ts';
import { draftOf } from './provisioning/version/version-rules.ts';
import { PbxError } from './shared/errors.ts';
import { pointerTo } from './shared/path.ts';
import { publishedOf } from './store/hotline-version.ts';

export interface FlowBoardParts {
  readonly companies: Pick<Companies, 'provisioning' | 'placeOf'>;
  readonly hotlines: Pick<Dialplans, 'plans' | 'route' | 'review'>;
  readonly versions: Pick<HotlineVersions, 'list'>;
  readonly editors: Pick<FlowEditors, 'seen' | 'left'>;
}

export function flowBoard({
  companies,
  hotlines,
  versions,
  editors,
}: FlowBoardParts): FlowBoard & FlowEditorBoard {
  const planOf = (tenant: string, number: string): Plan | undefined => {
    const running = hotlines.route(number);
    return running?.tenant === tenant && running.number === number ? running.plan : undefined;
  };
  const storedOf = (tenant: string, number: string) =>
    companies.provisioning.snapshot.get('hotline', tenant, number);

  const isThere = (tenant: string, number: string) =>
    storedOf(tenant, number) !== undefined || planOf(tenant, number) !== undefined;
  /** Of one that files own there are none. */
  const versionsOf = async (tenant: string, number: string) => {
    const isOurs = storedOf(tenant, number) && !companies.placeOf({ kind: 'hotline', tenant, name: number });
    return isOurs ? await versions.list({ tenant, hotline: number }) : [];
  };

  /** As `GET /flows` has it; undefined: there is no such hotline. */
  const rowOf = async (tenant: string, number: string): Promise<FlowRow | undefined> => {
    const [plan, stored] = [planOf(tenant, number), storedOf(tenant, number)];
    const hotline = stored ?? plan?.hotline;
    if (!hotline) return undefined;
    const place = stored
      ? companies.placeOf({ kind: 'hotline', tenant, name: number })
      : placeOf(hotline as object);
    const all = await versionsOf(tenant, number);
    const of = (...states: readonly string[]) =>
      all.find(({ state }) => states.includes(state))?.version ?? null;
    return {
      number,
      name: hotline.name ?? '',
      file: place ? shownFile(place.file) : null,
      line: place?.line ?? null,
      language: stored ? 'json' : 'typescript',
      nodes: plan ? countOf(plan) : null,
      takesCalls: plan !== undefined,
      published: of('published'),
      canary: of('canary'),
      draft: of('draft', 'checked'),
    };
  };

  return {
    kinds: NODE_KINDS,
    list: async (tenant) => {
      const stored = companies.provisioning.snapshot.of('hotline', tenant).map((one) => one.number);
      const written = hotlines.plans.filter((plan) => plan.tenant === tenant).map((plan) => plan.number);
      const numbers = [...new Set([...stored, ...written])].sort();
      const rows = await Promise.all(numbers.map((number) => rowOf(tenant, number)));
      return rows.filter((row) => row !== undefined);
    },
    get: async (tenant, number) => {
      const row = await rowOf(tenant, number);
      if (!row) throw unknown(number);
      const stored = storedOf(tenant, number);
      const hotline = stored ?? planOf(tenant, number)!.hotline;
      const { tenant: _, ...shown } = JSON.parse(JSON.stringify(hotline, withoutCode)) as Record<
        string,
        unknown
      >;
      return { ...row, hotline: shown, places: stored ? [] : placesIn(planOf(tenant, number)!) };
    },
    review: (tenant, number, value) => {
      if (!isThere(tenant, number)) throw unknown(number);
      const entity = checkBody({ kind: 'hotline', tenant, name: number, value });
      if (Array.isArray(entity)) return (entity as readonly Mistake[]).map(problemOf);
      return hotlines.review((entity as Named<'hotline'>).value).map((problem) => ({
        severity: problem.severity,
        code: problem.code,
        pointer: pointerTo(problem.steps),
        detail: problem.message,
        fix: problem.fix ?? null,
        guess: guessIn(problem.fix),
      }));
    },
    seen: async ({ tenant, hotline, ...page }) => {
      if (!isThere(tenant, hotline)) throw unknown(hotline);
      const people = editors.seen({ tenant, hotline }, page);
      const all = await versionsOf(tenant, hotline);
      const [draft, published] = [draftOf(all), publishedOf(all)];
      return {
        items: people.map(({ since, ...one }) => ({ ...one, isSelf: one.by === page.by, since: iso(since) })),
        draft: draft
          ? {
              version: draft.version,
              revision: draft.revision,
              changedBy: draft.changedBy,
              changedAt: iso(draft.changedAt),
            }
          : null,
        published: published
          ? {
              version: published.version,
              publishedBy: published.publishedBy ?? null,
              publishedAt: published.publishedAt === undefined ? null : iso(published.publishedAt),
            }
          : null,
      };
    },
    left: ({ tenant, hotline, page, by }) => {
      if (!isThere(tenant, hotline)) throw unknown(hotline);
      editors.left({ tenant, hotline }, page, by);
    },
  };
}

const iso = (at: number) => new Date(at).toISOString();

const unknown = (number: string) => new PbxError('not-found', `there is no hotline ${number}`);

const problemOf = ({ path, reason, fix, missing }: Mistake): FlowProblem => ({
  severity: 'error',
  code: missing ? 'unknown-name' : 'bad-value',
  pointer: pointerTo(path),
  detail: reason,
  fix: fix ?? null,
  guess: guessIn(fix),
});

const guessIn = (fix: string | undefined): string | null =>
  /^did you mean '(.+)'\?$/.exec(fix ?? '')?.[1] ?? null;

/** Below the folder in which the engine runs as people write it; else as a whole. */
function shownFile(file: string): string {
  const short = relative(process.cwd(), file);
  return short.startsWith('..') ? file : short;
}

const withoutCode = (_: string, value: unknown) => (typeof value === 'function' ? { code: true } : value);

function countOf(plan: Plan): number {
  let nodes = 0;
  eachNode(plan.hotline, () => nodes++);
  return nodes;
}

function placesIn(plan: Plan) {
  const places: { pointer: string; file: string; line: number }[] = [];
  eachNode(plan.hotline, (node, steps) => {
    const place = placeOf(node);
    if (place?.line !== undefined)
      places.push({ pointer: pointerTo(steps), file: shownFile(place.file), line: place.line });
  });
  return places;
}

const NODE_KINDS: NodeKinds = {
  groups: Object.entries(GROUPS).map(([name, word]) => ({ name, word })),
  items: Object.entries(KINDS).map(([type, { word, fields }]) => ({
    type,
    group: GROUP_OF[type as NodeType],
    word,
    fields: Object.entries(fields).map(([name, kind]: [string, FieldKind]) => ({
      name,
      kind: kind.replace('?', ''),
      isOptional: kind.endsWith('?'),
      choices: CHOICES[kind.replace('?', '') as FieldKind] ?? [],
      word: fieldWord(type as NodeType, name),
    })),
  })),
};
