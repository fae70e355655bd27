import { placeKey, placesOf } from '../../numbering/area.ts';
import type { Prompts } from '../run/flow-call.ts';
import type { Builders, DeclaredNames, PromptsOf } from '../write/builder-names.ts';
import { rememberPlace } from '../write/places.ts';
import { type DecisionFacts, NEXT, type NodeKind } from './node-kind.ts';
import { promptText } from './prompt-text.ts';
import type { FlowNode } from './tree.ts';

/** Something to tell while a switch is on (a power cut, a typhoon); passes silently otherwise. */
export interface AnnounceNode {
  readonly type: 'announce';
  readonly prompt: Prompts;
  /** Said while this switch is on; always when undefined. */
  readonly switch?: string;
  /** Only to callers from these regions (大区), provinces, cities or area codes. */
  readonly areas?: readonly string[];
}

declare module './tree.ts' {
  interface Nodes {
    readonly announce: AnnounceNode;
  }
}

declare module '../write/builder-names.ts' {
  interface Builders<D extends DeclaredNames> {
    /** Tells something while a switch is on; passes silently otherwise. */
    announce(
      prompt: PromptsOf<D>,
      options?: { readonly switch?: string; readonly areas?: readonly string[] },
    ): FlowNode;
  }
}

const buildAnnounce: Builders<DeclaredNames>['announce'] = (prompt, options) =>
  rememberPlace({ type: 'announce', prompt, ...options }, buildAnnounce);

export const announce: NodeKind<AnnounceNode> = {
  word: { en: 'announcement', zh: '公告' },
  build: buildAnnounce,
  fields: { prompt: 'prompts', switch: 'text?', areas: 'places?' },
  title: (node) => `announce ${promptText(node.prompt)}${node.switch ? ` while ${node.switch}` : ''}`,
  async run(node, run) {
    const { said, why } = isSaid(node, run);
    run.call.step(said ? `announce ${promptText(node.prompt)}` : 'announce → silent', why);
    if (!said) return 'next';
    await run.call.answer();
    await run.call.play(node.prompt);
    return 'next';
  },
  exits: () => NEXT,
  uses: (node) => (node.switch === undefined ? {} : { switch: node.switch }),
};

/** Whether an announcement is made to this caller, and why (not). */
function isSaid(node: AnnounceNode, facts: DecisionFacts): { said: boolean; why: string } {
  const { plan, switches, caller } = facts;
  if (node.switch !== undefined && !switches.isOn(plan.tenant, node.switch)) {
    return { said: false, why: `switch ${node.switch} is off` };
  }
  const { area } = caller;
  const here = placesOf(area);
  if (node.areas && !node.areas.some((each) => here.includes(placeKey(each)))) {
    return { said: false, why: `not for ${area.name}` };
  }
  return { said: true, why: node.switch === undefined ? 'always' : `switch ${node.switch} is on` };
}
