import { type CallerMatch, matchesOf } from '../node/caller-rule.ts';
import type { Hotline, RateLimit, Ringback, VipRule } from '../node/hotline.ts';
import type { ExtensionNode, Line } from '../node/line.ts';
import type { SurveyNode } from '../node/survey.ts';
import type { Flow } from '../node/tree.ts';
import type { Builders, CallOf, DeclaredNames, NameOf, PromptsOf, Who } from './builder-names.ts';
import { rememberPlace } from './places.ts';

export type HotlineOptions<D extends DeclaredNames> = Omit<
  Hotline,
  'type' | 'number' | 'block' | 'allow' | 'vip' | 'ringback' | 'afterTalk' | 'flow' | 'lines'
> & {
  readonly block?: Who;
  readonly allow?: Who;
  /** Callers who come first: 10 more priority in every queue, or as the rule says. */
  readonly vip?: Who | (Omit<VipRule, 'who'> & { readonly who: Who });
  readonly limit?: RateLimit;
  /** A prompt alone is heard before the answer (early media). */
  readonly ringback?: PromptsOf<D> | (Omit<Ringback, 'prompt'> & { readonly prompt: PromptsOf<D> });
  readonly lines?: { readonly [name in NameOf<D, 'lines'>]: Line | ExtensionNode };
  readonly flow: Flow | ((call: CallOf<D>) => Promise<void>);
  readonly afterTalk?: SurveyNode;
};

declare module './builder-names.ts' {
  interface Builders<D extends DeclaredNames> {
    /** A 400 number and its flow: the default export of a file in `dialplans/`. */
    hotline(number: string, options: HotlineOptions<D>): Hotline;
  }
}

function vipRule(vip: NonNullable<Parameters<Builders<DeclaredNames>['hotline']>[1]['vip']>): VipRule {
  if (!Array.isArray(vip) && 'who' in vip) return { ...vip, who: matchesOf(vip.who) };
  return { who: matchesOf(vip as CallerMatch | readonly CallerMatch[]) };
}

export const buildHotline: Builders<DeclaredNames>['hotline'] = (number, options) => {
  const { block, allow, vip, ringback, ...rest } = options;
  const heard =
    typeof ringback === 'object' && 'when' in ringback
      ? ringback
      : ringback && { prompt: ringback, when: 'before-answer' as const };
  const node = {
    type: 'hotline',
    number,
    ...rest,
    ...(block && { block: matchesOf(block) }),
    ...(allow && { allow: matchesOf(allow) }),
    ...(vip && { vip: vipRule(vip) }),
    ...(heard && { ringback: heard }),
  } as Hotline;
  return rememberPlace(node, buildHotline);
};
