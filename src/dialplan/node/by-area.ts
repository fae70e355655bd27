import { placeKey, placesOf } from '../../numbering/area.ts';
import { branchesBeside, fieldsOf } from '../write/branches.ts';
import type { Builders, DeclaredNames } from '../write/builder-names.ts';
import { rememberPlace } from '../write/places.ts';
import { hasOtherwise, type NodeKind } from './node-kind.ts';
import type { Flow, FlowNode } from './tree.ts';

export interface ByAreaNode {
  readonly type: 'byArea';
  /** By region (华南), province (广东), city (深圳, 广东深圳) or area code (0755); the narrowest wins. */
  readonly areas: { readonly [area: string]: Flow };
  /** The number tells no area. Default `otherwise`. */
  readonly unknown?: Flow;
  /** Callers from abroad, Hong Kong, Macao and Taiwan included. Default `otherwise`. */
  readonly international?: Flow;
  readonly otherwise?: Flow;
}

declare module './tree.ts' {
  interface Nodes {
    readonly byArea: ByAreaNode;
  }
}

declare module '../write/builder-names.ts' {
  interface Builders<D extends DeclaredNames> {
    /** Branches by region (大区), province, city or area code; `unknown`, `international` and `otherwise` are branches too. */
    byArea(areas: {
      readonly [area: string]: Flow;
      readonly unknown?: Flow;
      readonly international?: Flow;
      readonly otherwise?: Flow;
    }): FlowNode;
    byArea(areas: { readonly [area: string]: Flow }, otherwise: Flow): FlowNode;
  }
}

const FIELDS = ['unknown', 'international', 'otherwise'];

const buildByArea: Builders<DeclaredNames>['byArea'] = (options: object, otherwise?: Flow) => {
  const areas = branchesBeside(options, FIELDS);
  const rest = otherwise === undefined ? undefined : { otherwise };
  return rememberPlace({ type: 'byArea', areas, ...fieldsOf(options, FIELDS), ...rest }, buildByArea);
};

export const byArea: NodeKind<ByAreaNode> = {
  word: { en: 'by area', zh: '按地区' },
  build: buildByArea,
  fields: { areas: 'areas', unknown: 'flow?', international: 'flow?', otherwise: 'flow?' },
  title: () => 'by area',
  decide(node, { caller: { area, number } }) {
    const known = area.code && number.startsWith(area.code) ? area.code.length : 7;
    const by = `by ${number.slice(0, known)}`;
    if (area.kind === 'international') {
      const branch = node.international ? 'international' : 'otherwise';
      return { flow: node.international ?? node.otherwise, branch, why: `from abroad ${by}` };
    }
    if (area.kind === 'unknown') {
      const branch = node.unknown ? 'unknown' : 'otherwise';
      return { flow: node.unknown ?? node.otherwise, branch, why: 'area unknown' };
    }
    const branches = branchesByPlace(node.areas);
    for (const branch of placesOf(area)) {
      const flow = branches.get(branch);
      if (flow) return { flow, branch, why: `area ${area.name} ${by}` };
    }
    return { flow: node.otherwise, branch: 'otherwise', why: `area ${area.name} ${by}` };
  },
  hasDefault: hasOtherwise,
};

/** Branches by short name of the place, worked out once for each node. */
const shortNames = new WeakMap<object, ReadonlyMap<string, Flow>>();

function branchesByPlace(areas: ByAreaNode['areas']): ReadonlyMap<string, Flow> {
  let places = shortNames.get(areas);
  if (!places) {
    places = new Map(Object.entries(areas).map(([name, flow]) => [placeKey(name), flow]));
    shortNames.set(areas, places);
  }
  return places;
}
